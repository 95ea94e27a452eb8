"""Blocks of Markdown cut where they are too long and joined where they are short."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.sentences import sentence_starts

Count = Callable[[str], int]
"""Tokens of a text, special ones included."""
Headings = tuple[str, ...]

_DENSITY = 10
"""No passage has more characters than this for each token: tokenizers take any long string for one unknown word."""
_CERTAIN = 0.9
"""Share of the limit up to which sums of tokens are trusted; joined texts can take a few more."""
_HEADER = 2 / 3
"""Share of the room that a repeated header may take: what stands below it means nothing without."""
_PORTION = 20_000
_INDENTED = 40
_LINE_END = re.compile(r"\r\n?|\n")
_SPACE = re.compile(r"\s")
_SOLID = re.compile(r"\S")
_LAST_SPACE = re.compile(r"\s\S*$")
# Here and below, repetitions are bounded or give nothing back: a document chooses what they are tried on.
_MARKUP = re.compile(
    r"!?\[([^\]]{0,500}+)\]\([^)]{0,1000}+\)|[*`]+|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)"
    r"|(?<!\s)\s*+\{[#:.][^{}]*+\}$"
)
_LEADS_IN = re.compile(r":[*_]*$|^\*\*[^*\n]+\*\*$")
_NESTED = frozenset({"bullet_list", "ordered_list", "list_item", "blockquote"})
_LINED = frozenset({"fence", "code_block", "html_block"})
_MARKDOWN = MarkdownIt("commonmark").enable("table").disable("reference")
_MARKDOWN.core.ruler.disable("inline")


class Measure:
    """Counts tokens, as rarely as possible, without the special ones that a passage has once."""

    def __init__(self, count: Count, limit: int) -> None:
        """Measure with a model's own count, for passages of at most `limit` tokens in all."""
        self._count = count
        self._limit = limit
        self._special = count("")
        self._joint = max(0, count("a\n\na") - 2 * count("a") + self._special)
        self._rooms: dict[Headings, int] = {}

    def tokens(self, text: str) -> int:
        """Return what a piece adds to a passage."""
        return self._count(text) - self._special + self._joint

    def room(self, headings: Headings) -> int:
        """Return what these headings leave for a text."""
        if headings not in self._rooms:
            above = self.tokens(_above(headings)) if headings else 0
            self._rooms[headings] = self._limit - self._special - above
        return self._rooms[headings]

    def carries(self, headings: Headings) -> bool:
        """Say whether headings are short enough to stand above every passage."""
        return sum(map(len, headings)) <= _DENSITY * self._limit and self.room(headings) >= self._limit / 2

    def keeps(self, headings: Headings, text: str, tokens: int) -> bool:
        """Say whether a passage is within the limit, where the sum of its pieces' tokens leaves a doubt."""
        if self._limit - self.room(headings) + tokens <= _CERTAIN * self._limit:
            return True
        return self._count(_above(headings) + text) <= self._limit


def _above(headings: Headings) -> str:
    return " > ".join(headings) + "\n" if headings else ""


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level block, by its characters."""

    start: int
    end: int
    node: SyntaxTreeNode | None
    """None for text that the parser passed over."""
    says: bool
    """Whether there is a word or number in it."""

    @property
    def level(self) -> int:
        """Return the level of a heading, 0 for anything else."""
        return int(self.node.tag[1]) if self.node and self.node.type == "heading" else 0

    @property
    def name(self) -> str:
        """Return a heading as plain text."""
        inline = self.node.children[0].content if self.node and self.node.children else ""
        return " ".join(_MARKUP.sub(lambda match: match[1] or "", inline).split())

    @property
    def parts(self) -> bool:
        """Say whether it is a thematic break, which keeps apart what stands around it."""
        return self.node is not None and self.node.type == "hr"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the text that stays together."""

    start: int
    end: int
    tokens: int
    header: str = ""
    """Of the table that it goes on with; repeated where the rows before it stand in another passage."""
    header_tokens: int = 0

    def text(self, source: str) -> str:
        """Return what is read: the stretch, as far to the left as its first line, below the header of its table."""
        stretch = source[self.start : self.end]
        before = source[max(0, self.start - _INDENTED) : self.start]
        indent = len(before) - len(before.rstrip(" "))
        if indent and (indent == len(before) or before[-indent - 1] in "\r\n"):
            stretch = re.sub(rf"(?<=\n) {{1,{indent}}}", "", stretch)
        return f"{self.header}\n{stretch}" if self.header else stretch


