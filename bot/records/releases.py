"""Releases, and the pointer that says which one answers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, RowMapping, Select, insert, select

from bot.domain import Release, ReleaseId
from bot.errors import NotFound
from bot.records.statements import in_turn, insert_new
from bot.records.tables import promotions, releases
from bot.records.transactions import reading, writing
from bot.releases import release_id


@dataclass(frozen=True, slots=True)
class Promotion:
    """One move of the pointer."""

    release: ReleaseId
    at: datetime


class ReleaseRecords:
    """`bot.ports.Releases` in the database.

    There is one pointer per audience; the empty one is shared by all. A release moves the pointer of its own.
    """

    def __init__(self, engine: Engine) -> None:
        """Use a database that `open_records` opened."""
        self._engine = engine

    def add(self, release: Release) -> ReleaseId:
        """Keep a release under the hash of its content; adding it again changes nothing."""
        id_ = release_id(release)
        with writing(self._engine) as connection:
            insert_new(connection, releases, [{**asdict(release), "id": id_, "created": datetime.now(UTC)}])
        return id_

    def get(self, release: ReleaseId) -> Release:
        """Return a release; raises `NotFound`."""
        with reading(self._engine) as connection:
            return _release(connection, release)

    def all(self) -> Mapping[ReleaseId, Release]:
        """Return every release, oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(releases).order_by(releases.c.created, releases.c.id)).mappings()
            return {row["id"]: _release_of(row) for row in rows}

    def active(self, audience: str = "") -> ReleaseId | None:
        """Return the release that answers, None before the first one was promoted."""
        with reading(self._engine) as connection:
            return _active(connection, audience)

    def promote(self, release: ReleaseId) -> None:
        """Move the pointer; to where it stands already changes nothing. Raises `NotFound`."""
        with writing(self._engine) as connection:
            in_turn(connection, "promotions")
            audience = _release(connection, release).audience
            if _active(connection, audience) != release:
                move = {"audience": audience, "release": release, "at": datetime.now(UTC)}
                connection.execute(insert(promotions).values(move))

    def history(self, audience: str = "") -> list[Promotion]:
        """Return every move of the pointer, oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(_moves(audience).order_by(promotions.c.seq)).mappings()
            return [Promotion(row["release"], row["at"]) for row in rows]

    def previous(self, audience: str = "") -> ReleaseId | None:
        """Return the release that answered just before the active one, None where there was none."""
        moves = self.history(audience)
        return moves[-2].release if len(moves) > 1 else None


def _release(connection: Connection, release: ReleaseId) -> Release:
    row = connection.execute(select(releases).where(releases.c.id == release)).mappings().first()
    if row is None:
        raise NotFound(kind="release", name=release, hint="'attune releases list' shows them all.")
    return _release_of(row)


def _active(connection: Connection, audience: str) -> ReleaseId | None:
    last = connection.execute(_moves(audience).order_by(promotions.c.seq.desc()).limit(1)).first()
    return last.release if last else None


def _moves(audience: str) -> Select[ReleaseId, datetime]:
    return select(promotions.c.release, promotions.c.at).where(promotions.c.audience == audience)


def _release_of(row: RowMapping) -> Release:
    return Release(**{field.name: row[field.name] for field in fields(Release)})
