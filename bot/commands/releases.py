"""`attune releases`: what answers a question."""

from contextlib import suppress
from dataclasses import asdict
from typing import Annotated

import typer

from bot.commands import naming, output
from bot.commands.options import Home, Json
from bot.domain import Release, ReleaseId
from bot.errors import BadInput, ModelError, SettingError
from bot.wiring import Wiring, opened


class NoEarlierRelease(BadInput):
    """Nothing answered before what answers now."""

    sentence = "No release answered before the active one, so there is nothing to go back to."


app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What answers: a model, a prompt, an adapter.")

Id = Annotated[str, typer.Argument(metavar="ID", help="Its first six characters are enough.", show_default=False)]


@app.command("list")
def show_all(*, json: Json = False, home: Home = None) -> None:
    """Show every release, oldest first, and which one answers.

    Example: attune releases list
    """
    with opened(home) as parts:
        # What the settings name can be promoted too, where it can be used, although something else answers.
        with suppress(SettingError, ModelError):
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

    Example: attune releases show 3f2a9c
    """
    with opened(home) as parts:
        found = _found(parts, release)
        row = _row(found, parts.releases.get(found), parts.releases.active())
    if json:
        output.document(row)
    else:
        for key, value in row.items():
            output.say(f"{key + ':':<13}{value}")


@app.command()
def promote(release: Id, *, json: Json = False, home: Home = None) -> None:
    """Let a release answer from the next question on.

    Example: attune releases promote 3f2a9c
    """
    with opened(home) as parts:
        _move(parts, _found(parts, release), json=json)


@app.command()
def rollback(*, json: Json = False, home: Home = None) -> None:
    """Go back to the release that answered before.

    Example: attune releases rollback
    """
    with opened(home) as parts:
        before = parts.releases.previous()
        if before is None:
            raise NoEarlierRelease
        _move(parts, before, json=json)


@app.command()
def off(*, json: Json = False, home: Home = None) -> None:
    """Go back to quoting, which needs no language model.

    Example: attune releases off
    """
    with opened(home) as parts:
        _move(parts, parts.releases.add(parts.quoting), json=json)


def _found(parts: Wiring, typed: str) -> ReleaseId:
    return ReleaseId(naming.full(typed, "release", parts.releases.all()))


def _move(parts: Wiring, release: ReleaseId, *, json: bool) -> None:
    parts.releases.promote(release)
    found = parts.releases.get(release)
    if json:
        output.document(_row(release, found, release))
    else:
        output.say(f"{release} answers now: {found.model}")


def _row(name: ReleaseId, release: Release, active: ReleaseId | None) -> dict[str, object]:
    return {"id": name, "active": name == active, **asdict(release)}
