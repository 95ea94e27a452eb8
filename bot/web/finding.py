"""Where a quote stands in a document: found by its words, whatever markup, lines or table stands between them."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from markdown_it.token import Token

from bot.sentences import split_sentences

_LONGEST: Final = 4_000
"""Characters of a quote that are looked for."""
_WORD: Final = re.compile(r"\w+")
_CLOSING: Final = re.compile(r"[^\w\s]*")
_TELLING: Final = 5
"""Words in a row that are no coincidence, also where they are not a whole sentence."""
_TAKEN: Final = "\x00"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one inline block, by its place among the inline blocks and its characters."""

    block: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    block: int
    start: int
    end: int


def spans(tokens: Sequence[Token], quote: str) -> list[Span]:
    """Return where the quote's sentences stand; a quoted table row names its columns, and all its cells count."""
    wanted, starts, ends = _quoted(quote[:_LONGEST])
    if not wanted:
        return []
    texts = [_text(token) for token in tokens if token.type == "inline"]
    found: list[Span] = []
    for row in _rows(tokens):
        said = [word.text for name, cell in row for block in (name, cell) for word in _words(block, texts[block])]
        if len(said) > 1 and (at := _position(wanted, said)) is not None:
            wanted[at : at + len(said)] = [_TAKEN] * len(said)
            found += [Span(cell, 0, len(texts[cell])) for _, cell in row]
    words = [word for block, text in enumerate(texts) for word in _words(block, text)]
    for first, last in _runs(wanted, starts, ends, [word.text for word in words]):
        found += _spans(words[first : last + 1], texts)
    return found


def _quoted(quote: str) -> tuple[list[str], set[int], set[int]]:
    """Return the quote's words, and which of them begin a sentence and which come after its end."""
    counts = [len(_WORD.findall(sentence)) for sentence in split_sentences(quote)]
    ends = set(accumulate(counts))
    return [word.casefold() for word in _WORD.findall(quote)], {0, *ends}, ends


def reading(child: Token) -> str:
    """Return what a part of a line says to a reader."""
    if child.type in {"text", "code_inline"}:
        return child.content
    return " " if child.type in {"softbreak", "hardbreak"} else ""


def _text(inline: Token) -> str:
    return "".join(reading(child) for child in inline.children or [])


def _words(block: int, text: str) -> Iterator[_Word]:
    for match in _WORD.finditer(text):
        yield _Word(match[0].casefold(), block, match.start(), match.end())


def _rows(tokens: Sequence[Token]) -> Iterator[list[tuple[int, int]]]:
    """Yield each row below a table's header, as places of the name and the text of every cell that has one."""
    block = -1
    rows: list[list[int]] = []
    for token in tokens:
        if token.type == "inline":
            block += 1
            if rows:
                rows[-1].append(block)
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "table_close":
            header, *body = rows
            yield from (list(zip(header, row, strict=False)) for row in body)
            rows = []


def _joined(words: Sequence[str]) -> str:
    return f" {' '.join(words)} "


def _position(words: Sequence[str], part: Sequence[str]) -> int | None:
    at = _joined(words).find(_joined(part))
    return None if at < 0 else _joined(words)[:at].count(" ")


def _runs(wanted: Sequence[str], starts: set[int], ends: set[int], words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the longest stretches of the document that the quote repeats, from its first word to its last."""
    text = _joined(words)
    offsets = [0, *accumulate(len(word) + 1 for word in words)]
    at = behind = 0
    while at < len(wanted):
        size = _longest(wanted, at, text) if _begins(wanted, at, text) else 0
        whole = at in starts and at + size in ends
        if size >= _TELLING or (size and whole):
            needle = _joined(wanted[at : at + size])
            place = text.find(needle, behind)
            place = place if place >= 0 else text.find(needle)
            first = bisect_left(offsets, place)
            yield first, first + size - 1
            behind = place + len(needle) - 1
            at += size
        else:
            at += 1


def _begins(wanted: Sequence[str], at: int, text: str) -> bool:
    """Say whether a stretch may begin here: most words of a quote that is gone cost one look."""
    return wanted[at] != _TAKEN and _joined(wanted[at : at + 2]).rstrip() in text


def _longest(wanted: Sequence[str], at: int, text: str) -> int:
    low, high = 0, len(wanted) - at
    while low < high:
        middle = (low + high + 1) // 2
        if _joined(wanted[at : at + middle]) in text:
            low = middle
        else:
            high = middle - 1
    return low


def _spans(words: Sequence[_Word], texts: Sequence[str]) -> Iterator[Span]:
    for block in dict.fromkeys(word.block for word in words):
        here = [word for word in words if word.block == block]
        closing = _CLOSING.match(texts[block], here[-1].end)
        yield Span(block, here[0].start, closing.end() if closing else here[-1].end)
