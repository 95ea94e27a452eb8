"""A document's Markdown cut into passages that follow its structure."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from bot.cutting import Block, Count, Cutter, Headings, Measure, Part
from bot.domain import Document, Passage, PassageId

TARGET = 200
"""Tokens of a passage with its headings: enough to hold an answer, few enough to be about one thing."""
_LONGEST_HEADING = 150
"""In characters; longer ones are paragraphs that somebody set in large type."""


def split(text: str, document: Document, count: Count, limit: int = TARGET) -> list[Passage]:
    """Cut a document's Markdown into passages of at most `limit` tokens, headings included.

    Headings make the path of a passage, below the document's title. Blocks (paragraphs, lists, tables,
    code) stay whole where they fit, and small neighbours under one heading are joined. Longer ones are
    cut between items, rows (the header goes on top of each part), sentences, lines, words; within a word
    only if it alone exceeds the limit. `text[start:end]` is the passage's text, but for indentation and a
    repeated table header. No word is lost: headings that cannot be a path stand in a text.
    """
    measure = Measure(count, limit)
    cutter = Cutter(text, measure)
    seen: Counter[tuple[Headings, str]] = Counter()
    passages: list[Passage] = []
    for headings, blocks in _sections(cutter.blocks(), _title(document.title, measure), measure):
        for part in cutter.parts(headings, blocks):
            key = headings, part.text(text)
            passages.append(_passage(document, len(passages), key, part, seen[key]))
            seen[key] += 1
    return passages


def _passage(document: Document, ordinal: int, key: tuple[Headings, str], part: Part, occurrence: int) -> Passage:
    headings, text = key
    identity = "\x1f".join([document.id, *headings, text, str(occurrence)])
    return Passage(
        id=PassageId(hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]),
        document=document.id,
        ordinal=ordinal,
        text=text,
        headings=headings,
        start=part.start,
        end=part.end,
        scopes=document.scopes,
    )


def _sections(blocks: Sequence[Block], top: Headings, measure: Measure) -> list[tuple[Headings, list[Block]]]:
    """Group blocks by the headings that they stand under.

    A heading without anything under it leads nowhere and stays a block, like one too long to be repeated.
    """
    sections: list[tuple[Headings, list[Block]]] = [(top, [])]
    path: dict[int, str] = {}
    for block, after in zip(blocks, _followers(blocks), strict=True):
        body, fresh = ([], True) if block.parts else ([block], False)
        if block.level:
            path = {level: name for level, name in path.items() if level < block.level}
            followed = after is not None and not 0 < after.level <= block.level
            opened = {**path, block.level: block.name}
            if followed and len(block.name) <= _LONGEST_HEADING and measure.carries(_below(top, opened.values())):
                path, body, fresh = opened, [], True
        headings = _below(top, path.values())
        if fresh or headings != sections[-1][0]:
            sections.append((headings, body))
        else:
            sections[-1][1].extend(body)
    return [section for section in sections if section[1]]


def _followers(blocks: Sequence[Block]) -> list[Block | None]:
    """Return for each block the next one that says something."""
    found: list[Block | None] = []
    after: Block | None = None
    for block in reversed(blocks):
        found.append(after)
        after = block if block.says else after
    return found[::-1]


def _title(title: str, measure: Measure) -> Headings:
    """Return as much of a document's title as may stand above every passage."""
    words = title[: 2 * _LONGEST_HEADING].split()
    while words and not (len(" ".join(words)) <= _LONGEST_HEADING and measure.carries((" ".join(words),))):
        words.pop()
    return (" ".join(words),) if words else ()


def _below(top: Headings, names: Iterable[str]) -> Headings:
    """Return a path below the title, which is not repeated."""
    told = {_folded(name) for name in top}
    return (*top, *(name for name in names if _folded(name) not in told))


def _folded(name: str) -> str:
    return " ".join(re.findall(r"\w+", name.casefold()))
