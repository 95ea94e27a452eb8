"""The folder that everything is kept in: made private, and used by one writer at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from bot.errors import HomeBusy, HomeNotWritable

_STOP: Final = "stop it, or use another --home"


def prepare(home: Path) -> Path:
    """Make the folder where it is missing, for its owner alone; raises `HomeNotWritable`."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise HomeNotWritable(home=home, why=_why(error)) from error
    if not os.access(home, os.W_OK | os.X_OK):
        raise HomeNotWritable(home=home, why="no right to write there")
    return home


@contextmanager
def held(home: Path, purpose: str, doing: str, fix: str = _STOP) -> Iterator[None]:
    """Be the only process that does this in the home; raises `HomeBusy`, naming the one that does.

    `purpose` tells one lock from another, `doing` is the verb of the sentence, `fix` what to do about it.
    The lock goes with the process, however that ends.
    """
    folder = prepare(home) / "locks"
    name = sha256(purpose.encode()).hexdigest()[:16]
    holder = folder / f"{name}.pid"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError as error:
        raise HomeNotWritable(home=folder, why="it is a file where a folder belongs") from error
    try:
        with FileLock(folder / f"{name}.lock", blocking=False):
            holder.write_text(str(os.getpid()))
            try:
                yield
            finally:
                holder.unlink(missing_ok=True)
    except Timeout as error:
        raise HomeBusy(holder=_named(holder), doing=doing, fix=fix) from error


def _named(holder: Path) -> str:
    try:
        return f"pid {int(holder.read_text())}"
    except (OSError, ValueError):
        return "pid unknown"


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
