"""`attune backup` and `attune restore`: the whole home as one file."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from bot import archive, settings, syncing
from bot.commands import output
from bot.commands.options import Home, Json
from bot.home import prepare
from bot.wiring import Wiring, opened

File = Annotated[Path, typer.Argument(metavar="FILE", show_default=False)]


def backup(file: File, *, json: Json = False, home: Home = None) -> None:
    """Write the whole home and its records into one file, also while questions are answered; syncs have to wait.

    Example: attune backup attune-monday.tar.gz
    """
    with opened(home) as parts, syncing.alone(parts.home, *(source.name for source in parts.sources.all())):
        size = archive.write(parts.home, parts.kept.files(parts.home), parts.kept.save, file)
    if json:
        output.document({"file": str(file), "bytes": size})
    else:
        output.say(f"{file} holds all of {parts.home} ({size / 2**20:,.1f} MiB).")


def restore(file: File, *, json: Json = False, home: Home = None) -> None:
    """Fill an empty home from a backup, and with ATTUNE_DATABASE_URL an empty database; all of it, or nothing.

    Example: attune restore attune-monday.tar.gz --home /srv/attune
    """
    chosen = settings.load(home)

    def settle(folder: Path) -> None:
        if url := settings.database_of(folder):
            with closing(Wiring(chosen.model_copy(update={"database_url": url}))) as parts:
                parts.kept.load(folder)

    count = archive.restore(file, prepare(chosen.home), settle)
    if json:
        output.document({"home": str(chosen.home), "files": count})
    else:
        output.say(f"{chosen.home} is back with {count} files.")
