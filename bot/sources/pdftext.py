"""Lines of a PDF and its tables, put together as Markdown."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.sources.pdflines import Word
from bot.sources.pdftables import Table
from bot.sources.table import as_markdown

Page = Sequence[Word | Table]
"""What stands on a page, in reading order."""

_BULLET = re.compile(r"[•◦▪●○·‣⁃■□✓➢\uf0b7\uf0a7*–—-](?:\s+|$)")  # noqa: RUF001 - dashes that lists use
_NUMBER = re.compile(r"(\(?(?:\d{1,2}|[a-z])[.)])\s+")
_LARGER, _SAME_SIZE, _TIGHT, _FULL, _TOUCH = 1.1, 0.95, 1.3, 0.8, 2.0
_HEADING_LENGTH, _LEVELS, _SYLLABLE = 160, 6, 3


@dataclass(frozen=True, slots=True)
class Style:
    """How the text of a document is mostly set, in points."""

    size: float
    leading: float
    """From one line of a paragraph to the next."""
    left: float
    right: float
    sizes: tuple[float, ...]
    """Of larger lines, largest first."""
    words: frozenset[str]
    """Of the document, to tell whether a hyphen at the end of a line belongs to its word."""

    def level(self, line: Word) -> int:
        """Return the level of a heading, from 1, by its size."""
        return min(_LEVELS, 1 + (self.sizes.index(line.size) if line.size in self.sizes else len(self.sizes)))

    def heads(self, line: Word, gap: float) -> bool:
        """Say whether a line is a heading: larger than the text, or in bold with space above."""
        if _BULLET.match(line.text) or len(line.text) > _HEADING_LENGTH or not any(map(str.isalnum, line.text)):
            return False
        apart = gap < 0 or gap > self.leading * _TIGHT
        bold = line.bold and apart and line.size >= self.size * _SAME_SIZE
        return line.size in self.sizes or (bold and not line.text.endswith((".", ",", ";", ":")))

    def breaks_after(self, line: Word) -> bool:
        """Say whether a line ends well before the margin, as only the last of a paragraph does."""
        return line.x1 < self.left + _FULL * (self.right - self.left)

    def together(self, above: str, below: str) -> str:
        """Join two lines; a hyphen between them goes unless the document writes the word with it."""
        if not above.endswith("-") or not above[-2:-1].isalnum():
            return f"{above} {below}"
        first = re.split(r"[^\w-]", above)[-1].lower()
        second = re.split(r"[^\w-]", below, maxsplit=1)[0].lower()
        return (above[:-1] if self._broken(first, second) else above) + below

    def _broken(self, first: str, second: str) -> bool:
        """Say whether a hyphen at the end of a line was put there by the typesetter."""
        if first[:-1] + second in self.words:
            return True
        compound = min(len(first), len(second)) > _SYLLABLE and {first[:-1], second} <= self.words
        return first[-2].isalpha() and second[:1].isalpha() and first + second not in self.words and not compound


def style_of(pages: Sequence[Page]) -> Style:
    """Measure how a document is set."""
    lines = [[item for item in page if isinstance(item, Word)] for page in pages]
    every = [line for page in lines for line in page]
    weights: Counter[float] = Counter()
    for line in every:
        weights[line.size] += len(line.text)
    size = weights.most_common(1)[0][0] if weights else 10.0
    steps = Counter(
        round(below.top - above.top)
        for page in lines
        for above, below in pairwise(page)
        if above.size == below.size == size and 0 < below.top - above.top < 3 * size
    )
    body = [line for line in every if line.size == size]
    return Style(
        size=size,
        leading=float(steps.most_common(1)[0][0]) if steps else _TIGHT * size,
        left=min((line.x0 for line in body), default=0.0),
        right=max((line.x1 for line in body), default=0.0),
        sizes=tuple(sorted({line.size for line in every if line.size > size * _LARGER}, reverse=True)),
        words=frozenset(
            word.lower() for line in every for word in re.findall(r"(?<!\w)(?<!\w-)\w++(?:-\w++)*+(?!-)", line.text)
        ),
    )


@dataclass(slots=True)
class _Block:
    """A heading, paragraph, item or table while it grows."""

    kind: str
    text: str
    last: Word | Table
    """Its last line, to see what goes on from there."""
    level: int = 0
    indent: float = 0.0
    """Where an item's bullet stands."""
    rows: tuple[tuple[str, ...], ...] = ()


