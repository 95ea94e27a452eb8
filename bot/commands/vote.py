"""`attune vote`: a thumb."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.chat.terminal import asking
from bot.commands import lines, naming, output
from bot.commands.options import As, Home, Json, Lines, wrong_use
from bot.domain import AnswerId, Feedback, Verdict
from bot.errors import BadVote
from bot.questions import remark
from bot.wiring import Wiring, opened


def vote(
    answer: Annotated[
        str | None, typer.Argument(metavar="ANSWER_ID", help="Its first six characters are enough.", show_default=False)
    ] = None,
    verdict: Annotated[str | None, typer.Argument(metavar="up|down|none", show_default=False)] = None,
    reason: Annotated[str, typer.Option(help="What was good or bad about it.", show_default=False)] = "",
    better: Annotated[str, typer.Option(help="The answer that you would have liked.", show_default=False)] = "",
    person: As = None,
    *,
    json: Json = False,
    many: Lines = False,
    home: Home = None,
) -> None:
    """Give an answer a thumb; the last one of a person counts, and none takes it back.

    With --lines, each line of stdin is {"answer_id": "...", "verdict": "up", "reason": "...", "better": "...",
    "as": "..."}.

    Example: attune vote 3f2a9c down --reason "that was the old policy"
    """
    if (answer is None or verdict is None) is not many:
        wrong_use("give either an answer and a verdict, or --lines", "ANSWER_ID")
    given = {"answer_id": answer, "verdict": verdict, "reason": reason, "better": better, "as": person}
    line = {key: value for key, value in given.items() if value is not None}
    with opened(home) as parts:
        if many:
            lines.each(frozenset(given), frozenset({"answer_id", "verdict"}), lambda own: _kept(parts, {**line, **own}))
            return
        kept = _kept(parts, line)
        if json:
            output.document(kept)
        else:
            output.say("Noted, thank you.")


def _kept(parts: Wiring, line: lines.Line) -> dict[str, str]:
    typed = line["answer_id"]
    feedback = Feedback(
        answer=AnswerId(naming.full(typed, "answer", parts.answers.beginning(typed.strip().lower()))),
        person=asking.asker(line.get("as")),
        verdict=_verdict(line["verdict"]),
        at=datetime.now(UTC),
        reason=remark(line.get("reason", "")),
        better=remark(line.get("better", ""), "better answer"),
    )
    parts.answers.vote(feedback)
    return {"answer_id": feedback.answer, "verdict": feedback.verdict, "person": feedback.person}


def _verdict(given: str) -> Verdict:
    try:
        return Verdict(given.strip().lower())
    except ValueError as error:
        raise BadVote(given=given) from error
