"""How good one answer is, and how sure a figure over many answers can be: pure functions."""

import math
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from statistics import NormalDist
from typing import Protocol
from urllib.parse import unquote

from tuning.domain import Figure

CONFIDENCE = 0.95
_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
_ARTICLES = frozenset({"a", "an", "the"})
_MARK = re.compile(r"\[\d+\]")
_DIGIT_GROUP = re.compile(r"(?<=\d)[.,](?=\d)")


class Titled(Protocol):
    """Anything that stands for a document: a citation, a ranked passage."""

    @property
    def uri(self) -> str:
        """Say where the document is."""

    @property
    def title(self) -> str:
        """Say what it is called."""


def words(text: str) -> list[str]:
    """Return a text's words as SQuAD compares them (Rajpurkar et al., 2016).

    Case is folded, punctuation removed and the articles a, an and the left out. Punctuation is
    SQuAD's ASCII set and all that Unicode calls punctuation, so that ¿ and « fold too. Articles of
    other languages stay, as they do in SQuAD: folding them would make figures incomparable.
    """
    return [word for word in _joined(text) if word not in _ARTICLES]


def is_correct(text: str, answers: Iterable[str]) -> bool:
    """Say whether an accepted answer stands in the text; citation marks do not count as text.

    It stands there as whole words, side by side: 5 does not stand in 15. A punctuation mark inside a
    word may join its parts (2,099 is 2099) or part them (Warsaw's holds Warsaw, 1870-1939 holds 1870);
    either reading will do, as long as both sides are read in the same way.
    """
    plain = _without_marks(text)
    return any(_contains(read(plain), read(answer)) for answer in answers for read in _READINGS)


def f1(text: str, answers: Iterable[str]) -> float:
    """Return SQuAD's token F1 against the best accepted answer, 0 to 1; citation marks are left out."""
    given = Counter(words(_without_marks(text)))
    return max((_overlap(given, Counter(words(answer))) for answer in answers), default=0.0)


def is_accepted(document: Titled, name: str) -> bool:
    """Say whether the document is the one that is named by its title, or by the end of its uri.

    The uri is read as people read it, not percent-encoded, and a name begins where one of its
    segments begins: b.md names a/b.md and not a/ab.md.
    """
    title = _title(name)
    if title and title == _title(document.title):
        return True
    end = unicodedata.normalize("NFC", name).lstrip("/")
    spellings = (unicodedata.normalize("NFC", uri) for uri in (document.uri, unquote(document.uri)))
    return bool(end) and any(uri == end or uri.endswith(f"/{end}") for uri in spellings)


def is_cited(citations: Iterable[Titled], names: Sequence[str]) -> bool:
    """Say whether at least one citation is an accepted document."""
    return any(is_accepted(citation, name) for citation in citations for name in names)


def recall(retrieved: Sequence[Titled], names: Sequence[str], cutoff: int) -> float:
    """Return the share of the named documents that stand among the first `cutoff` distinct ones."""
    gains, relevant = _gains(retrieved, names)
    return sum(gains[:cutoff]) / relevant


def ndcg(retrieved: Sequence[Titled], names: Sequence[str], cutoff: int) -> float:
    """Return the normalised discounted cumulative gain with binary relevance (Järvelin and Kekäläinen, 2002)."""
    gains, relevant = _gains(retrieved, names)
    return _discounted(gains[:cutoff]) / _discounted([1] * min(relevant, cutoff))


def mean(values: Sequence[float]) -> Figure:
    """Return the mean of values between 0 and 1, such as a share or an F1, with Wilson's score interval.

    For a share it is exactly Wilson's (1927). No values from 0 to 1 vary more than a share of the same
    mean does (Bhatia and Davis, 2000), so for the others it errs on the wide side. Unlike a bootstrap it
    claims no certainty where few values happen to be equal.
    """
    n = len(values)
    if not n:
        return Figure(None, 0, None, None)
    value = math.fsum(values) / n
    shrink = 1 + _Z**2 / n
    centre = (value + _Z**2 / (2 * n)) / shrink
    half = _Z / shrink * math.sqrt(value * (1 - value) / n + _Z**2 / (4 * n**2))
    return Figure(value, n, max(0.0, min(value, centre - half)), min(1.0, max(value, centre + half)))


def quantile(values: Sequence[float], p: float) -> Figure:
    """Return the value that a share of `p` does not exceed, with a distribution-free interval.

    Value and bounds are values that were measured; how many lie under the true quantile is binomial
    (Conover, 1999). Where they are too few to bound it, the smallest or largest stands as the bound.
    """
    ordered = sorted(values)
    n = len(ordered)
    if not n:
        return Figure(None, 0, None, None)
    value = max(0, math.ceil(n * p) - 1)
    low = min(value, max(0, _binomial_quantile(n, p, (1 - CONFIDENCE) / 2) - 1))
    high = max(value, min(n - 1, _binomial_quantile(n, p, (1 + CONFIDENCE) / 2)))
    return Figure(ordered[value], n, ordered[low], ordered[high])


def _without_marks(text: str) -> str:
    """Return the text without its citation marks."""
    return _MARK.sub(" ", text)


@cache
def _is_punctuation(char: str) -> bool:
    return char in string.punctuation or unicodedata.category(char).startswith("P")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text.casefold())


def _joined(text: str) -> list[str]:
    """Read punctuation as nothing, and keep the articles."""
    return "".join(char for char in _folded(text) if not _is_punctuation(char)).split()


def _parted(text: str) -> list[str]:
    """Read punctuation as white space, except inside a number."""
    whole = _DIGIT_GROUP.sub("", _folded(text))
    apart = "".join(" " if _is_punctuation(char) else char for char in whole).split()
    return [word for word in apart if word not in _ARTICLES]


_READINGS: tuple[Callable[[str], list[str]], ...] = (words, _parted, _joined)
"""The last one is for answers that are an article, such as the grade A."""


def _contains(text: Sequence[str], part: Sequence[str]) -> bool:
    """Say whether `part`, which must not be empty, stands in `text` side by side."""
    width = len(part)
    return width > 0 and any(text[at : at + width] == part for at in range(len(text) - width + 1))


def _overlap(given: Counter[str], wanted: Counter[str]) -> float:
    """Return the F1 of two bags of words; SQuAD calls it 1 where both are empty."""
    if not given or not wanted:
        return float(given == wanted)
    return 2 * (given & wanted).total() / (given.total() + wanted.total())


def _title(text: str) -> str:
    return " ".join(_folded(text).split())


def _gains(retrieved: Sequence[Titled], names: Sequence[str]) -> tuple[list[int], int]:
    """Return 1 for each document that was named and 0 for the others, and how many were named in all.

    `names` must not be empty. Names that one document answers to, its title and its uri, count as one,
    and a name is found once, however many documents answer to it.
    """
    left = list(dict.fromkeys(names))
    gains = []
    for document in retrieved:
        missing = [name for name in left if not is_accepted(document, name)]
        gains.append(int(len(missing) < len(left)))
        left = missing
    return gains, sum(gains) + len(left)


def _discounted(gains: Sequence[int]) -> float:
    return math.fsum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


def _binomial_quantile(n: int, p: float, q: float) -> int:
    """Return the smallest number of successes whose cumulative probability in `n` trials reaches `q`."""
    reached = 0.0
    for k in range(n):
        ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        reached += math.exp(ways + k * math.log(p) + (n - k) * math.log1p(-p))
        if reached >= q:
            return k
    return n
