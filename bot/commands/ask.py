"""`attune ask`: one question, or many."""

from typing import Annotated
from uuid import uuid4

import typer

from bot.chat.terminal import asking, showing
from bot.commands import lines, output
from bot.commands.options import As, Channel, Home, Json, Lines, wrong_use
from bot.domain import Question
from bot.questions import clean
from bot.wiring import Wiring, opened


def ask(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", show_default=False, help="The question.")] = None,
    channel: Channel = None,
    person: As = None,
    *,
    explain: Annotated[bool, typer.Option("--explain", help="Show how each passage fared.")] = False,
    json: Json = False,
    many: Lines = False,
    home: Home = None,
) -> None:
    """Ask a question and get an answer with its sources.

    With --lines, each line of stdin is {"question": "...", "channel": "...", "as": "..."}.

    Example: attune ask "How many days of leave do I have?" --channel general
    """
    if (text is None) is not many:
        wrong_use("give either a question or --lines", "TEXT")
    with opened(home) as parts:
        if many:
            lines.each(
                frozenset({"question", "channel", "as"}),
                frozenset({"question"}),
                lambda line: _answered(parts, line, channel, person, explain=explain),
            )
            return
        asked = _question(parts, text or "", channel, person)
        if json:
            output.document(showing.as_json(parts.answerer.answer(asked), explained=explain))
        else:
            _show(parts, asked, explain=explain)


def _question(parts: Wiring, text: str, channel: str | None, person: str | None) -> Question:
    """Return the question, refused before anything heavy is loaded where it is none."""
    text = clean(text, parts.settings.max_question_chars)
    where = asking.channel(channel) if channel is not None else None
    return asking.question(text, asking.asker(person), where, f"terminal:{uuid4()}")


def _answered(
    parts: Wiring, line: lines.Line, channel: str | None, person: str | None, *, explain: bool
) -> dict[str, object]:
    asked = _question(parts, line["question"], line.get("channel", channel), line.get("as", person))
    return showing.as_json(parts.answerer.answer(asked), explained=explain)


def _show(parts: Wiring, asked: Question, *, explain: bool) -> None:
    out = output.console()
    with output.waiting("Loading the models"):
        stream = parts.answerer.stream(asked)
    answer = showing.show(stream, out)
    if answer.citations:
        out.out("")
        showing.sources(answer, out)
    showing.nearest(answer, out)
    out.out("")
    if explain:
        showing.explain(answer, out)
    out.print(f"attune vote {answer.id} up    attune vote {answer.id} down", style="dim", soft_wrap=True)
    where = asked.audience.channel
    if answer.abstained and where and (hint := asking.nearest(where, parts.grants.all())):
        output.warn(hint)
