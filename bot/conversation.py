"""What was said before: which turns may still be used, and what a follow-up question means with them."""

from collections.abc import Sequence

from bot.domain import Answer, Grant, Message
from bot.ports import KnownDocuments
from bot.terms import stem, weight, words

_TURNS = 3
_OPENERS = frozenset(
    "and but or also then what+about how+about why so y e o pero mas también entonces también porqué por+qué".split()
)
_POINTERS = {
    "en": frozenset("it its that this these those they them their he she his her there one ones same".split()),
    "es": frozenset(
        "eso esto ese esa esos esas ello ellos ellas él ella este estos estas allí mismo misma su sus".split()
    ),
    "pt": frozenset(
        "isso isto esse essa esses essas ele ela eles elas este esta ali mesmo mesma seu sua dele dela".split()
    ),
}
_TELLING = 0.1
_FEW = 3
"""A question with fewer telling words than this leans on what was said before."""


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


def is_follow_up(text: str, language: str) -> bool:
    """Say whether a question cannot be understood without the one before it."""
    said = words(text)
    if not said:
        return False
    opener = said[0] in _OPENERS or "+".join(said[:2]) in _OPENERS
    telling = {stem(word, language) for word in said if weight(word, language) >= _TELLING}
    pointing = any(word in _POINTERS.get(language, frozenset()) for word in said)
    return opener or (len(telling) < _FEW and (pointing or len(said) <= _FEW + 1))


def standalone(text: str, language: str, turns: Sequence[Answer]) -> str:
    """Return the question as somebody would ask it who had not heard the ones before.

    A follow-up is put behind the questions that it follows, back to the last one that stood alone.
    """
    if not turns or not is_follow_up(text, language):
        return text
    before: list[str] = []
    for turn in reversed(turns):
        before.insert(0, turn.question.text)
        if not is_follow_up(turn.question.text, language):
            break
    return " ".join([*before, text])


def history(turns: Sequence[Answer]) -> list[Message]:
    """Return the turns as a chat model reads them; answers that found nothing teach it nothing."""
    return [
        message
        for turn in turns
        if not turn.abstained
        for message in (Message("user", turn.question.text), Message("assistant", turn.text))
    ]
