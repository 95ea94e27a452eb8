"""A document's Markdown as HTML that cannot run, with what was quoted from it marked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from bot.web.finding import Span, reading, spans

CITED: Final = "cited"
"""The fragment under which the first marked sentence is found."""
_LONGEST: Final = 200_000
"""Characters of Markdown that one page shows; of a longer document it shows the part around the quote."""
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).enable("table")
_LINKED: Final = frozenset({"http", "https", "mailto"})
_SHORT: Final = 60
"""Characters up to which every line of a paragraph is one of a list, such as 'Owner: the People team'."""
_LEADING: Final = 8
"""Words of a quote that are enough to find the part of a long document in which it stands."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A document, or a part of it, as a page shows it."""

    html: Markup
    marked: bool
    """Whether the quote was found."""
    partial: bool
    """Whether more of the document exists than is shown."""


def shown(text: str, title: str, quote: str) -> Shown:
    """Return a document's text as HTML; its own first heading is left out where it only repeats the title."""
    part = _part(text, quote)
    tokens = _without_title(_MARKDOWN.parse(part), title)
    blocks = list(_reshaped(tokens))
    inlines = [token for token in blocks if token.type == "inline"]
    found = spans(blocks, quote)
    first = True
    for place, token in enumerate(inlines):
        if here := [span for span in found if span.block == place]:
            token.children = list(_marked(token, here, first=first))
            first = False
    # Safe: the parser lets no HTML of the document through, and the renderer escapes every text and attribute.
    html = Markup(_MARKDOWN.renderer.render(blocks, _MARKDOWN.options, {}))  # noqa: S704
    return Shown(html, bool(found), len(part) < len(text))


def _part(text: str, quote: str) -> str:
    if len(text) <= _LONGEST:
        return text
    words = re.findall(r"\w+", quote)[:_LEADING]
    match = re.search(r"\W+".join(map(re.escape, words)), text, re.IGNORECASE) if words else None
    middle = match.start() if match else 0
    start = max(0, min(middle - _LONGEST // 2, len(text) - _LONGEST))
    start = text.rfind("\n\n", 0, start) + 1 if start else 0
    return text[start : start + _LONGEST]


def _without_title(tokens: list[Token], title: str) -> list[Token]:
    if tokens and tokens[0].type == "heading_open" and tokens[1].content.strip("*_ ").casefold() == title.casefold():
        return tokens[3:]
    return tokens


def _reshaped(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens as a page may hold them: headings below its own, no styles, nothing that is fetched."""
    level = 1
    tables = 0
    _dress_cells(tokens)
    for token in tokens:
        if token.type == "heading_open":
            level = min(int(token.tag[1:]) + 1, level + 1, 6)
        if token.type.startswith("heading_"):
            token.tag = f"h{level}"
        if token.type == "inline":
            token.children = list(_harmless(token.children or [], kept=_is_list(token.content)))
        if token.type in {"fence", "code_block"}:
            yield from _code(token)
        elif token.type == "table_open":
            tables += 1
            label = {"class": "table-scroll", "tabindex": "0", "role": "group", "aria-label": f"Table {tables}"}
            yield Token("scroll_open", "div", 1, attrs={**label}, block=True)
            token.attrs = {"class": "table"}
            yield token
        elif token.type == "table_close":
            yield token
            yield Token("scroll_close", "div", -1, block=True)
        else:
            yield token


def _dress_cells(tokens: Sequence[Token]) -> None:
    """Give cells a class in place of a style, and make a header that says nothing an ordinary cell."""
    for opening, content, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type in {"th_open", "td_open"}:
            opening.attrs = {"class": "number"} if "right" in str(opening.attrs.get("style", "")) else {}
            if not content.content.strip():
                opening.tag = closing.tag = "td"


def _code(token: Token) -> Iterator[Token]:
    yield Token("pre_open", "pre", 1, attrs={"tabindex": "0"})
    text = Token("text", "", 0, content=token.content)
    yield Token("inline", "", 0, content=token.content, children=[text])
    yield Token("pre_close", "pre", -1, block=True)


def _is_list(text: str) -> bool:
    """Say whether lines are short because each is about something of its own, not because paper was narrow."""
    return max(map(len, text.splitlines()), default=0) <= _SHORT


def _harmless(children: Sequence[Token], *, kept: bool) -> Iterator[Token]:
    """Yield the parts of a paragraph; pictures become their description, and a link that leads nowhere its text.

    Its line breaks are `kept` or are white space.
    """
    open_: list[bool] = []
    for child in children:
        if child.type == "image":
            yield Token("text", "", 0, content=child.content)
        elif child.type == "link_open":
            open_.append(urlsplit(str(child.attrs.get("href", ""))).scheme in _LINKED)
            child.attrs = {"href": child.attrs.get("href", ""), "rel": "noopener noreferrer nofollow"}
            if open_[-1]:
                yield child
        elif child.type == "softbreak" and kept:
            yield Token("hardbreak", "br", 0)
        elif child.type == "link_close":
            if open_.pop():
                yield child
        else:
            yield child


def _marked(inline: Token, here: Sequence[Span], *, first: bool) -> Iterator[Token]:
    """Yield the parts of a line with the spans between mark tags, which never cross those of emphasis."""
    at = 0
    within = False
    for child in inline.children or []:
        size = len(reading(child))
        pieces = list(_cut(child, at, here)) if size else [(child, False)]
        at += size
        for piece, marked in pieces:
            if within and not marked:
                yield Token("mark_close", "mark", -1)
            if marked and not within:
                yield Token("mark_open", "mark", 1, attrs={"id": CITED} if first else {})
                first = False
            within = marked
            yield piece
    if within:
        yield Token("mark_close", "mark", -1)


def _cut(child: Token, at: int, here: Sequence[Span]) -> Iterator[tuple[Token, bool]]:
    """Yield a text in pieces that are marked or not; anything else is marked as a whole."""
    size = len(reading(child))
    edges = {edge - at for span in here for edge in (span.start, span.end)} if child.type == "text" else set()
    cuts = sorted({0, size, *(edge for edge in edges if 0 < edge < size)})
    for start, end in pairwise(cuts):
        marked = any(span.start < at + end and at + start < span.end for span in here)
        yield (Token("text", "", 0, content=child.content[start:end]) if edges else child), marked
