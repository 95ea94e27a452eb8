"""How each of the two databases is spoken to: durable commits, time limits, and how a transaction begins."""

import json
import sqlite3
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from bot.records.addresses import is_file, unreachable
from bot.records.transactions import WRITES

if TYPE_CHECKING:
    import psycopg  # not loaded where SQLite is used
    from sqlalchemy.engine.interfaces import IsolationLevel

_BUSY_SECONDS: Final = 30
"""How long a writer waits for another one before it gives up."""
_SERVER: Final = {
    "connect_timeout": "10",
    # A server that is cut off without a word is given up after a minute, not after two hours.
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
    "client_encoding": "utf8",
    "fallback_application_name": "attune",
}
"""Options of libpq, where the address does not say otherwise."""
_SESSION: Final = {"lock_timeout": f"{_BUSY_SECONDS}s", "timezone": "UTC", "datestyle": "ISO"}
"""Settings of a session that ours must not depend on the server for."""


def engine_for(address: URL, *, foreign_keys: bool = True) -> Engine:
    """Return an engine that has not connected yet; only SQLite can do without `foreign_keys`."""
    options: dict[str, Any] = {
        "json_serializer": partial(json.dumps, ensure_ascii=False, allow_nan=False),
        "hide_parameters": True,  # they are questions, texts of documents and hashes of passwords
    }
    if is_file(address):
        engine = create_engine(address, connect_args={"timeout": _BUSY_SECONDS}, **options)
        _prepare_sqlite(engine, foreign_keys=foreign_keys)
        return engine
    # Each connection is tried before it is used: the server may have been restarted since. Statements are not prepared,
    # so that a pooler in between may give each transaction another session.
    server = {"pool_pre_ping": True, "connect_args": {"prepare_threshold": None}}
    engine = create_engine(address.set(query={**_SERVER, **address.query}), **server, **options)
    _prepare_postgresql(engine)
    return engine


def _prepare_sqlite(engine: Engine, *, foreign_keys: bool) -> None:
    """Make commits durable, let readers read beside a writer, and begin transactions ourselves.

    Python's driver begins them late and not for DDL; see 'Serializable isolation' in SQLAlchemy's SQLite page.
    A writer waits its turn at the beginning: one that reads first and writes later could be refused.
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


def _prepare_postgresql(engine: Engine) -> None:
    """Let readers see one state throughout, and writers what the one before them has left."""

    @event.listens_for(engine, "connect")
    def connected(dbapi_connection: "psycopg.Connection", _record: object) -> None:
        encoding = dbapi_connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            dbapi_connection.close()
            fix = "make one with ENCODING 'UTF8' and name it in ATTUNE_DATABASE_URL"
            raise unreachable(engine.url, f"it cannot hold every text, being in {encoding}", fix)
        for setting in _SESSION.items():
            dbapi_connection.execute("SELECT set_config(%s, %s, false)", setting)
        dbapi_connection.commit()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        level: IsolationLevel = "READ COMMITTED" if writes else "REPEATABLE READ"
        if (driver := connection.connection.dbapi_connection) is not None:
            connection.dialect.set_isolation_level(driver, level)
