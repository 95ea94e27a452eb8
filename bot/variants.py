"""Passages that say the same: copies, of which one is enough, and versions, of which the newer one counts."""

import re
from dataclasses import dataclass

from bot.domain import Document, Passage
from bot.terms import fold, words

_FACT = re.compile(r"\b(?:[^\W\d_]*\d[\w.,:%-]*|[^\W\d_a-zß-öø-ÿ][\w-]*)")
_DATED = re.compile(r"\d|^v$")
_STALE = frozenset(
    "archived archive old outdated superseded obsolete draft previous former version updated "
    "archivado antiguo obsoleto anterior borrador arquivado antigo rascunho versao versión actualizado atualizado "
    "january february march april may june july august september october november december".split()
)
_EARLIER = frozenset(
    "old older former previous formerly previously before earlier superseded archived "
    "antiguo antigua anterior anteriores antes viejo vieja antigo antiga velho velha".split()
)
"""Words of a question that asks for what held before."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_COPY = 0.9
_VERSION = 0.35
_SHINGLE = 4


@dataclass(frozen=True, slots=True)
class Variant:
    """What is compared of one passage."""

    passage: Passage
    document: Document
    text: str
    shingles: frozenset[tuple[str, ...]]
    vocabulary: frozenset[str]
    facts: frozenset[str]
    topic: frozenset[str]
    """The words of the document's title without years and versions."""
    file: tuple[str, ...]
    """The words of its folder's and its file's name, likewise; empty where that is a single one, as in README."""
    dates: frozenset[str]
    """What in these two names is a year or another number."""
    section: str
    """The heading that the passage stands under, besides the title."""


def variant(passage: Passage, document: Document) -> Variant:
    """Prepare a passage for comparison."""
    said = words(passage.text)
    shingles = frozenset(tuple(said[i : i + _SHINGLE]) for i in range(max(1, len(said) - _SHINGLE + 1)))
    topic = frozenset(word for word in words(fold(document.title)) if not _DATED.search(word)) - _STALE
    facts = frozenset(_FACT.findall(passage.text))
    *folder, name = [""] if not document.uri else document.uri.rsplit("/", 2)[-2:]
    stem = [word for word in words(fold(name.rpartition(".")[0])) if word not in _STALE]
    above = [word for word in words(fold(" ".join(folder))) if word not in _STALE and not _DATED.search(word)]
    named = tuple(word for word in stem if not _DATED.search(word))
    dates = frozenset(word for word in (*stem, *words(document.title)) if word[0].isdigit())
    file = (*above, *named) if len(named) > 1 else ()
    section = " ".join(words(passage.headings[-1])) if len(passage.headings) > 1 else ""
    return Variant(passage, document, " ".join(said), shingles, frozenset(said), facts, topic, file, dates, section)


def is_copy(one: Variant, other: Variant) -> bool:
    """Say whether two passages state the same; a different number or name makes them different."""
    if one.text == other.text:
        return True
    return one.facts == other.facts and _jaccard(one.shingles, other.shingles) >= _COPY


def is_outdated(one: Variant, by: Variant, asked: frozenset[str]) -> bool:
    """Say whether `by` is a newer version of `one`: of the same page, under the same heading or in much the same words.

    Whoever asks for an old version by its year, or for what held before, gets it: `asked` holds the question's words.
    """
    if not _newer(one, by, asked):
        return False
    rewritten = _yearly(one, by) and one.section == by.section != ""
    return rewritten or _jaccard(one.vocabulary, by.vocabulary) >= _VERSION


def is_replaced(one: Variant, by: Variant, asked: frozenset[str]) -> bool:
    """Say whether the page of `by` is a newer version of that of `one`: their names differ by the year at most."""
    return _newer(one, by, asked) and _yearly(one, by)


def _newer(one: Variant, by: Variant, asked: frozenset[str]) -> bool:
    """Say whether two passages are of pages about the same, the second one's later, and nobody asks for the first."""
    mine, newer = one.document, by.document
    if mine.id == newer.id or mine.modified is None or newer.modified is None or mine.modified >= newer.modified:
        return False
    if not (one.topic and one.topic == by.topic) and not (one.file and one.file == by.file):
        return False
    years = _years(one) | {word for word in words(mine.title) if _DATED.search(word)}
    return (years - _years(by) - set(words(newer.title))).isdisjoint(asked) and _EARLIER.isdisjoint(asked)


def _yearly(one: Variant, by: Variant) -> bool:
    """Say whether a year in their names, and no day, tells two pages apart: minutes of meetings are no versions."""
    return _years(one) != _years(by) and all(len(one_dates) <= 1 for one_dates in (one.dates, by.dates))


def _years(one: Variant) -> frozenset[str]:
    return frozenset(word for word in one.dates if _YEAR.fullmatch(word))


def _jaccard(one: frozenset[object], other: frozenset[object]) -> float:
    return len(one & other) / len(one | other) if one or other else 1.0
