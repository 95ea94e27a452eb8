"""`attune grants`: who may see what."""

from typing import Annotated

import typer

from bot.commands import output
from bot.commands.options import Home, Json
from bot.domain import Scope, Subject, scope, subject
from bot.wiring import opened

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Who may see what; nobody sees anything before.")

To = Annotated[
    str,
    typer.Argument(
        metavar="SUBJECT",
        help="platform:workspace:channel, user:PERSON, group:NAME, everyone or outsiders.",
        show_default=False,
    ),
]
Scopes = Annotated[list[str], typer.Argument(metavar="SCOPE...", help="Labels of sources.", show_default=False)]


@app.command()
def allow(to: To, scopes: Scopes, *, json: Json = False, home: Home = None) -> None:
    """Let a subject see all documents that carry one of these scopes.

    Example: attune grants allow terminal:local:general everyone
    """
    who, what = subject(to), _named(scopes)
    with opened(home) as parts:
        parts.grants.allow(who, what)
        _report(who, parts.grants.scopes_of([who]), json=json)


@app.command()
def revoke(to: To, scopes: Scopes, *, json: Json = False, home: Home = None) -> None:
    """Take scopes from a subject; it counts from the next question on.

    Example: attune grants revoke user:ann finance
    """
    who, what = subject(to), _named(scopes)
    with opened(home) as parts:
        if not parts.grants.revoke(who, what) and not json:
            output.say(f"{who} had none of these.")
        _report(who, parts.grants.scopes_of([who]), json=json)


@app.command("list")
def show(*, json: Json = False, home: Home = None) -> None:
    """Show every subject with its scopes.

    Example: attune grants list --json
    """
    with opened(home) as parts:
        held = parts.grants.all()
    if json:
        output.document([_row(who, scopes) for who, scopes in held.items()])
    else:
        rows = [(who, ", ".join(sorted(scopes))) for who, scopes in held.items()]
        output.table(("subject", "scopes"), rows, "Nothing is granted yet: 'attune grants allow SUBJECT SCOPE' does.")


def _named(scopes: list[str]) -> list[Scope]:
    return [scope(name) for name in scopes]


def _row(who: Subject, scopes: frozenset[Scope]) -> dict[str, object]:
    return {"subject": who, "scopes": sorted(scopes)}


def _report(who: Subject, scopes: frozenset[Scope], *, json: bool) -> None:
    if json:
        output.document(_row(who, scopes))
    else:
        output.say(f"{who} may see: {', '.join(sorted(scopes)) or 'nothing'}")
