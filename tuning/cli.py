"""The verbs of measuring and tuning."""

import codecs
import json
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Annotated

import typer

from bot.domain import ReleaseId
from tuning.domain import Figure, Outcome


def _folder(given: str) -> Path:
    if not given.strip():
        msg = "it is empty; name a folder, or leave it out"
        raise typer.BadParameter(msg)
    return Path(given)


def evaluate(  # noqa: PLR0913 - the parameters of a verb are its options
    questions: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            readable=True,
            help="JSON lines, a question with its answers each.",
        ),
    ],
    release: Annotated[
        str | None, typer.Option(metavar="ID", help="The release to measure; without it, the one that answers now.")
    ] = None,
    channel: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Where questions that name no channel are asked; without it, in a direct message."
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Ask a sample; the same one every time.")
    ] = None,
    details: Annotated[
        typer.FileTextWrite | None,
        typer.Option(metavar="FILE", encoding="utf-8", help="Write a JSON line for each question, as it is answered."),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document, as it does anyway.")] = False,
    home: Annotated[
        Path | None,
        typer.Option(
            "--home",
            metavar="DIR",
            parser=_folder,
            help="The folder that everything is kept in.  [env var: ATTUNE_HOME]",
        ),
    ] = None,
) -> None:
    """Measure a release with questions whose answers are known.

    A line is {"id": "...", "question": "...", "answers": ["..."], "documents": ["the end of a uri, or a title"]},
    with "unanswerable": true where the documents hold no answer, and "channel" where it matters. Each figure comes
    with the number of questions behind it and its 95 % interval. Nothing that is asked here is kept.

    Example: attune evaluate --questions questions.jsonl --channel general --limit 100
    """
    from bot.wiring import opened
    from tuning.evaluation import ask, figures, read_questions, sample
    from tuning.wiring import answering

    del as_json
    asked = read_questions(questions.read_bytes().removeprefix(codecs.BOM_UTF8).splitlines())
    asked = sample(asked, limit) if limit else asked
    chosen = ReleaseId(release) if release else None
    with opened(home) as parts:
        parts.ready(chosen)  # what cannot work is said before anything heavy is loaded
        answer = answering(parts.answering, chosen, channel)
        outcomes = _noted(_watched(ask(asked, answer), len(asked)), details)
        found = figures(outcomes)
    print(json.dumps({name: _rounded(figure) for name, figure in found.items()}))


def _watched(outcomes: Iterable[Outcome], total: int) -> Iterable[Outcome]:
    """Show on a terminal how far it is."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(outcomes, "Asking", total, console=console, transient=True, disable=not console.is_terminal)


def _noted(outcomes: Iterable[Outcome], details: IO[str] | None) -> Iterator[Outcome]:
    """Write each detail as soon as there is one, so that an interrupted evaluation keeps what it did."""
    from tuning.evaluation import detail

    if details and stat.S_ISREG(os.fstat(details.fileno()).st_mode):
        os.fchmod(details.fileno(), 0o600)  # it quotes documents
    for outcome in outcomes:
        if details:
            details.write(f"{json.dumps(detail(outcome), ensure_ascii=False)}\n")
            details.flush()
        yield outcome


def _rounded(figure: Figure) -> dict[str, float | int | None]:
    return {key: round(value, 6) if isinstance(value, float) else value for key, value in asdict(figure).items()}