class Writer:
    """Puts lines and tables together, one after the other."""

    def __init__(self, style: Style) -> None:
        """Start a document that is set like this."""
        self._style = style
        self._blocks: list[_Block] = []

    def add(self, item: Word | Table, *, first: bool) -> None:
        """Take the next line or table; `first` says that it begins a page."""
        if isinstance(item, Table):
            self._add_table(item)
            return
        above = self._blocks[-1].last if self._blocks else None
        gap = item.top - above.top if isinstance(above, Word) and not first else -2 * item.size
        self._unhead(item, gap)
        mark = _BULLET.match(item.text) or _NUMBER.match(item.text)
        if self._style.heads(item, gap):
            self._add_heading(item, gap)
        elif mark and not self._wrapped(item, gap):
            self._add_item(item, mark)
        else:
            self._add_text(item, gap)

    def markdown(self) -> str:
        """Return all that was added."""
        parts: list[str] = []
        for number, block in enumerate(self._blocks):
            close = number > 0 and block.kind == self._blocks[number - 1].kind == "item"
            parts += ["\n" if close else "\n\n", _marked(block)]
        return "".join(parts).strip()

    def _add_table(self, table: Table) -> None:
        last = self._blocks[-1] if self._blocks else None
        if last and last.kind == "table" and len(last.rows[0]) == len(table.rows[0]):
            last.rows += table.rows[1:] if table.rows[0] == last.rows[0] else table.rows
        else:
            self._blocks.append(_Block("table", "", table, rows=table.rows))

    def _add_heading(self, line: Word, gap: float) -> None:
        last = self._blocks[-1] if self._blocks else None
        level = self._style.level(line)
        if last and last.kind == "heading" and last.level == level and 0 < gap < 2 * line.size:
            last.text, last.last = f"{last.text} {line.text}", line
        else:
            self._blocks.append(_Block("heading", line.text, line, level))

    def _unhead(self, line: Word, gap: float) -> None:
        """Take a line in bold back for text once another one follows it closely."""
        last = self._blocks[-1] if self._blocks else None
        if last and last.kind == "heading" and last.level > len(self._style.sizes) and line.bold:
            tight = 0 < gap <= self._style.leading * _TIGHT
            last.kind = "paragraph" if tight else "heading"

    def _add_item(self, line: Word, mark: re.Match[str]) -> None:
        text = line.text if mark.re is _NUMBER else line.text[mark.end() :]
        depth, indent = 0, line.x0
        for block in reversed(self._blocks):
            if block.kind != "item" or depth:
                break
            if block.indent < indent - 2:
                depth = block.level + 1
            elif block.indent <= indent + 2:
                depth = block.level
                break
        numbered = mark.re is _NUMBER and text[0].isdigit()
        self._blocks.append(_Block("item", text if numbered else f"- {text}", line, depth, indent))

    def _add_text(self, line: Word, gap: float) -> None:
        last = self._blocks[-1] if self._blocks else None
        if last is None or not isinstance(last.last, Word) or not self._goes_on(last, last.last, line, gap):
            self._blocks.append(_Block("paragraph", line.text, line))
        elif last.kind == "paragraph" and self._style.breaks_after(last.last):
            last.text, last.last = f"{last.text}\n{line.text}", line
        else:
            last.text, last.last = self._style.together(last.text, line.text), line

    def _wrapped(self, line: Word, gap: float) -> bool:
        """Say whether a line looks like an item only because its paragraph was broken before a dash or number."""
        last = self._blocks[-1] if self._blocks else None
        if last is None or last.kind != "paragraph" or not isinstance(last.last, Word):
            return False
        below = abs(line.x0 - last.last.x0) < _TOUCH and 0 < gap <= self._style.leading * _TIGHT
        return below and not self._style.breaks_after(last.last)

    def _goes_on(self, last: _Block, above: Word, line: Word, gap: float) -> bool:
        """Say whether a line belongs to the block above it."""
        if last.kind not in {"paragraph", "item"} or abs(above.size - line.size) > 1:
            return False
        ended = above.text.endswith((".", ":", "!", "?"))
        if gap < -line.size / 2 or gap > 3 * self._style.leading:
            return not ended and line.text[0].islower()
        if gap > self._style.leading * _TIGHT:
            return False
        if last.kind == "item":
            return line.x0 > last.indent + _TOUCH or not self._style.breaks_after(above)
        return not ended or not (self._style.breaks_after(above) or line.x0 > above.x0 + self._style.size / 2)


def _marked(block: _Block) -> str:
    match block.kind:
        case "heading":
            return f"{'#' * block.level} {block.text}"
        case "item":
            return f"{'  ' * block.level}{block.text}"
        case "table":
            return as_markdown(block.rows)
        case _:
            return block.text
