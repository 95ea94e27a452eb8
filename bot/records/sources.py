"""The places that documents are fetched from, as an admin named them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine, RowMapping, delete, select, update

from bot.addresses import shown
from bot.domain import Scope
from bot.errors import NotFound
from bot.ports import KnownSource
from bot.records.statements import insert_or_replace, portions
from bot.records.tables import documents, sources
from bot.records.transactions import reading, writing


class SourceRecords:
    """The sources that there are."""

    def __init__(self, engine: Engine) -> None:
        """Use a database that `open_records` opened."""
        self._engine = engine

    def add(self, name: str, uri: str, scopes: frozenset[Scope]) -> None:
        """Name a source; one of that name gets this address and these scopes and keeps its documents.

        Its documents have these scopes from then on, whatever is being brought in at the time; those that had
        others are unsettled, so that the next sync looks after them if nobody else does.
        """
        with writing(self._engine) as connection:
            insert_or_replace(connection, sources, [{"name": name, "uri": uri, "scopes": scopes}])
            # Compared here, because PostgreSQL does not compare JSON.
            kept = connection.execute(select(documents.c.id, documents.c.scopes).where(documents.c.source == name))
            for portion in portions([row.id for row in kept if row.scopes != scopes]):
                theirs = update(documents).where(documents.c.id.in_(portion))
                connection.execute(theirs.values(scopes=scopes, settled=False))

    def get(self, name: str) -> KnownSource:
        """Return a source; raises `NotFound`."""
        with reading(self._engine) as connection:
            row = connection.execute(select(sources).where(sources.c.name == name)).mappings().first()
        if row is None:
            raise _no_source(name)
        return _record_of(row)

    def all(self) -> list[KnownSource]:
        """Return every source, by name."""
        with reading(self._engine) as connection:
            return [_record_of(row) for row in connection.execute(select(sources).order_by(sources.c.name)).mappings()]

    def remove(self, name: str) -> None:
        """Forget a source, though not its documents, which go before it; raises `NotFound`."""
        with writing(self._engine) as connection:
            if not connection.execute(delete(sources).where(sources.c.name == name)).rowcount:
                raise _no_source(name)

    def finish(
        self, name: str, at: datetime, counts: Mapping[str, int], failures: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Keep how a sync of a source ended; one that was removed meanwhile stays so."""
        with writing(self._engine) as connection:
            ended = update(sources).where(sources.c.name == name)
            connection.execute(ended.values(synced=at, counts=dict(counts), failures=list(failures)))


def _record_of(row: RowMapping) -> KnownSource:
    failures = tuple((shown(uri), reason) for uri, reason in row["failures"] or ())
    return KnownSource(row["name"], shown(row["uri"]), row["scopes"], row["synced"], row["counts"] or {}, failures)


def _no_source(name: str) -> NotFound:
    return NotFound(kind="source", name=name, hint="'attune sources list' shows them all.")
