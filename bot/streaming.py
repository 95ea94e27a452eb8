"""From a model's pieces to units that can be checked: a sentence, or all that stands before a citation mark."""

import re
from collections.abc import Iterable, Iterator

from bot.sentences import split_sentences

# Repetitions give nothing back, and none is tried again within what it has passed: a model may repeat itself for long.
_MARKED = re.compile(r"\[\d{1,4}\][.!?…]?+(?=\s*+[^\s\[.!?…])")
_ENDS_MARKED = re.compile(r"\[\d{0,4}+\]?+[.!?…]?+\s*+$")
_LATE_MARKS = re.compile(r"([.!?…])((?:\s*+\[\d{1,4}\])++)")


def units(pieces: Iterable[str]) -> Iterator[str]:
    """Yield units as soon as they are whole, without their outer white space; none of the text is lost.

    A unit ends behind its marks, at the end of a line, or where another sentence has begun.
    """
    rest = ""
    for piece in pieces:
        rest += piece
        if piece.isspace() and "\n" not in piece:
            continue  # it ends nothing
        *whole, rest = _cut(rest)
        yield from filter(None, (unit.strip() for unit in whole))
    yield from filter(None, (unit.strip() for unit in _lines_and_marks(rest)))


def _cut(text: str) -> list[str]:
    """Return the units that are whole, and last what may still grow."""
    *whole, rest = _lines_and_marks(text)
    if _ENDS_MARKED.search(rest):
        return [*whole, rest]
    sentences = split_sentences(rest)
    if len(sentences) < 2 or not sentences[-1].strip():  # noqa: PLR2004 - two: one is whole, one has begun
        return [*whole, rest]
    start = rest.rfind(sentences[-1].split()[0])
    return [*whole, rest[:start], rest[start:]] if start > 0 else [*whole, rest]


def _lines_and_marks(text: str) -> list[str]:
    # 'It is so. [1]' and 'It is so [1].' are one form, so that a mark never begins a unit.
    tidy = _LATE_MARKS.sub(r"\2\1", text)
    parts: list[str] = []
    for line in tidy.split("\n"):
        position = 0
        for match in _MARKED.finditer(line):
            parts.append(line[position : match.end()])
            position = match.end()
        parts.append(line[position:])
    return parts
