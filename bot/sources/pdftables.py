"""Tables on the pages of a PDF: those with a grid of rules, and those with rules only above and below."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from pdfplumber.page import Page

from bot.sources.pdflines import Word, levels_of

_THIN, _LEAST_WIDTH, _HEADER_HEIGHT = 3.0, 60.0, 80.0
_GAP = 0.45
"""Between columns, at least, as a share of the size of the text: more than between two words."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its place on the page."""

    rows: tuple[tuple[str, ...], ...]
    """The first is the header."""
    x0: float
    x1: float
    top: float
    bottom: float

    def holds(self, word: Word) -> bool:
        """Say whether a word stands in it."""
        x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
        return self.x0 - 1 <= x <= self.x1 + 1 and self.top - 1 <= y <= self.bottom + 1


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """A horizontal line."""

    top: float
    x0: float
    x1: float

    def aligned(self, other: "Rule") -> bool:
        """Say whether two rules begin and end below each other."""
        return abs(self.x0 - other.x0) < _THIN and abs(self.x1 - other.x1) < _THIN


def grids_of(page: Page) -> list[Table]:
    """Return the tables that rules on all sides draw."""
    return [table for found in page.find_tables() if (table := _grid(found))]


def rules_of(page: Page) -> list[Rule]:
    """Return the longer horizontal lines of a page from top to bottom."""
    return sorted(
        {
            Rule(round(float(line["top"]), 1), round(float(line["x0"])), round(float(line["x1"])))
            for line in [*page.lines, *page.rects]
            if line["bottom"] - line["top"] < _THIN and line["x1"] - line["x0"] > _LEAST_WIDTH
        }
    )


def _grid(found: Any) -> Table | None:  # noqa: ANN401 - pdfplumber types its coordinates loosely
    cells = found.extract(x_tolerance_ratio=0.15)
    rows = [row for row in (tuple(" ".join((cell or "").split()) for cell in row) for row in cells) if any(row)]
    several = [row for row in rows if sum(map(bool, row)) > 1]
    x0, top, x1, bottom = found.bbox
    return Table(tuple(rows), x0, x1, top, bottom) if len(several) > 1 else None


def open_tables(words: Sequence[Word], rules: Sequence[Rule]) -> list[Table]:
    """Find tables as books set them: a rule above the header, one below it, and mostly one at the end.

    Without the last, because the page ended first, the table goes on to the last word.
    """
    found: list[Table] = []
    rest = list(rules)
    while len(rest) > 1:
        first, second = rest[:2]
        rest = rest[1:]
        if not first.aligned(second) or second.top - first.top > _HEADER_HEIGHT:
            continue
        last = next(
            (rule.top for rule in rest[1:] if rule.aligned(first)),
            max((word.bottom for word in words), default=0.0) + 1,
        )
        table = _table(words, first, second.top, last)
        if table:
            found.append(table)
            rest = [rule for rule in rest if rule.top > last]
    return found


def _table(words: Sequence[Word], head: Rule, middle: float, bottom: float) -> Table | None:
    levels = levels_of(word for word in words if head.top < (word.top + word.bottom) / 2 < bottom)
    if any(word.x0 < head.x0 - word.size or word.x1 > head.x1 + word.size for level in levels for word in level):
        return None
    above = [level for level in levels if level[0].bottom < middle + 1]
    below = levels[len(above) :]
    best: list[list[str]] = []
    for crossing in range(1 + len(levels) // 3):
        columns = _columns(levels, crossing)
        header = _merged([_cells(level, columns) for level in above])
        body = [_cells(level, columns) for level in below]
        sound = len(columns) > 1 and all(header) and all(3 * n >= len(body) for n in _filled(body))
        if sound and (not best or len(columns) > len(best[0])):
            best = [header, *_rows(body)]
    return Table(tuple(map(tuple, best)), head.x0, head.x1, head.top, bottom) if len(best) > 1 else None


def _columns(levels: Sequence[Sequence[Word]], crossing: int) -> list[float]:
    """Return where columns begin: behind gaps that at most so many lines of text cross."""
    spans = [(int(word.x0), int(word.x1 + _GAP * word.size)) for level in levels for word in level]
    left, right = min((span[0] for span in spans), default=0), max((span[1] for span in spans), default=0)
    ink = [0] * (right - left)
    for start, end in spans:
        for x in range(start - left, end - left):
            ink[x] += 1
    return [float(left + x) for x in range(len(ink)) if ink[x] > crossing and (x == 0 or ink[x - 1] <= crossing)]


def _cells(words: Sequence[Word], columns: Sequence[float]) -> list[str]:
    cells = [""] * len(columns)
    for word in words:
        middle = word.x0 + min(word.size, (word.x1 - word.x0) / 2)
        column = max((number for number, start in enumerate(columns) if middle >= start), default=0)
        cells[column] = together(cells[column], word.text)
    return cells


def _rows(body: Sequence[list[str]]) -> list[list[str]]:
    """Join the lines of a row: one that continues a row fills few columns, and not the one that never wraps."""
    counts = _filled(body)
    key = counts.index(min(counts))
    rows: list[list[str]] = []
    for cells in body:
        share = sum(map(bool, cells)) / len(cells)
        if rows and (share <= 0.5 or (share <= 0.6 and not cells[key])):  # noqa: PLR2004 - rules of thumb
            rows[-1] = _merged([rows[-1], cells])
        else:
            rows.append(cells)
    return rows


def _filled(body: Sequence[list[str]]) -> list[int]:
    return [sum(map(bool, column)) for column in zip(*body, strict=True)]


def _merged(lines: Sequence[list[str]]) -> list[str]:
    return [reduce(together, column) for column in zip(*lines, strict=True)]


def together(above: str, below: str) -> str:
    """Join what a line break separated, also inside a hyphenated word."""
    if above.endswith("-") and above[-2:-1].isalnum() and below:
        return (above[:-1] if above[-2].isalpha() and below[0].islower() else above) + below
    return f"{above} {below}".strip()
