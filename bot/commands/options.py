"""Options that mean the same on every verb."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer


def _folder(given: str) -> Path:
    if not given.strip():
        msg = "it is empty; name a folder, or leave it out"
        raise typer.BadParameter(msg)
    return Path(given)


Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        metavar="DIR",
        parser=_folder,
        help="The folder that everything is kept in.  [env var: ATTUNE_HOME]",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lines = Annotated[bool, typer.Option("--lines", help="Read JSON lines from stdin, print a JSON line for each.")]
Channel = Annotated[
    str | None,
    typer.Option("--channel", metavar="NAME", help="Ask in this channel; without it, in a direct message."),
]
As = Annotated[
    str | None, typer.Option("--as", metavar="PERSON", help="Who asks or votes; by default whoever is logged in.")
]


def wrong_use(sentence: str, where: str) -> NoReturn:
    """Refuse a combination of arguments: exit code 2."""
    raise typer.BadParameter(sentence, param_hint=where)
