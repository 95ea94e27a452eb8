"""The Lance table of a folder: states for readers, one writer at a time, and the engine's errors in our words."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import lancedb
import pyarrow as pa
import structlog
from filelock import FileLock
from lancedb.table import Table

from bot.errors import DiskFull, OtherVectorSpace, StoreError, StoreUnreachable
from bot.stores.lance_rows import space_of
from bot.stores.lance_upkeep import Upkeep, add_indexes, lacks_indexes

log = structlog.get_logger()

_NAME = "passages"
_PATIENCE = 600
"""Seconds that a writer waits for another one; the longest thing that one does is to build an index."""
_FULL = ("no space left", "quota exceeded")
_LONGEST = 120


class PassageTable:
    """One table in one folder, for any number of threads and processes."""

    def __init__(self, folder: Path, wanted: pa.Schema | None, upkeep: Upkeep) -> None:
        """Open the table, made first where it is missing; raises `StoreError` or `DiskFull`.

        Without `wanted` it must be there, and is taken with the vectors that it has.
        """
        self._folder = folder
        self._tidied = folder / "tidied"
        self._upkeep = upkeep
        with engine_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._database = lancedb.connect(folder)
            if not self._is_complete():
                self._complete(wanted)
            stored = self._database.open_table(_NAME).schema
        self.schema = wanted or stored
        if space_of(stored) != space_of(self.schema):
            raise OtherVectorSpace(stored=_described(*space_of(stored)), configured=_described(*space_of(self.schema)))

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Say whether the folder holds a table."""
        with engine_errors(folder):
            return folder.is_dir() and _NAME in lancedb.connect(folder).list_tables().tables

    @contextmanager
    def reading(self) -> Iterator[Table]:
        """Give the table in its newest state, whichever process wrote it.

        Queries through it agree with one another: it stays in that state whatever is written meanwhile.
        """
        with engine_errors(self._folder):
            yield self._database.open_table(_NAME)

    @contextmanager
    def writing(self) -> Iterator[Table]:
        """Give the table for writing, and tidy up afterwards where that is due.

        Writers take turns, across processes. Lance lets them all try, and the later one starts anew; but
        tidying would then lose to every small write, and two first writes of a document could both stay.
        """
        with self._alone() as table:
            yield table
            self._tidy_if_due(table)

    def tidy(self) -> None:
        """Do the upkeep now, due or not."""
        with self._alone() as table:
            self._tidy(table)

    def _tidy_if_due(self, table: Table) -> None:
        try:
            with engine_errors(self._folder):
                if self._upkeep.is_due(table, table.version - self._version_tidied()):
                    self._tidy(table)
        except (StoreError, DiskFull) as error:
            # What was to be written is written; say so, and let a later write try again.
            log.warning("passages_not_tidied", why=str(error))

    def _tidy(self, table: Table) -> None:
        self._upkeep.tidy(table)
        self._tidied.write_text(str(table.version))

    def _version_tidied(self) -> int:
        written = self._tidied.read_text() if self._tidied.exists() else ""
        return int(written) if written.isdecimal() else 0

    @contextmanager
    def _alone(self) -> Iterator[Table]:
        with engine_errors(self._folder), self._lock():
            yield self._database.open_table(_NAME)

    def _lock(self) -> FileLock:
        return FileLock(self._folder / "write.lock", timeout=_PATIENCE, poll_interval=0.01)

    def _is_complete(self) -> bool:
        tables = self._database.list_tables().tables
        return _NAME in tables and not lacks_indexes(self._database.open_table(_NAME))

    def _complete(self, wanted: pa.Schema | None) -> None:
        with self._lock():
            if _NAME not in self._database.list_tables().tables:
                self._database.create_table(_NAME, schema=wanted)
            add_indexes(self._database.open_table(_NAME))


@contextmanager
def engine_errors(folder: Path) -> Iterator[None]:
    """Raise what goes wrong inside as `DiskFull` or `StoreUnreachable`.

    Lance has no error classes of its own: it raises these three, and says what happened in their text.
    """
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:
        text = str(error)
        if any(sign in text.lower() for sign in _FULL):
            raise DiskFull(home=folder) from error
        raise StoreUnreachable(why=_short(text), fix="please try again, or run 'attune doctor'") from error


def _short(text: str) -> str:
    """Return the vendor's sentence without the place in its source code that follows."""
    return text.partition(", /")[0].partition("\n")[0].removeprefix("lance error: ")[:_LONGEST]


def _described(space: str, dimension: int) -> str:
    return f"{space or 'an unknown model'} ({dimension} dimensions)"
