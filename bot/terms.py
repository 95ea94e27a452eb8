"""The words of a text as they are compared: stemmed, without accents, weighed by how rare they are."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from threading import Lock

import snowballstemmer
from wordfreq import zipf_frequency

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
_STEMMERS = {"en": "english", "es": "spanish", "pt": "portuguese", "fr": "french", "de": "german", "it": "italian"}
_COMMONEST = 7.5
"""The Zipf frequency of a language's commonest words (the, de): they weigh nothing."""
_SAYS_NOTHING = 0.04
_STEMMING = Lock()
"""A stemmer keeps the word that it is at work on in itself."""


def words(text: str) -> list[str]:
    """Return the words and numbers of a text, case folded, in order."""
    return _WORD.findall(text.casefold())


def fold(text: str) -> str:
    """Return the text case folded and without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@cache
def _stemmer(language: str) -> "snowballstemmer.stemmer":
    return snowballstemmer.stemmer(_STEMMERS.get(language, "english"))


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """Return the Snowball stem of one case-folded word, without accents."""
    with _STEMMING:
        return fold(_stemmer(language).stemWord(word))


def stems(text: str, language: str) -> frozenset[str]:
    """Return the set of stems of a text."""
    return frozenset(stem(word, language) for word in words(text))


@lru_cache(maxsize=100_000)
def weight(word: str, language: str) -> float:
    """Return how much a word tells, from 0 (the) to 1 (never seen), from the word's general frequency.

    General frequencies, rather than those of the collection, make the value comparable between a
    collection of ten pages and one of a million: a threshold on it keeps its meaning.
    """
    frequency = zipf_frequency(word, language if language in _STEMMERS else "en")
    return (max(0.0, _COMMONEST - frequency) / _COMMONEST) ** 2


def weights(text: str, language: str) -> dict[str, float]:
    """Return the weight of each stem of a text."""
    found: dict[str, float] = {}
    for word in words(text):
        key = stem(word, language)
        found[key] = max(found.get(key, 0.0), weight(word, language))
    return found


def coverage(wanted: Mapping[str, float], present: Iterable[str]) -> float:
    """Return the share of the wanted weight that is present, from 0 to 1; 0 where nothing is wanted."""
    total = sum(wanted.values())
    there = present if isinstance(present, (set, frozenset)) else frozenset(present)
    return sum(value for key, value in wanted.items() if key in there) / total if total else 0.0


def telling(text: str, language: str) -> str:
    """Return the words of a text that say what it is about; all of them where none does.

    Only the very commonest go: in a small collection even 'how' and 'can' look rare, and BM25 would rank by them.
    """
    return " ".join(word for word in words(text) if weight(word, language) >= _SAYS_NOTHING) or text