def _runs(stretches: Iterable[tuple[int, int]], room: int) -> Iterator[tuple[int, int]]:
    """Join very short neighbours, so that a list of words does not cost a count for each."""
    first: int | None = None
    last = 0
    for start, end in stretches:
        if first is not None and end - first > room / 2:
            yield first, last
            first = None
        first, last = start if first is None else first, end
    if first is not None:
        yield first, last


class Cutter:
    """Cuts blocks where they are too long and joins them where they are short."""

    def __init__(self, text: str, measure: Measure) -> None:
        """Cut this text by this measure."""
        self._text = text
        self._measure = measure
        self._lines = [0, *(match.end() for match in _LINE_END.finditer(text)), len(text)]

    def blocks(self) -> list[Block]:
        """Return the top-level blocks in order; together they cover all that is not blank."""
        blocks: list[Block] = []
        done = 0
        for node in SyntaxTreeNode(_MARKDOWN.parse(self._text)).children:
            start, end = (self._lines[line] for line in node.map or (0, 0))
            if self._text[done:start].strip():
                blocks.append(self._block(done, start, None))
            blocks.append(self._block(start, end, node))
            done = end
        if self._text[done:].strip():
            blocks.append(self._block(done, len(self._text), None))
        return blocks

    def _block(self, start: int, end: int, node: SyntaxTreeNode | None) -> Block:
        return Block(start, end, node, self._says(start, end))

    def _says(self, start: int, end: int) -> bool:
        return any(map(str.isalnum, self._text[start:end]))

    def parts(self, headings: Headings, blocks: Iterable[Block]) -> Iterator[Part]:
        """Yield what becomes the passages of a section."""
        room = self._measure.room(headings)
        pieces = (piece for block in blocks for piece in self._cut(block.start, block.end, block.node, room))
        for group in self._packed(pieces, room):
            yield from self._kept(headings, group)

    def _packed(self, pieces: Iterable[Part], room: int) -> Iterator[list[Part]]:
        """Join pieces while they fit; what introduces the next one goes with it."""
        group: list[Part] = []
        for piece in pieces:
            if group and not self._join(group, piece, room):
                last = group[-1]
                leads = _LEADS_IN.search(self._text[last.start : last.end]) and last.tokens + piece.tokens <= room
                if len(group) > 1 or not leads:
                    yield group[:-1] if leads else group
                group = [last] if leads else []
            group.append(piece)
        if group:
            yield group

    def _join(self, group: Sequence[Part], piece: Part, room: int) -> bool:
        tokens = group[0].header_tokens + sum(part.tokens for part in group) + piece.tokens
        return tokens <= room and piece.end - group[0].start <= _DENSITY * room

    def _kept(self, headings: Headings, group: Sequence[Part]) -> Iterator[Part]:
        """Yield a group as one, unless sums of tokens were misleading and it must be cut again."""
        first, last = group[0], group[-1]
        part = replace(first, end=last.end, tokens=first.header_tokens + sum(piece.tokens for piece in group))
        if not self._says(part.start, part.end):
            return
        if self._measure.keeps(headings, part.text(self._text), part.tokens) or part.end - part.start == 1:
            yield part
        elif len(group) > 1:
            yield from self._kept(headings, group[: len(group) // 2])
            yield from self._kept(headings, group[len(group) // 2 :])
        else:
            for piece in self._by_word(part.start, part.end, max(1, part.tokens * 3 // 4)):
                yield from self._kept(headings, [piece])

    def _cut(self, start: int, end: int, node: SyntaxTreeNode | None, room: int) -> Iterator[Part]:
        """Yield a block whole, or else in pieces at its joints."""
        if not self._text[start:end].strip():
            return
        if whole := self._whole(start, end, room):
            yield whole
        elif node and node.type == "table":
            yield from self._rows(node, end, room)
        elif node and node.type in _NESTED and node.children:
            places = [self._lines[child.map[0]] if child.map else start for child in node.children]
            children = dict(zip([start, *places[1:]], node.children, strict=True))
            for first, last in _runs(pairwise([*children, end]), room):
                yield from self._cut(first, last, children[first], room)
        elif node and node.type in _LINED:
            yield from self._pieces(self._by_line(start, end), room)
        else:
            yield from self._pieces(self._by_sentence(start, end), room)

    def _whole(self, start: int, end: int, room: int) -> Part | None:
        """Return a stretch without the white space around it, None if it does not fit."""
        stretch = self._text[start:end]
        start, end = end - len(stretch.lstrip()), start + len(stretch.rstrip())
        if end - start > _DENSITY * room:
            return None
        tokens = self._measure.tokens(self._text[start:end])
        return Part(start, end, tokens) if tokens <= room else None

    def _rows(self, table: SyntaxTreeNode, end: int, room: int) -> Iterator[Part]:
        """Yield rows, the first one with the header; one that leaves too little room is not repeated."""
        first, last = table.map or (0, 0)
        edges = [self._lines[first], *self._lines[first + 3 : last], end]
        header = self._text[edges[0] : self._lines[first + 2]].strip()
        cost = self._measure.tokens(header) if len(header) <= _DENSITY * room else room
        for start, stop in _runs(pairwise(edges), room):
            repeated = start > edges[0] and cost <= room * _HEADER
            row = self._whole(start, stop, room - cost if repeated else room)
            if row:
                yield replace(row, header=header, header_tokens=cost) if repeated else row
            else:
                yield from self._pieces(self._by_line(start, stop), room)

    def _pieces(self, stretches: Iterable[tuple[int, int]], room: int) -> Iterator[Part]:
        """Yield stretches that fit, lines of those that do not, and words of the lines."""
        for start, end in _runs(stretches, room):
            if not self._text[start:end].strip():
                continue
            whole = self._whole(start, end, room)
            if whole:
                yield whole
            elif _LINE_END.search(self._text[start:end].strip()):
                yield from self._pieces(self._by_line(start, end), room)
            else:
                yield from self._by_word(start, end, room)

    def _by_line(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        return pairwise([start, *(match.end() for match in _LINE_END.finditer(self._text, start, end)), end])

    def _by_sentence(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the places of sentences; very long texts are looked at in portions."""
        edges: list[int] = []
        for first in range(start, end, _PORTION):
            portion = self._text[first : min(first + _PORTION, end)]
            edges += [first + begin for begin in sentence_starts(portion)]
        return pairwise([start, *edges[1:], end])

    def _by_word(self, start: int, end: int, room: int) -> Iterator[Part]:
        """Yield as many words at a time as fit; only a word that does not fit alone is cut."""
        most = size = max(1, _DENSITY * room)
        while solid := _SOLID.search(self._text, start, end):
            start = solid.start()
            furthest = min(start + most, end)
            part = self._words(start, min(start + size, end), furthest, room)
            if part:
                yield part
                start, size = part.end, min(most, 1 + (part.end - part.start) * 5 // 4)
            elif size == 1:
                yield Part(start, start + 1, room)
                start += 1
            else:
                size = max(1, size * 2 // 3)

    def _words(self, start: int, stop: int, furthest: int, room: int) -> Part | None:
        """Return the words that end by `stop`, or the first one if it ends later, or a piece of it."""
        if stop < len(self._text) and not self._text[stop].isspace():
            before = _LAST_SPACE.search(self._text, start, stop)
            after = _SPACE.search(self._text, stop, furthest)
            if before:
                stop = before.start()
            elif after and (word := self._whole(start, after.start(), room)):
                return word
        return self._whole(start, stop, room)
