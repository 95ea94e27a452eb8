"""Names that take the same place in documents, as columns, rows, labels and titles: only what is asked counts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.domain import Passage
from bot.sentences import statements
from bot.terms import stems, weight, words

_NAME = re.compile(r"[^\W\d_][\w'.-]*(?: [^\W\d_][\w'.-]*){0,2}")
_LOWER = re.compile(r"\b[^\W\d_A-Z][^\W\d_]*")
"""A word that somebody writes small is no name."""
_LONGEST = 3
_TELLING = 0.08


@dataclass(frozen=True, slots=True)
class Contrast:
    """What a question names, and what documents put in its place: Lisbon, against Bristol and Mexico City."""

    asked: frozenset[str]
    """Stems."""
    others: frozenset[str]

    def sides(self, text: str, language: str) -> tuple[bool, bool]:
        """Say whether a text names what was asked, and whether it names something in its place."""
        held = stems(text, language)
        return bool(held & self.asked), bool(held & self.others)


def contrast(question: str, passages: Sequence[Passage], language: str) -> Contrast:
    """Return what of the question has alternatives in the passages."""
    wanted = stems(question, language)
    common = frozenset(_LOWER.findall(" ".join(passage.indexed for passage in passages)))
    asked: set[str] = set()
    others: set[str] = set()
    for group in _groups(passages):
        members = [_telling(name, language) for name in group if common.isdisjoint(words(name))]
        named = [one for one in members if one and one <= wanted]
        if named and len(named) < len([one for one in members if one]):
            hit = frozenset().union(*named)
            asked |= hit
            others |= frozenset().union(*(one for one in members if not one & hit))
    return Contrast(frozenset(asked), frozenset(others - asked - wanted))


def _telling(name: str, language: str) -> frozenset[str]:
    told = [word for word in words(name) if weight(word, language) >= _TELLING]
    return stems(" ".join(told), language) if 0 < len(told) <= _LONGEST else frozenset()


def _groups(passages: Sequence[Passage]) -> Iterator[list[str]]:
    """Yield what stands in the same place each: the columns of a table, its first column, labels, titles."""
    for passage in passages:
        rows = [one.cells for one in statements(passage.text, passage.headings) if one.cells]
        yield from _columns(rows)
        labels = [one.label.strip(".: ") for one in statements(passage.text, passage.headings) if one.label]
        yield _names(dict.fromkeys(labels))
    yield from _titles(dict.fromkeys(passage.headings[0] for passage in passages if passage.headings))


def _columns(rows: Sequence[tuple[str, ...]]) -> Iterator[list[str]]:
    headers = dict.fromkeys(cell.partition(": ")[0] for row in rows for cell in row[1:] if ": " in cell)
    yield _names(re.sub(r"\s*\b(?:min|mid|max)\b.*|\s*\(.*", "", header) for header in headers)
    keys = dict.fromkeys(row[0].partition(": ")[2] or row[0] for row in rows)
    yield _names(re.sub(r"[,(].*", "", key) for key in keys)


def _names(texts: Iterable[str]) -> list[str]:
    """Return the texts that are names, by the capital that they begin with, each once."""
    told = [text.strip() for text in texts]
    return list(dict.fromkeys(text for text in told if text[:1].isupper() and _NAME.fullmatch(text)))


def _titles(titles: Iterable[str]) -> Iterator[list[str]]:
    """Yield the words by which titles that share the others differ."""
    told = [words(title) for title in titles]
    for place, one in enumerate(told):
        for other in told[place + 1 :]:
            mine, theirs = [w for w in one if w not in other], [w for w in other if w not in one]
            if len(mine) == len(theirs) == 1 and len(one) > 1:
                yield [mine[0], theirs[0]]
