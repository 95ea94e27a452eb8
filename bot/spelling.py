"""Words of a question that nobody spells so, as the documents that it found spell them."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract
from wordfreq import top_n_list, zipf_frequency

from bot.terms import fold

_WORD = re.compile(r"[^\W\d_]{4,}")
_KNOWN = 2.0
"""The Zipf frequency from which a word is taken for one, whether the documents hold it or not."""
_COMMON = 20_000
_LONG = 6
"""Words from this length may be two slips (insertion, omission, substitution, swap) away, shorter ones one."""


def corrected(question: str, language: str, texts: Iterable[str]) -> str:
    """Return a question with its misspelled words as the texts spell the nearest, or else the language does.

    A word is misspelled where neither the texts nor the language know it; a name that nothing resembles stays.
    """
    typed = list(dict.fromkeys(_WORD.findall(question)))
    odd = [word for word in typed if zipf_frequency(word, language) < _KNOWN]
    if not odd:
        return question
    vocabulary = {fold(word): word for text in texts for word in _WORD.findall(text.casefold())}
    for word in odd:
        if fold(word) not in vocabulary and (right := _nearest(fold(word), list(vocabulary)) or _usual(word, language)):
            question = re.sub(rf"\b{re.escape(word)}\b", vocabulary.get(right, right), question)
    return question


def _usual(word: str, language: str) -> str:
    return _nearest(fold(word), _lexicon(language))


@cache
def _lexicon(language: str) -> Sequence[str]:
    return [word for word in top_n_list(language, _COMMON) if _WORD.fullmatch(word)]


def _nearest(word: str, known: Sequence[str]) -> str:
    """Return the known word that is fewest slips away, empty where all are too far.

    The first letter is seldom wrong.
    """
    slips = 2 if len(word) >= _LONG else 1
    found = extract(word, [one for one in known if one[0] == word[0]], scorer=OSA.distance, score_cutoff=slips, limit=1)
    return found[0][0] if found else ""
