"""`attune releases`: what answers a question."""

from dataclasses import asdict
from typing import Annotated

import typer

from bot.commands import output
from bot.commands.options import Home, Json
from bot.domain import Release, ReleaseId
from bot.errors import NotFound
from bot.wiring import Wiring, opened

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What answers: a model, a prompt, an adapter.")

Id = Annotated[str, typer.Argument(metavar="ID", show_default=False)]


@app.command("list")
def show_all(*, json: Json = False, home: Home = None) -> None:
    """Show every release, oldest first, and which one answers.

    Example: attune releases list
    """
    with opened(home) as parts:
        # What the settings name can be promoted too, although something else answers.
        parts.releases.add(parts.first_release)
        active, found = parts.releases.active(), parts.releases.all()
    if json:
        output.document([_row(name, one, active) for name, one in found.items()])
    else:
        rows = [
            (name, "active" if name == active else "", one.model, one.adapter, one.dataset)
            for name, one in found.items()
        ]
        output.table(("release", "", "model", "adapter", "dataset"), rows, "There is no release yet.")


@app.command()
def show(release: Id, *, json: Json = False, home: Home = None) -> None:
    """Show all that a release is made of.

    Example: attune releases show 3f2a9c0d1e4b5a67
    """
    with opened(home) as parts:
        row = _row(ReleaseId(release), parts.releases.get(ReleaseId(release)), parts.releases.active())
    if json:
        output.document(row)
    else:
        for key, value in row.items():
            output.say(f"{key + ':':<13}{value}")


@app.command()
def promote(release: Id, *, json: Json = False, home: Home = None) -> None:
    """Let a release answer from the next question on.

    Example: attune releases promote 3f2a9c0d1e4b5a67
    """
    with opened(home) as parts:
        _move(parts, ReleaseId(release), json=json)


@app.command()
def rollback(*, json: Json = False, home: Home = None) -> None:
    """Go back to the release that answered before.

    Example: attune releases rollback
    """
    with opened(home) as parts:
        before = parts.releases.previous()
        if before is None:
            raise NotFound(kind="release", name="before the active one", hint="It is the first that answers.")
        _move(parts, before, json=json)


@app.command()
def off(*, json: Json = False, home: Home = None) -> None:
    """Go back to quoting, which needs no language model.

    Example: attune releases off
    """
    with opened(home) as parts:
        _move(parts, parts.releases.add(parts.quoting), json=json)


def _move(parts: Wiring, release: ReleaseId, *, json: bool) -> None:
    parts.releases.promote(release)
    found = parts.releases.get(release)
    if json:
        output.document(_row(release, found, release))
    else:
        output.say(f"{release} answers now: {found.model}")


def _row(name: ReleaseId, release: Release, active: ReleaseId | None) -> dict[str, object]:
    return {"id": name, "active": name == active, **asdict(release)}
