"""The seam to the database: a transaction to read in, one to write in, and what their errors mean."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import DiskFull, HomeError, HomeNotWritable, RecordsUnreachable

WRITES = "attune_writes"
"""Execution option of a connection whose transaction takes SQLite's write lock when it begins."""

_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE}
_NOT_WRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
_UNREACHABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PROTOCOL,
}
_POSTGRESQL_FULL = "53100"
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_RESTORE = "the file is damaged; move this home away and fill it again with 'attune restore' from a backup"
_AGAIN = "please try again, or run 'attune doctor'"
_CHECK = "check that it runs and that ATTUNE_DATABASE_URL is right"


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one state of the records throughout."""
    with mapped(engine.url), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose changes are all durable afterwards, or none where an error left the block.

    On SQLite it waits its turn at the beginning: one that reads first and writes later could be refused.
    """
    with mapped(engine.url), engine.connect() as connection:
        connection.execution_options(**{WRITES: True})
        with connection.begin():
            yield connection


@contextmanager
def mapped(url: URL) -> Iterator[None]:
    """Turn the errors that a database has in operation into ours; errors in our statements pass as they are."""
    try:
        yield
    except DBAPIError as error:
        ours = _ours(error, url)
        if ours is None:
            raise
        raise ours from error
    except PoolTimeout as error:
        raise unreachable(url, "all connections are in use", _AGAIN) from error


def unreachable(url: URL, why: str, fix: str = _CHECK) -> RecordsUnreachable:
    """Say that the database cannot be used, without its password."""
    place = url.database if url.get_backend_name() == "sqlite" and url.database else None
    return RecordsUnreachable(url=place or url.render_as_string(hide_password=True), why=why, fix=fix)


def unwritable(home: Path, error: OSError) -> HomeError:
    """Say what an error of the file system means for the home."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(home=home)
    return HomeNotWritable(home=home, why=(error.strerror or str(error)).lower())


def home_of(url: URL) -> str | Path:
    """Return what a person knows the database by: its folder, or its address without the password."""
    if url.get_backend_name() == "sqlite" and url.database:
        return Path(url.database).parent
    return url.render_as_string(hide_password=True)


def _ours(error: DBAPIError, url: URL) -> HomeError | None:
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(error.orig, url)
    if getattr(error.orig, "sqlstate", None) == _POSTGRESQL_FULL:
        return DiskFull(home=home_of(url))
    if error.connection_invalidated or type(error).__name__ in {"OperationalError", "InterfaceError"}:
        return unreachable(url, str(error.orig).partition("\n")[0])
    return None


def _of_sqlite(error: sqlite3.Error, url: URL) -> HomeError | None:
    extended = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)  # absent where Python itself objected
    codes = {extended, extended & 0xFF}
    if codes & _FULL:
        return DiskFull(home=home_of(url))
    if codes & _NOT_WRITABLE:
        return HomeNotWritable(home=home_of(url), why=str(error))
    if codes & _UNREACHABLE:
        return unreachable(url, str(error), _RESTORE if codes & _DAMAGED else _AGAIN)
    return None
