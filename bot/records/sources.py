"""The places that documents are fetched from, as an admin named them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine, RowMapping, delete, select, update

from bot.domain import Scope
from bot.errors import NotFound
from bot.records.statements import insert_or_replace
from bot.records.tables import sources
from bot.records.transactions import reading, writing


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A source by its name, with how its last sync went."""

    name: str
    uri: str
    scopes: frozenset[Scope]
    synced: datetime | None = None
    """When the last sync ended, None before the first one did."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """What that sync counted: added, changed, unchanged, deleted, failed, passages."""


class SourceRecords:
    """The sources that there are."""

    def __init__(self, engine: Engine) -> None:
        """Use a database that `open_records` opened."""
        self._engine = engine

    def add(self, name: str, uri: str, scopes: frozenset[Scope]) -> None:
        """Name a source; one of that name gets this address and these scopes and keeps its documents."""
        with writing(self._engine) as connection:
            insert_or_replace(connection, sources, [{"name": name, "uri": uri, "scopes": scopes}])

    def get(self, name: str) -> SourceRecord:
        """Return a source; raises `NotFound`."""
        with reading(self._engine) as connection:
            row = connection.execute(select(sources).where(sources.c.name == name)).mappings().first()
        if row is None:
            raise _no_source(name)
        return _record_of(row)

    def all(self) -> list[SourceRecord]:
        """Return every source, by name."""
        with reading(self._engine) as connection:
            return [_record_of(row) for row in connection.execute(select(sources).order_by(sources.c.name)).mappings()]

    def remove(self, name: str) -> None:
        """Forget a source, though not its documents, which go before it; raises `NotFound`."""
        with writing(self._engine) as connection:
            if not connection.execute(delete(sources).where(sources.c.name == name)).rowcount:
                raise _no_source(name)

    def finish(self, name: str, at: datetime, counts: Mapping[str, int]) -> None:
        """Keep when a sync of a source ended and what it counted; one that was removed meanwhile stays so."""
        with writing(self._engine) as connection:
            ended = update(sources).where(sources.c.name == name)
            connection.execute(ended.values(synced=at, counts=dict(counts)))


def _record_of(row: RowMapping) -> SourceRecord:
    return SourceRecord(row["name"], row["uri"], row["scopes"], row["synced"], row["counts"] or {})


def _no_source(name: str) -> NotFound:
    return NotFound(kind="source", name=name, hint="'attune sources list' shows them all.")
