"""The statements of a passage: sentences, list items and table rows, each readable on its own."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import syntok.segmenter
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.denial import governs
from bot.hidden import without_hidden

_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_OWN_MARK = re.compile(r"\[(\d{1,4})\]")
_LONGEST_LIST = 500
"""A list is also one statement, together with the line that announces it, up to this many characters."""


_LONGEST_LABEL = 60


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that a passage states, in plain text, together with what governs it."""

    text: str
    kind: str
    """sentence, item, list or row."""
    under: str = ""
    """What its text begins with: the heading that denies or withdraws it, the line that announces its list."""
    cells: tuple[str, ...] = ()
    """Of a row: each cell with the name of its column."""
    block: int = 0
    """Which paragraph, list or table of the passage it stands in."""
    label: str = ""
    """What its paragraph begins with in bold or italics, as a heading of its own: 'Lisbon.'"""


def is_excerpt(text: str, row: Statement) -> bool:
    """Say whether a text is a row without some of its cells: its first, with or without the column's name, stays."""
    first, *others = row.cells or ("",)
    body = text.removeprefix(row.under).strip()
    begins = next((one for one in (first, bare(first)) if one and body.startswith(one)), "")
    rest = body[len(begins) :]
    for cell in others:
        rest = rest[len(cell) + 2 :] if rest.startswith(f"; {cell}") else rest
    return bool(begins) and not rest


def bare(cell: str) -> str:
    """Return what a cell holds, without the name of its column."""
    header, colon, value = cell.partition(": ")
    return value if colon and header and value else cell


def split_sentences(text: str) -> list[str]:
    """Return the sentences of running text in order; joined by a space they are the text."""
    starts = [*sentence_starts(text), len(text)]
    return [" ".join(text[start:end].split()) for start, end in pairwise(starts)]


def sentence_starts(text: str) -> list[int]:
    """Return where the sentences of running text begin, in characters."""
    return [sentence[0].offset for paragraph in syntok.segmenter.analyze(text) for sentence in paragraph]


@lru_cache(maxsize=4_096)
def statements(markdown: str, headings: tuple[str, ...] = ()) -> tuple[Statement, ...]:
    """Return what a passage in Markdown states, in order; headings state nothing.

    An item stands behind the line that announces its list, and whatever stands below a heading that denies or
    withdraws it stands behind that heading: 'Old rules (no longer valid): Lunch vouchers are worth 11 euros.'
    What is struck out or hidden is not stated.
    """
    tokens = _MARKDOWN.parse(without_hidden(markdown, struck=True))
    return tuple(_walk(tokens, [heading for heading in headings if governs(heading)]))


def _walk(tokens: Sequence[Token], around: Sequence[str]) -> Iterator[Statement]:
    announced = ""
    inside: dict[str, str] = {}
    position = 0
    while position < len(tokens):
        token = tokens[position]
        end = _end(tokens, position)
        block = tokens[position:end]
        if token.type == "heading_open":
            inside = {tag: text for tag, text in inside.items() if tag < token.tag}
            inside[token.tag] = plain(block[1])
        else:
            above = [*around, *filter(governs, inside.values()), *([announced] if governs(announced) else [])]
            listed = token.type in {"bullet_list_open", "ordered_list_open"}
            governing = _joined(above[:-1] if listed and governs(announced) else above)
            label = _label(block)
            for one in _below(governing, _said(block, announced)):
                yield replace(one, block=position, label=label)
        announced = _announcement(block) or (announced if token.type == "html_block" else "")
        position = end


def _said(block: Sequence[Token], announced: str) -> Iterator[Statement]:
    """Yield what one block states."""
    kind = block[0].type
    if kind == "table_open":
        yield from _rows(block)
    elif kind in {"bullet_list_open", "ordered_list_open"}:
        yield from _items(block, announced)
    elif kind in {"fence", "code_block"}:
        lines = (shielded(line).strip() for line in block[0].content.splitlines())
        yield from (Statement(line, "row") for line in lines if line)
    elif kind in {"paragraph_open", "blockquote_open"}:
        for inner in block:
            if inner.type == "inline":
                yield from _headless(inner) if inner.content.startswith("|") else _sentences(plain(inner))


def _below(governing: str, stated: Iterable[Statement]) -> Iterator[Statement]:
    for one in stated:
        under = f"{governing} {one.under}".strip()
        yield replace(one, text=f"{governing} {one.text}", under=under) if governing else one


