"""`attune backup` and `attune restore`: the whole home as one file."""

from pathlib import Path
from typing import Annotated

import typer

from bot import archive, settings, syncing
from bot.commands import output
from bot.commands.options import Home, Json
from bot.errors import WrongSetting
from bot.home import prepare
from bot.wiring import opened

File = Annotated[Path, typer.Argument(metavar="FILE", show_default=False)]


def backup(file: File, *, json: Json = False, home: Home = None) -> None:
    """Write the whole home into one file, also while questions are answered; syncs have to wait.

    Example: attune backup attune-monday.tar.gz
    """
    with opened(home) as parts:
        if parts.database is None:
            why = "a backup covers a database in the home; use the tools of the server (pg_dump) and copy the home"
            raise WrongSetting(name="ATTUNE_DATABASE_URL", given="***", why=why)
        with syncing.alone(parts.home, *(source.name for source in parts.sources.all())):
            size = archive.write(parts.home, parts.database, file)
    if json:
        output.document({"file": str(file), "bytes": size})
    else:
        output.say(f"{file} holds all of {parts.home} ({size / 2**20:,.1f} MiB).")


def restore(file: File, *, json: Json = False, home: Home = None) -> None:
    """Fill an empty home from a backup; nothing is there before all of it is.

    Example: attune restore attune-monday.tar.gz --home /srv/attune
    """
    chosen = prepare(settings.load(home).home)
    count = archive.restore(file, chosen)
    if json:
        output.document({"home": str(chosen), "files": count})
    else:
        output.say(f"{chosen} is back with {count} files.")
