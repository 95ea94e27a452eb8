"""What both databases spell alike but SQLAlchemy does not: insert or replace; and long lists in portions."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, or_
from sqlalchemy.dialects import postgresql, sqlite

_PORTION = 500
"""Values of one IN list; databases limit how many parameters a statement may have."""

Rows = Sequence[Mapping[str, Any]]
T = TypeVar("T")


def insert_new(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert those rows that violate no uniqueness; the others are there already."""
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


def insert_or_replace(connection: Connection, table: Table, rows: Rows, sticky: Collection[str] = ()) -> None:
    """Insert rows, or replace the columns that the rows name where the primary key is there already.

    A flag among `sticky` that was true stays true.
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