def _label(block: Sequence[Token]) -> str:
    """Return what a paragraph begins with in bold or italics, if it is set off by a full stop or a colon."""
    inner = (block[1].children or []) if block[0].type == "paragraph_open" else []
    if not inner or inner[0].type not in {"strong_open", "em_open"}:
        return ""
    end = next((place for place, child in enumerate(inner) if child.type in {"strong_close", "em_close"}), 0)
    text = "".join(child.content for child in inner[1:end])
    after = inner[end + 1].content if end + 1 < len(inner) else ""
    return text if len(text) <= _LONGEST_LABEL and (text.endswith((".", ":")) or after.startswith(":")) else ""


def _joined(above: Iterable[str]) -> str:
    """Return headings as the beginning of a sentence that goes on."""
    return " ".join(
        text if text.endswith((":", "?", "!")) else f"{text.rstrip(' .;,')}:" for text in dict.fromkeys(above)
    )


def _end(tokens: Sequence[Token], start: int) -> int:
    if tokens[start].nesting != 1:
        return start + 1
    level = tokens[start].level
    return next(i for i in range(start + 1, len(tokens)) if tokens[i].level == level and tokens[i].nesting == -1) + 1


def shielded(text: str) -> str:
    """Return the text with its own [1] in full-width brackets, so that only an answer's marks look like marks."""
    return _OWN_MARK.sub("\uff3b\\1\uff3d", text)


def plain(inline: Token) -> str:
    """Return the text of a Markdown inline token as a reader takes it: without what is struck through."""
    pieces = []
    struck = 0
    for child in inline.children or []:
        struck += child.nesting if child.type in {"s_open", "s_close"} else 0
        if struck:
            continue
        if child.type in {"text", "code_inline"}:
            pieces.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            pieces.append(" ")
    return shielded(" ".join("".join(pieces).split()))


def _sentences(text: str) -> Iterator[Statement]:
    yield from (Statement(sentence, "sentence") for sentence in split_sentences(text) if sentence)


def _headless(inline: Token) -> Iterator[Statement]:
    """Yield the rows of a table whose header stands in an earlier passage."""
    for line in inline.content.splitlines():
        cells = [plain(_MARKDOWN.parseInline(cell.strip())[0]) for cell in line.strip().strip("|").split("|")]
        if said := tuple(cell for cell in cells if cell):
            yield Statement("; ".join(said), "row", cells=said)


def _announcement(block: Sequence[Token]) -> str:
    """Return the sentence that announces the next block, if the block ends with one."""
    texts = [plain(token) for token in block if token.type == "inline"]
    return split_sentences(texts[0])[-1] if len(texts) == 1 and texts[0].endswith(":") else ""


def _items(block: Sequence[Token], announced: str) -> Iterator[Statement]:
    texts = [text for token in block if token.type == "inline" and (text := plain(token))]
    whole = f"{announced} {'; '.join(text.rstrip('.;') for text in texts)}".strip()
    if announced and len(whole) <= _LONGEST_LIST:
        yield Statement(whole, "list", announced)
    yield from _each(block[1:-1], announced)


def _each(tokens: Sequence[Token], announced: str) -> Iterator[Statement]:
    """Yield each item behind what announces it; an item may itself announce a list below it."""
    position = 0
    leading = ""
    while position < len(tokens):
        token = tokens[position]
        end = _end(tokens, position)
        if token.type in {"list_item_open", "blockquote_open"}:
            yield from _each(tokens[position + 1 : end - 1], announced)
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            yield from _each(tokens[position + 1 : end - 1], f"{announced} {leading}".strip())
        elif token.type == "table_open":
            yield from _below(announced, _rows(tokens[position:end]))
        elif token.type == "paragraph_open":
            text = plain(tokens[position + 1])
            leading = text if text.endswith(":") else ""
            yield from _below(announced, _item(text))
        position = end


def _item(text: str) -> Iterator[Statement]:
    # A short item stays whole: its second sentence seldom says what it is about.
    parts = [text] if len(text) <= _LONGEST_LIST // 2 else split_sentences(text)
    yield from (Statement(part, "item") for part in parts if part)


def _rows(block: Sequence[Token]) -> Iterator[Statement]:
    rows: list[list[str]] = []
    for token in block:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append(plain(token))
    if not rows:
        return
    header, *body = rows
    for row in body or [header]:
        cells = zip(header, row, strict=False) if body else (("", cell) for cell in row)
        said = [f"{name}: {cell}" if name else cell for name, cell in cells if cell]
        if said:
            yield Statement("; ".join(said), "row", cells=tuple(said))
