"""What was said before: which turns may still be used, and how a model reads them."""

from collections.abc import Sequence

from bot.domain import Answer, Grant, Message
from bot.ports import KnownDocuments

_TURNS = 3


def usable(turns: Sequence[Answer], grant: Grant, documents: KnownDocuments) -> list[Answer]:
    """Return the turns whose every passage may be seen by the grant as of now, oldest first.

    The scopes in the records decide, not those of the time when the answer was given. A model that wrote a
    turn had read the turns before it, so what those rest on counts for it too.
    """
    ids = {ranked.document for turn in turns for ranked in turn.trace if ranked.fate == "used"}
    known = documents.by_id(ids)

    def admitted(turn: Answer) -> bool:
        used = {ranked.document for ranked in turn.trace if ranked.fate == "used"}
        return all(document in known and grant.admits(known[document].scopes) for document in used)

    good = [admitted(turn) for turn in turns]
    clean = [all(good[max(0, place - _TURNS) : place + 1]) for place in range(len(turns))]
    return [turn for turn, kept in zip(turns, clean, strict=True) if kept][-_TURNS:]


def history(turns: Sequence[Answer]) -> list[Message]:
    """Return the turns as a chat model reads them; answers that found nothing teach it nothing."""
    return [
        message
        for turn in turns
        if not turn.abstained
        for message in (Message("user", turn.question.text), Message("assistant", turn.text))
    ]
