"""What both databases can do but SQLAlchemy does not spell alike: insert or replace, take turns; and long lists."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

_PORTION = 500
"""Values of one IN list; databases limit how many parameters a statement may have."""

Rows = Sequence[Mapping[str, Any]]
T = TypeVar("T")


def in_turn(connection: Connection, what: str) -> None:
    """Wait until nobody else is writing the same thing, and keep others waiting until the transaction ends.

    What is read after that is as the one before left it, and rows are numbered in the order of the commits. On SQLite
    all who write take turns.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"attune {what}", 0))))


def insert_new(connection: Connection, table: Table, rows: Rows) -> int:
    """Insert those rows that violate no uniqueness; returns how many: the others are there already.

    Several rows come in an order that all who insert them keep to, else two may wait for each other.
    """
    if not rows:
        return 0
    insert = _insert(connection, table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return connection.execute(insert, rows).rowcount


def insert_or_replace(connection: Connection, table: Table, rows: Rows, sticky: Collection[str] = ()) -> None:
    """Insert rows, or replace the columns that the rows name where the primary key is there already.

    A flag among `sticky` that was true stays true. As to the order of the rows, see `insert_new`.
    """
    if not rows:
        return
    insert = _insert(connection, table)
    key = [column.name for column in table.primary_key]
    values = {
        name: or_(table.c[name], insert.excluded[name]) if name in sticky else insert.excluded[name]
        for name in rows[0]
        if name not in key
    }
    connection.execute(insert.on_conflict_do_update(index_elements=key, set_=values), rows)


def portions(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield the values in lists that one statement can take."""
    remaining = iter(values)
    while portion := list(islice(remaining, _PORTION)):
        yield portion


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
