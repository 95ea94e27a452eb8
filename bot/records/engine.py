"""Opening the records: SQLite in the home by default, PostgreSQL by URL, always at this version's schema."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, select, table
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.sql import column

from bot.errors import HomeBusy
from bot.home import prepare
from bot.records.tables import SCHEMA
from bot.records.transactions import WRITES, reading, unreachable, unwritable

FILE = "attune.db"
_BUSY_SECONDS = 30
"""How long a writer waits for another one before it gives up."""
_ADDRESS = "correct ATTUNE_DATABASE_URL, or unset it to keep the records in the home"
_OPENING_SECONDS = 120
"""How long to wait while another process brings the schema up to date."""


def open_records(url: str, home: Path) -> Engine:
    """Return the database, created and migrated as needed; an empty URL means SQLite in `home`.

    Any number of processes may open a home at once. Raises `HomeNotWritable`, `HomeTooNew`, `HomeBusy`,
    `DiskFull` or `RecordsUnreachable`. Whoever opens it disposes of it.
    """
    address = _address(url, prepare(home))
    engine = _connectable(address)
    try:
        with _alone(address):
            revision = stored_revision(engine)
            if revision != SCHEMA:
                _migrate(address, revision)
    except BaseException:
        engine.dispose()
        raise
    return engine


def stored_revision(engine: Engine) -> str | None:
    """Return the schema that the database has, None for one that is still empty."""
    with reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.scalar(select(column("version_num")).select_from(table("alembic_version")))


@contextmanager
def _alone(address: URL) -> Iterator[None]:
    """Keep other processes from opening the same file meanwhile; a server's migration locks by itself.

    Switching a fresh file to WAL fails at once, whatever the timeout, where another process is doing the same.
    """
    if address.get_backend_name() != "sqlite":
        yield
        return
    database = Path(str(address.database))
    path = database.parent / "locks" / f"{database.name}.lock"
    lock = FileLock(path, timeout=_OPENING_SECONDS)
    try:
        lock.acquire()
    except Timeout as error:
        raise HomeBusy(holder=f"it holds {path}", doing="preparing", fix="try again in a minute, or stop it") from error
    except OSError as error:
        raise unwritable(database.parent, error) from error
    try:
        yield
    finally:
        lock.release()


def _migrate(address: URL, revision: str | None) -> None:
    from bot.records.migrate import upgrade  # noqa: PLC0415 - Alembic is slow to load and hardly ever needed

    # Without foreign keys: SQLite alters a table by replacing it, and dropping the old one would cascade.
    engine = _connectable(address, foreign_keys=False)
    try:
        upgrade(engine, revision)
    finally:
        engine.dispose()


def _address(url: str, home: Path) -> URL:
    if not url:
        return URL.create("sqlite", database=str(home.absolute() / FILE))
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise unreachable(URL.create("unreadable"), "it is not a database URL", _ADDRESS) from error
    if address.drivername in {"postgres", "postgresql"}:
        return address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() == "sqlite" and address.database in {None, "", ":memory:"}:
        raise unreachable(address, "it names no file, so that nothing would be kept", _ADDRESS)
    return address


def _connectable(address: URL, *, foreign_keys: bool = True) -> Engine:
    options: dict[str, Any] = {"json_serializer": partial(json.dumps, ensure_ascii=False, allow_nan=False)}
    if address.get_backend_name() == "sqlite":
        options |= {"connect_args": {"timeout": _BUSY_SECONDS}}
    try:
        engine = create_engine(address, pool_pre_ping=address.get_backend_name() != "sqlite", **options)
    except NoSuchModuleError as error:
        raise unreachable(address, "only sqlite and postgresql are known", _ADDRESS) from error
    except ModuleNotFoundError as error:
        driver = '"psycopg[binary]"' if error.name == "psycopg" else error.name
        fix = f"run 'pip install {driver}' where Attune is installed"
        raise unreachable(address, f"the package {error.name} is not installed", fix) from error
    if address.get_backend_name() == "sqlite":
        _prepare_sqlite(engine, foreign_keys=foreign_keys)
    return engine


def _prepare_sqlite(engine: Engine, *, foreign_keys: bool) -> None:
    """Make commits durable, let readers read beside a writer, and begin transactions ourselves.

    Python's driver begins them late and not for DDL; see 'Serializable isolation' in SQLAlchemy's SQLite page.
    """

    @event.listens_for(engine, "connect")
    def connected(dbapi_connection: sqlite3.Connection, _record: object) -> None:
        dbapi_connection.isolation_level = None
        dbapi_connection.execute("PRAGMA journal_mode = WAL")
        dbapi_connection.execute("PRAGMA synchronous = FULL")
        dbapi_connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
