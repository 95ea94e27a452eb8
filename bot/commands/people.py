"""`attune people`: roles and linked identities."""

from typing import Annotated

import typer

from bot.commands import output
from bot.commands.options import Home, Json
from bot.domain import Person, Role, person
from bot.web.invitations import HOURS, Invitations
from bot.web.passwords import local_person
from bot.wiring import opened

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Roles, and identities that are one person.")

Who = Annotated[str, typer.Argument(metavar="PERSON", help="platform:workspace:user; ann is terminal:local:ann.")]


@app.command()
def add(
    who: Who,
    role: Annotated[Role | None, typer.Option(help="What the person may do; without it, no role.")] = None,
    *,
    json: Json = False,
    home: Home = None,
) -> None:
    """Know a person, with a role or without.

    Example: attune people add ann --role admin
    """
    identity = person(who)
    with opened(home) as parts:
        parts.people.add(identity, role)
        _report(parts.people.get(identity), json=json)


@app.command()
def link(
    who: Who,
    other: Annotated[str, typer.Argument(metavar="PERSON", help="Another identity of the same person.")],
    *,
    json: Json = False,
    home: Home = None,
) -> None:
    """Make two identities one person, with the grants, groups and votes of both.

    Example: attune people link slack:T01:U02 ann
    """
    one, two = person(who), person(other)
    with opened(home) as parts:
        parts.people.link(one, two)
        _report(parts.people.get(one), json=json)


@app.command()
def unlink(who: Who, *, json: Json = False, home: Home = None) -> None:
    """Make an identity a person of its own again, with the groups and grants that it holds itself, without a role.

    Example: attune people unlink slack:T01:U02
    """
    identity = person(who)
    with opened(home) as parts:
        if not parts.people.unlink(identity) and not json:
            output.say(f"{identity} was not linked to another identity.")
        _report(parts.people.get(identity), json=json)


@app.command()
def invite(
    name: Annotated[str, typer.Argument(metavar="PERSON", help="The name to sign in with.")],
    role: Annotated[Role | None, typer.Option(help="What the person may do; without it, the role stays.")] = None,
    *,
    json: Json = False,
    home: Home = None,
) -> None:
    """Print a one-time link with which a person sets a password for the web chat and the console.

    Once ann used it, web:local:ann and terminal:local:ann are one person.

    Example: attune people invite ann --role admin
    """
    identity = local_person(name)
    with opened(home) as parts:
        link = parts.settings.address() + Invitations(parts.accounts).invite(identity, role)
    if json:
        output.document({"person": identity, "role": role, "link": link, "hours": HOURS})
    else:
        output.say(f"For {identity}, once, within {HOURS} hours: {link}")


@app.command()
def lock(
    who: Annotated[str, typer.Argument(metavar="PERSON", help="Any identity; ann is who signs in as ann.")],
    *,
    json: Json = False,
    home: Home = None,
) -> None:
    """Take a person's password, open links and sessions away, at once; role, grants and history stay.

    It reaches every linked identity. Who signs in with a provider has to be locked there too.

    Example: attune people lock ann
    """
    identity = person(who) if ":" in who else local_person(who)
    with opened(home) as parts:
        same = sorted({identity, *parts.grants.identities(identity)})
        had = sum(parts.accounts.lock(one) for one in same) > 0
        ended = sum(parts.sessions.remove_of(one) for one in same)
    if json:
        output.document({"person": identity, "locked": had, "sessions": ended})
    else:
        output.say(f"{identity}: {'locked' if had else 'had no account'}, {output.counted(ended, 'session')} ended")


@app.command("list")
def show(*, json: Json = False, home: Home = None) -> None:
    """Show who is known.

    Example: attune people list
    """
    with opened(home) as parts:
        known = parts.people.all()
    if json:
        output.document([_row(one) for one in known])
    else:
        rows = [(", ".join(sorted(one.identities)), one.role or "", ", ".join(sorted(one.groups))) for one in known]
        output.table(("identities", "role", "groups"), rows, "Nobody has been added yet.")


@app.command()
def export(who: Who, *, json: Json = False, home: Home = None) -> None:
    """Print everything that is stored about a person, as JSON.

    Example: attune people export ann > ann.json
    """
    del json  # it is JSON in any case
    identity = person(who)
    with opened(home) as parts:
        output.document(parts.people.export(identity))


def _row(one: Person) -> dict[str, object]:
    return {"identities": sorted(one.identities), "role": one.role, "groups": sorted(one.groups)}


def _report(one: Person, *, json: bool) -> None:
    if json:
        output.document(_row(one))
    else:
        output.say(f"{' = '.join(sorted(one.identities))}: {one.role or 'no role'}")
