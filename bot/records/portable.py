"""The records as one SQLite file, whichever database they are in, and back into either."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, func, insert, select

from bot.errors import HomeTooNew, RecordsUnreachable
from bot.records.addresses import FILE, is_file, shown
from bot.records.engine import open_records, stored_revision
from bot.records.tables import metadata
from bot.records.transactions import reading, writing

_ROWS: Final = 500
"""Rows that are held at a time: some hold the text of a whole document."""


class RecordsFile:
    """The records as a whole."""

    def __init__(self, engine: Engine) -> None:
        """Use a database that `open_records` opened."""
        self._engine = engine

    def schema(self) -> str:
        """Return the schema that they have; raises where they cannot be used."""
        return stored_revision(self._engine) or ""

    @property
    def place(self) -> str:
        """Where they are, without a password."""
        return shown(self._engine.url)

    def files(self, home: Path) -> set[Path]:
        """Return the files in a home that they are in, or were before they moved to a server."""
        used = {Path(str(self._engine.url.database))} if is_file(self._engine.url) else set()
        return {home / FILE, *used}

    def save(self, folder: Path) -> Path:
        """Write them, as of one moment and while they are used, into a file in an empty folder; returns that."""
        file = folder / FILE
        if is_file(self._engine.url):
            with closing(sqlite3.connect(self.place)) as source, closing(sqlite3.connect(file)) as target:
                source.backup(target)
            return file
        copy = open_records("", folder)
        try:
            _copy(self._engine, copy)
        finally:
            copy.dispose()
        return file

    def load(self, folder: Path) -> None:
        """Take in what `save` left in a folder, also that of an earlier version; the file is gone after that.

        All of it comes in, or nothing. Raises `HomeTooNew`, and `RecordsUnreachable` where something is here already.
        """
        try:
            saved = open_records("", folder)
        except HomeTooNew as error:
            raise HomeTooNew(home="This backup", schema=error.facts["schema"]) from error
        try:
            _copy(saved, self._engine)
        finally:
            saved.dispose()
        (folder / FILE).unlink()


def _copy(source: Engine, target: Engine) -> None:
    with reading(source) as read, writing(target) as write:
        if any(write.execute(select(table).limit(1)).first() for table in metadata.sorted_tables):
            fix = "name an empty one in ATTUNE_DATABASE_URL"
            raise RecordsUnreachable(url=shown(target.url), why="it holds something already", fix=fix)
        for table in metadata.sorted_tables:
            rows = read.execute(select(table), execution_options={"yield_per": _ROWS}).mappings()
            for portion in rows.partitions():
                write.execute(insert(table), [dict(row) for row in portion])
        _number_on(write)


def _number_on(connection: Connection) -> None:
    """Let the next rows have higher numbers than those that came with theirs, as SQLite does by itself."""
    if connection.dialect.name == "postgresql":
        for table in metadata.sorted_tables:
            if (column := table.autoincrement_column) is not None:
                counter = func.pg_get_serial_sequence(table.name, column.name)
                connection.execute(select(func.setval(counter, func.max(column))).select_from(table))
