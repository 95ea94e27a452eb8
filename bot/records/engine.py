"""Opening the records: SQLite in the home by default, PostgreSQL by URL, always at this version's schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Engine
from sqlalchemy.engine import URL

from bot.errors import HomeBusy
from bot.home import prepare
from bot.records.addresses import address, is_file
from bot.records.connections import engine_for
from bot.records.tables import SCHEMA
from bot.records.transactions import reading, revision, unwritable

_OPENING_SECONDS = 120
"""How long to wait while another process brings the schema up to date."""


def open_records(url: str, home: Path) -> Engine:
    """Return the database, created and migrated as needed; an empty URL means SQLite in `home`.

    Any number of processes may open a home at once. Raises `HomeNotWritable`, `HomeTooNew`, `HomeBusy`,
    `DiskFull` or `RecordsUnreachable`. Whoever opens it disposes of it.
    """
    place = address(url, prepare(home))
    engine = engine_for(place)
    try:
        with _alone(place):
            if stored_revision(engine) != SCHEMA:
                _migrate(place)
    except BaseException:
        engine.dispose()
        raise
    return engine


def stored_revision(engine: Engine) -> str | None:
    """Return the schema that the database has, None for one that is still empty."""
    with reading(engine) as connection:
        return revision(connection)


@contextmanager
def _alone(place: URL) -> Iterator[None]:
    """Keep other processes from opening the same file meanwhile; a server's migration locks by itself.

    Switching a fresh file to WAL fails at once, whatever the timeout, where another process is doing the same.
    """
    if not is_file(place):
        yield
        return
    database = Path(str(place.database))
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


def _migrate(place: URL) -> None:
    from bot.records.migrate import upgrade  # noqa: PLC0415 - Alembic is slow to load and hardly ever needed

    # Without foreign keys: SQLite alters a table by replacing it, and dropping the old one would cascade.
    engine = engine_for(place, foreign_keys=False)
    try:
        upgrade(engine)
    finally:
        engine.dispose()
