"""Where the records are: the address that a person gave, and as much of it as may be shown."""

from pathlib import Path
from typing import Final

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from bot.errors import RecordsUnreachable

FILE: Final = "attune.db"
_DRIVERS: Final = {"sqlite": "sqlite", "postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
"""By the database that an address names; whichever driver it names beside that, there is one."""
_WHERE: Final = {"host", "port"}
"""Options of an address that say which server it is: those with a socket, or several."""
_CHECK: Final = "check that it runs and that ATTUNE_DATABASE_URL is right"
_CORRECT: Final = "correct ATTUNE_DATABASE_URL, or unset it to keep the records in the home"


def address(url: str, home: Path) -> URL:
    """Return the address that a text is, an empty one being SQLite in the home; raises `RecordsUnreachable`."""
    if not url:
        return URL.create("sqlite", database=str(home.absolute() / FILE))
    try:
        given = make_url(url)
    except (ArgumentError, ValueError) as error:  # a port that is no number
        raise _unusable("ATTUNE_DATABASE_URL", "it is not a database URL") from error
    if "@" in f"{given.host or ''}{given.database or ''}" and not is_file(given):
        # What follows would be shown as the host, and may be half of a password.
        raise _unusable("ATTUNE_DATABASE_URL", "an @ in its user or password has to be written as %40")
    driver = _DRIVERS.get(given.get_backend_name())
    if driver is None:
        raise _unusable(shown(given), "only sqlite and postgresql are known")
    if is_file(given) and given.database in {None, "", ":memory:"}:
        raise _unusable(shown(given), "it names no file, so that nothing would be kept")
    return given.set(drivername=driver)


def is_file(address: URL) -> bool:
    """Say whether the database is a file here, and not on a server."""
    return address.get_backend_name() == "sqlite"


def shown(address: URL) -> str:
    """Return what a person knows a database by: its file, or its address without password and options."""
    if is_file(address) and address.database:
        return address.database
    where = {name: value for name, value in address.query.items() if name in _WHERE}
    return address.set(drivername=address.get_backend_name(), query=where).render_as_string(hide_password=True)


def home_of(address: URL) -> str | Path:
    """Return what fills up, or was written by another version: the folder of a file, or the server's database."""
    return Path(address.database).parent if is_file(address) and address.database else shown(address)


def unreachable(address: URL, why: str, fix: str = _CHECK) -> RecordsUnreachable:
    """Say that a database cannot be used, without its password."""
    return RecordsUnreachable(url=shown(address), why=why, fix=fix)


def _unusable(place: str, why: str) -> RecordsUnreachable:
    return RecordsUnreachable(url=place, why=why, fix=_CORRECT)
