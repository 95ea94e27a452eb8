"""The `attune` command: a table of verbs, each imported when it is used."""

import importlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, NoReturn

import typer

VERBS: Final = {
    "demo": ("bot.commands.demo:demo", "A home with sample documents, to try the chat and the console."),
    "serve": ("bot.commands.serve:serve", "Run the web chat and the console."),
    "chat": ("bot.commands.chat:chat", "Ask here, with follow-ups."),
    "ask": ("bot.commands.ask:ask", "Ask one question, or many as JSON lines."),
    "vote": ("bot.commands.vote:vote", "Give an answer a thumb."),
    "sources": ("bot.commands.sources:app", "Bring documents in: add, sync, list, verify, remove."),
    "grants": ("bot.commands.grants:app", "Who may see what: allow, revoke, list."),
    "people": ("bot.commands.people:app", "Roles and identities: add, link, invite, lock, list, export."),
    "groups": ("bot.commands.groups:app", "Groups of people: add, remove, list."),
    "evaluate": ("tuning.cli:evaluate", "Measure a release with questions whose answers are known."),
    "releases": ("bot.commands.releases:app", "What answers: list, show, promote, rollback, off."),
    "backup": ("bot.commands.backup:backup", "Write the whole home into one file."),
    "restore": ("bot.commands.backup:restore", "Fill an empty home from a backup."),
    "doctor": ("bot.commands.doctor:doctor", "What is set up and reachable, and how to mend what is not."),
    "migrate": ("bot.commands.migrate:migrate", "Bring the schema of the records up to date."),
}
"""Verb: where its function or its typer app is, and what it does in one line."""


def main() -> NoReturn:
    """Run one command: exit 0 done, 1 could not (one sentence on stderr), 2 wrong use, 128 + N after signal N."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]  # a TextIOWrapper
    sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]  # likewise
    signal.signal(signal.SIGTERM, _terminated)
    # Threads that spin while they wait make every answer several times slower on a machine that does something
    # else too; it has to be said before PyTorch is imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    # What the store's engine warns of is not for whoever asked; what it cannot do becomes a sentence of ours.
    os.environ.setdefault("LANCEDB_LOG", "error")
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command with these arguments and return its exit code."""
    try:
        command(arguments)(list(arguments), prog_name="attune")
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
        return _say("Stopped.", code) if code in {128 + signal.SIGINT, 128 + signal.SIGTERM} else code
    except KeyboardInterrupt:
        return _say("Stopped.", 128 + signal.SIGINT)
    except Exception as error:  # noqa: BLE001 - the last door: whatever went wrong becomes one sentence
        from bot.commands import failing

        return _say(failing.sentence(error), 1)
    return 0


def command(arguments: Sequence[str]) -> typer.Typer:
    """Return the command line with the verb that is asked for imported, and the others known by name."""
    app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.callback(help="Answers from your own documents, for those who may read them.")(_always)
    asked = next((word for word in arguments if not word.startswith("-")), "")
    for verb, (target, does) in VERBS.items():
        found = load(target) if verb == asked else _not_asked
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=verb)
        else:
            app.command(verb, help=does if found is _not_asked else None)(found)
    return app


def load(target: str) -> typer.Typer | Callable[..., Any]:
    """Return what `module:name` stands for."""
    module, _, name = target.partition(":")
    found: typer.Typer | Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def _always(
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        print(f"attune {installed('attune')}")
        raise typer.Exit


def _not_asked() -> None:
    """Stand in the list of verbs for a command that is not imported."""


def _terminated(number: int, frame: object) -> NoReturn:
    del frame
    sys.exit(128 + number)


def _say(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code
