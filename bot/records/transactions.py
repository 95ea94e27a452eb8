"""The seam to the database: a transaction to read in, one to write in, and what their errors mean."""

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, select, table
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.sql import column

from bot.errors import DiskFull, HomeError, HomeNotWritable
from bot.records.addresses import home_of, unreachable

WRITES: Final = "attune_writes"
"""Execution option of a connection in whose transaction something is written."""

_FULL: Final = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE}
_NOT_WRITABLE: Final = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
_UNREACHABLE: Final = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PROTOCOL,
}
_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_RESTORE: Final = "the file is damaged; move this home away and fill it again with 'attune restore' from a backup"
_AGAIN: Final = "please try again, or run 'attune doctor'"
_SERVER_FULL: Final = "53100"
_FIXES: Final = {
    "25006": "name the server that may be written to in ATTUNE_DATABASE_URL",
    "3F000": "name a schema that is there in its search_path",
    "42501": "give its user the right to create tables there, and to read and write them",
}
"""What to do about errors of PostgreSQL that are not about being reached, by SQLSTATE."""
_PASSING: Final = ("40", "53", "55", "57014")
"""The beginnings of the SQLSTATEs of what passes: others were in the way, or there were too many."""
_PREAMBLE: Final = re.compile(r"^(connection (failed|is bad): )?(connection to server .*? failed: )?(FATAL: +)?")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one state of the records throughout."""
    with mapped(engine.url), connected(engine) as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose changes are all durable afterwards, or none where an error left the block.

    On SQLite it waits its turn at the beginning: one that reads first and writes later could be refused.
    """
    with mapped(engine.url), connected(engine) as connection:
        connection.execution_options(**{WRITES: True})
        with connection.begin():
            yield connection


@contextmanager
def connected(engine: Engine) -> Iterator[Connection]:
    """Give a connection; where there is none to be had, whatever the reason, that is a typed error."""
    try:
        connection = engine.connect()
    except DBAPIError as error:
        raise _ours(error, engine.url) or unreachable(engine.url, _why(error)) from error
    with connection:
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


def unwritable(home: Path, error: OSError) -> HomeError:
    """Say what an error of the file system means for the home."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(home=home)
    return HomeNotWritable(home=home, why=(error.strerror or str(error)).lower())


def revision(connection: Connection) -> str | None:
    """Return the schema that a database has, None for one that is still empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(select(column("version_num")).select_from(table("alembic_version")))


def _ours(error: DBAPIError, url: URL) -> HomeError | None:
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(error.orig, url)
    state = getattr(error.orig, "sqlstate", None) or ""
    if state == _SERVER_FULL:
        return DiskFull(home=home_of(url))
    if state in _FIXES:
        return unreachable(url, _why(error), _FIXES[state])
    if state.startswith(_PASSING):
        return unreachable(url, _why(error), _AGAIN)
    if error.connection_invalidated or type(error).__name__ in {"OperationalError", "InterfaceError"}:
        return unreachable(url, _why(error))
    return None


def _why(error: DBAPIError) -> str:
    """Return what went wrong as a person would say it: without what leads to it, and what follows."""
    return _PREAMBLE.sub("", str(error.orig).partition("\n")[0])


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
