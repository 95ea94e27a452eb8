"""The statements of a passage: sentences, list items and table rows, each readable on its own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import syntok.segmenter
from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_OWN_MARK = re.compile(r"\[(\d{1,4})\]")
_LONGEST_LIST = 500
"""A list is also one statement, together with the line that announces it, up to this many characters."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that a passage states, in plain text."""

    text: str
    kind: str
    """sentence, item, list or row."""


def split_sentences(text: str) -> list[str]:
    """Return the sentences of running text in order; joined by a space they are the text."""
    starts = [*sentence_starts(text), len(text)]
    return [" ".join(text[start:end].split()) for start, end in pairwise(starts)]


def sentence_starts(text: str) -> list[int]:
    """Return where the sentences of running text begin, in characters."""
    return [sentence[0].offset for paragraph in syntok.segmenter.analyze(text) for sentence in paragraph]


@lru_cache(maxsize=4_096)
def statements(markdown: str) -> tuple[Statement, ...]:
    """Return what a passage in Markdown states, in order; headings state nothing."""
    return tuple(_walk(_MARKDOWN.parse(markdown)))


def _walk(tokens: Sequence[Token]) -> Iterator[Statement]:
    announced = ""
    position = 0
    while position < len(tokens):
        token = tokens[position]
        end = _end(tokens, position)
        if token.type == "table_open":
            yield from _rows(tokens[position:end])
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            yield from _items(tokens[position:end], announced)
        elif token.type in {"fence", "code_block"}:
            yield from (Statement(shielded(line).strip(), "row") for line in token.content.splitlines() if line.strip())
        elif token.type in {"paragraph_open", "blockquote_open"}:
            for inner in tokens[position:end]:
                if inner.type == "inline":
                    yield from _headless(inner) if inner.content.startswith("|") else _sentences(plain(inner))
        announced = _announcement(tokens[position:end])
        position = end


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
        if said := "; ".join(cell for cell in cells if cell):
            yield Statement(said, "row")


def _announcement(block: Sequence[Token]) -> str:
    texts = [plain(token) for token in block if token.type == "inline"]
    return texts[0] if len(texts) == 1 and texts[0].endswith(":") else ""


def _items(block: Sequence[Token], announced: str) -> Iterator[Statement]:
    texts = [text for token in block if token.type == "inline" and (text := plain(token))]
    whole = f"{announced} {'; '.join(text.rstrip('.;') for text in texts)}".strip()
    if announced and len(whole) <= _LONGEST_LIST:
        yield Statement(whole, "list")
    for text in texts:
        sentences = split_sentences(text)
        # A short item stays whole: its second sentence seldom says what it is about.
        parts = [text] if len(text) <= _LONGEST_LIST // 2 else sentences
        yield from (Statement(part, "item") for part in parts)


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
            yield Statement("; ".join(said), "row")
