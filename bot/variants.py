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


def variant(passage: Passage, document: Document) -> Variant:
    """Prepare a passage for comparison."""
    said = words(passage.text)
    shingles = frozenset(tuple(said[i : i + _SHINGLE]) for i in range(max(1, len(said) - _SHINGLE + 1)))
    topic = frozenset(word for word in words(fold(document.title)) if not _DATED.search(word)) - _STALE
    facts = frozenset(_FACT.findall(passage.text))
    return Variant(passage, document, " ".join(said), shingles, frozenset(said), facts, topic)


def is_copy(one: Variant, other: Variant) -> bool:
    """Say whether two passages state the same; a different number or name makes them different."""
    if one.text == other.text:
        return True
    return one.facts == other.facts and _jaccard(one.shingles, other.shingles) >= _COPY


def is_outdated(one: Variant, by: Variant, asked: frozenset[str]) -> bool:
    """Say whether `by` is a newer version of `one`: same title but for the date, much the same words, later.

    Whoever asks for an old version by its year gets it: `asked` holds the words of the question.
    """
    mine, newer = one.document, by.document
    if mine.id == newer.id or mine.modified is None or newer.modified is None or mine.modified >= newer.modified:
        return False
    if not one.topic or one.topic != by.topic:
        return False
    years = {word for word in words(mine.title) if _DATED.search(word)} - set(words(newer.title))
    return years.isdisjoint(asked) and _jaccard(one.vocabulary, by.vocabulary) >= _VERSION


def _jaccard(one: frozenset[object], other: frozenset[object]) -> float:
    return len(one & other) / len(one | other) if one or other else 1.0
