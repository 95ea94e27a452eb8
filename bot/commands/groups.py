"""`attune groups`: groups of people, as subjects of grants."""

from typing import Annotated

import typer

from bot.commands import output
from bot.commands.options import Home, Json
from bot.domain import person
from bot.wiring import opened

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Groups of people; grant to group:NAME.")


@app.command()
def add(
    group: Annotated[str, typer.Argument(metavar="GROUP", show_default=False)],
    people: Annotated[list[str], typer.Argument(metavar="PERSON...", show_default=False)],
    *,
    json: Json = False,
    home: Home = None,
) -> None:
    """Put persons into a group; it is there as soon as it has one.

    Example: attune groups add finance-team ann bob
    """
    members = [person(name) for name in people]
    with opened(home) as parts:
        parts.groups.add(group, members)
        row = {"group": group.strip(), "members": sorted(parts.groups.all()[group.strip()])}
    if json:
        output.document(row)
    else:
        output.say(f"group:{row['group']} has {output.counted(len(row['members']), 'member')}.")


@app.command()
def remove(
    group: Annotated[str, typer.Argument(metavar="GROUP", show_default=False)],
    people: Annotated[list[str], typer.Argument(metavar="PERSON...", show_default=False)],
    *,
    json: Json = False,
    home: Home = None,
) -> None:
    """Take persons out of a group, whichever of their linked identities is in it.

    Example: attune groups remove finance-team bob
    """
    leaving = [person(name) for name in people]
    with opened(home) as parts:
        count = parts.groups.remove(group, leaving)
        held = parts.groups.all().get(group.strip(), frozenset())
    if json:
        output.document({"group": group.strip(), "members": sorted(held)})
    else:
        out = f"{output.counted(count, 'member')} taken out of group:{group.strip()}"
        output.say(f"{out}, which has {output.counted(len(held), 'member')} now.")


@app.command("list")
def show(*, json: Json = False, home: Home = None) -> None:
    """Show every group with its members.

    Example: attune groups list
    """
    with opened(home) as parts:
        held = parts.groups.all()
    if json:
        output.document([{"group": group, "members": sorted(members)} for group, members in held.items()])
    else:
        rows = [(group, ", ".join(sorted(members))) for group, members in held.items()]
        output.table(("group", "members"), rows, "There is no group yet.")
