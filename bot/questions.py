"""What people type, before anything is done with it."""

import re
import unicodedata
from functools import cache
from typing import Final

from bot.errors import BadInput, EmptyQuestion, OnlyALink, QuestionTooLong

LONGEST: Final = {"reason": 1_000, "better answer": 8_000}
"""Characters that are kept of what people say of an answer."""

_LINK: Final = re.compile(r"<?(?:[a-z][a-z0-9+.-]*://|www\.)\S+", re.IGNORECASE)
_ESCAPES: Final = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)?")
"""Colours, cursor moves, titles and links of terminals."""
_INVISIBLE: Final = frozenset("\ufeff\u200b\u2060\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Format characters that hide or turn text round; joiners stay, because words and emoji need them."""


class RemarkTooLong(BadInput):
    """More than anybody reviews."""

    sentence = "The {what} has {length:,} characters and I keep up to {limit:,}: please shorten it; nothing was noted."


def visible(text: str) -> str:
    """Return the text without control characters and lone surrogates: safe to print and to keep.

    Line breaks and tabs stay; of a terminal's escape sequences nothing does.
    """
    return "".join(char for char in _ESCAPES.sub("", text) if char in "\n\t" or not _hidden(char))


def composed(text: str) -> str:
    """Return the text in NFC; of the accents on one letter 30 are kept, as ever more take ever longer to put in order.

    No language needs as many: it is the bound of Unicode's Stream-Safe Text Format (UAX #15).
    """
    return text if text.isascii() else unicodedata.normalize("NFC", _stacked().sub(r"\1", text))


@cache
def _stacked() -> re.Pattern[str]:
    accents = "".join(filter(unicodedata.combining, map(chr, range(0x300, 0x1F000))))
    return re.compile(f"([{accents}]{{30}})[{accents}]++")


def readable(text: str) -> str:
    """Return the visible text in NFC, with one kind of line break and without outer white space."""
    return composed(visible("\n".join(text.splitlines()))).strip()


def clean(text: str, limit: int) -> str:
    """Return a question that can be answered, of at most `limit` characters.

    Raises `EmptyQuestion`, `QuestionTooLong` or `OnlyALink`.
    """
    question = readable(text)
    if len(question) > limit:
        raise QuestionTooLong(length=len(question), limit=limit)
    if not any(char.isalnum() for char in question):
        raise EmptyQuestion
    if all(_LINK.fullmatch(word) for word in question.split()):
        raise OnlyALink
    return question


def remark(text: str, what: str = "reason") -> str:
    """Return what somebody says of an answer, a reason or a better answer; raises `RemarkTooLong`."""
    said = readable(text)
    if len(said) > LONGEST[what]:
        raise RemarkTooLong(what=what, length=len(said), limit=LONGEST[what])
    return said


def _hidden(char: str) -> bool:
    return char in _INVISIBLE or unicodedata.category(char) in {"Cc", "Cs"}
