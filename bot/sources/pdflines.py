"""Words and lines on the pages of a PDF, with how they are set; distances in points, from the top left."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pdfplumber.page import Page

_SPACE = 0.15
"""Gap between characters that separates words, as a share of their size; a fixed width glues justified text."""
_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_EDGE = 0.13
_NUMBER_ONLY = re.compile(r"\W*+(?:page|página|pág\.?|p\.)?\s*+\d++\s*+(?:(?:/|of|de)\s*+\d++)?\W*+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without a gap, or a line of such words."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    """Of most of its characters."""
    bold: bool
    """Whether all of it is."""


def words_of(page: Page) -> list[Word]:
    """Return the words of a page in the order in which they were written into the file."""
    found = page.extract_words(x_tolerance_ratio=_SPACE, use_text_flow=True, return_chars=True)
    return [
        Word(
            text=word["text"],
            x0=float(word["x0"]),
            x1=float(word["x1"]),
            top=float(word["top"]),
            bottom=float(word["bottom"]),
            size=Counter(round(float(character["size"]), 1) for character in word["chars"]).most_common(1)[0][0],
            bold=all(_BOLD.search(str(character["fontname"])) for character in word["chars"]),
        )
        for word in found
    ]


def lines_of(words: Sequence[Word]) -> list[Word]:
    """Join words that follow each other on one level; sort them by place first if the file's order makes no sense."""
    backwards = sum(after.bottom < before.top for before, after in pairwise(words))
    if backwards > 3 + len(words) / 50:
        words = [word for level in levels_of(words) for word in level]
    lines: list[list[Word]] = []
    for word in words:
        before = lines[-1][-1] if lines else None
        if before and before.top < (word.top + word.bottom) / 2 < before.bottom and word.x0 >= before.x1 - 1:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [joined(line) for line in lines]


def levels_of(words: Iterable[Word]) -> list[list[Word]]:
    """Group words by the height that they stand at, whichever column they belong to."""
    levels: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.bottom):
        if levels and word.bottom - levels[-1][0].bottom <= word.size / 3:
            levels[-1].append(word)
        else:
            levels.append([word])
    return [sorted(level, key=lambda word: word.x0) for level in levels]


def joined(words: Sequence[Word]) -> Word:
    """Return words of one level as one."""
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[word.size] += len(word.text)
    return Word(
        text=" ".join(word.text for word in words),
        x0=words[0].x0,
        x1=words[-1].x1,
        top=min(word.top for word in words),
        bottom=max(word.bottom for word in words),
        size=sizes.most_common(1)[0][0],
        bold=all(word.bold for word in words),
    )


def running(pages: Sequence[Sequence[Word]], heights: Sequence[float]) -> list[list[Word]]:
    """Return the lines that the top and bottom margins of the pages repeat, and page numbers."""
    margins = [
        [line for line in map(joined, levels_of(words)) if not height * _EDGE < line.bottom < height * (1 - _EDGE)]
        for words, height in zip(pages, heights, strict=True)
    ]
    repeated = Counter(pattern for lines in margins for pattern in {_pattern(line) for line in lines})
    return [
        [
            line
            for line in lines
            if repeated[_pattern(line)] > max(1, len(pages) / 2) or _NUMBER_ONLY.fullmatch(line.text)
        ]
        for lines in margins
    ]


def _pattern(line: Word) -> str:
    return re.sub(r"\d+", "0", line.text)
