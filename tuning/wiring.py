"""From the parts of the bot to those of measuring."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

from bot import access
from bot.answering import Answerer, Parts
from bot.domain import Answer, Audience, Question, ReleaseId, person
from bot.releases import active
from tuning.domain import EvalQuestion
from tuning.unrecorded import Pinned, Unkept

PLACE = "terminal:local"
ASKER = person("evaluation", PLACE)


def answering(parts: Parts, release: ReleaseId | None, channel: str | None) -> Callable[[EvalQuestion], Answer]:
    """Return what answers the questions of an evaluation with one release, and keeps nothing of them.

    A question is asked in its own channel, else in `channel`, else in a direct message. Raises
    `NotFound` if there is no such release; the answering raises what the `Answerer` does.
    """
    elsewhere = audience(channel)
    pinned = release or active(parts.releases, parts.first)[0]
    answerer = Answerer(replace(parts, answers=Unkept(), releases=Pinned(parts.releases, pinned)))

    def answer(question: EvalQuestion) -> Answer:
        where = audience(question.channel) if question.channel else elsewhere
        return answerer.answer(Question(question.question, ASKER, where, f"evaluation:{uuid4()}"))

    return answer


def audience(name: str | None) -> Audience:
    """Return who reads along in a channel, a bare name being one of the terminal; None is a direct message.

    Raises `BadSubject` for what cannot be a channel.
    """
    if name is None:
        return Audience(members=frozenset({ASKER}))
    return Audience(access.channel(name, PLACE))
