"""Whether a text rests on a passage: when to abstain, what supports a sentence, what a citation quotes."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.backing import Surroundings, backing
from bot.domain import DocumentId, Evidence, Passage
from bot.reading import whole
from bot.sentences import Statement, split_sentences, statements
from bot.terms import coverage, stems, weights

_MARK = re.compile(r"(?<!\s)\s*+\[(\d{1,4})\]")
_JOINT = re.compile(
    r"(?<!\s)\s*+(?:[,;]\s*+)?\b(?:and|but|while|whereas|y|e|pero|mas|mientras|enquanto)\s|;\s|,\s", re.IGNORECASE
)
_MOST_JOINTS = 6
"""A sentence with more is taken as one: each could be cut there, and a model that repeats itself has dozens."""
_LOOKED_AT = 5
_SAYS_SOMETHING = 0.15
"""The weight of all words of a question from which it says what it is about."""
MIDPOINT = 0.89
"""The sum of cosine and coverage at which an answer is as likely in the evidence as not.

Chosen on one half of the public questions and checked on the other: tests/bench/abstaining.py.
"""
STEEPNESS = 8.0
_PAGES = 8
_ABOUT, _NEARLY_ALL, _LIKELY = 0.45, 0.78, 0.05
"""Passages of one page that together hold this share of a question, one of them this near to it, make it likely."""

SUPPORTED = 0.6
"""The share of a sentence's weight that its passage must hold."""


def answerable(question: str, language: str, evidence: Sequence[Evidence]) -> float:
    """Return how likely the evidence holds the answer, from 0 to 1.

    The best sum, over the first passages, of the cosine (is it about the same?) and of the share of the
    question's weight that the passage holds (does it name the same things?). Each alone errs where the
    other does not: vectors in languages they were not made for, words where somebody paraphrases.
    """
    wanted = weights(question, language)
    # Of a question that says next to nothing ('2+2?') even all words prove nothing.
    says = min(1.0, sum(wanted.values()) / _SAYS_SOMETHING)
    looked_at = evidence[:_LOOKED_AT]
    held = [stems(item.passage.indexed, language) for item in looked_at]
    sums = [max(item.cosine, 0.0) + says * coverage(wanted, own) for item, own in zip(looked_at, held, strict=True)]
    best = max(sums, default=0.0)
    if _page_names_it(wanted, evidence[:_PAGES], language):
        best = max(best, MIDPOINT + _LIKELY)
    return 1 / (1 + math.exp(-STEEPNESS * (best - MIDPOINT))) if sums else 0.0


def _page_names_it(wanted: Mapping[str, float], evidence: Sequence[Evidence], language: str) -> bool:
    """Say whether passages of one document together hold nearly all of a question, and one of them is about it."""
    pages: dict[DocumentId, frozenset[str]] = {}
    for item in evidence:
        page = pages.get(item.document.id, frozenset())
        pages[item.document.id] = page | stems(item.passage.indexed, language)
    return sum(wanted.values()) >= _SAYS_SOMETHING and any(
        item.cosine >= _ABOUT and coverage(wanted, pages[item.document.id]) >= _NEARLY_ALL for item in evidence
    )


def support(sentence: str, passage: Passage, language: str) -> float:
    """Return how much of a sentence one statement of the passage states, from 0 to 1.

    0 where a number, a name, a 'not' or an opposite differs, or where only several statements together would hold
    its words: 'the fridge is emptied every Monday' out of 'the fridge is emptied by Ann' and what happens on Mondays.
    A sentence that joins statements passes where each of its parts is one that begins as its statement does;
    one that shortens them ('Dogs are not allowed and cats neither') is refused.
    """
    return _rested(without_marks(sentence), passage, language).share


@dataclass(frozen=True, slots=True)
class _Rest:
    """The statements that a sentence rests on, and how much of it they state."""

    share: float
    statements: tuple[Statement, ...]


def _rested(sentence: str, passage: Passage, language: str) -> _Rest:
    best = _best(sentence, passage, language)
    if best.share >= SUPPORTED:
        return best
    for left, right, whole_sentences in _halves(sentence):
        first = _best(left, passage, language)
        if first.share < SUPPORTED:
            continue
        second = _rested(right, passage, language)
        if second.share >= SUPPORTED and (whole_sentences or _begins_alike(right, second.statements[0], language)):
            told = tuple(dict.fromkeys((*first.statements, *second.statements)))
            return _Rest(min(first.share, second.share), told)
    return best


def _best(sentence: str, passage: Passage, language: str) -> _Rest:
    stated = statements(passage.text, passage.headings)
    around = Surroundings(" ".join(passage.headings), stems(passage.text, language))
    wanted = weights(sentence, language)
    scores = [(backing(sentence, one, around, language), *_nearness(one.text, wanted, language)) for one in stated]
    if not scores:
        return _Rest(0.0, ())
    best = max(range(len(scores)), key=lambda place: scores[place])
    return _Rest(scores[best][0], (stated[best],))


def _halves(sentence: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the ways to take a sentence for two, and whether they are two to begin with."""
    first, *others = split_sentences(sentence) or [""]
    if others:
        yield first, " ".join(others), True
    joints = list(_JOINT.finditer(sentence))
    for match in joints if len(joints) <= _MOST_JOINTS else ():
        yield sentence[: match.start()], sentence[match.end() :], False


def _begins_alike(part: str, statement: Statement, language: str) -> bool:
    """Say whether a part of a sentence has the subject of its statement, and so does not lean on another one's."""
    said = [word.stem for word in whole(part, language).words if word.telling or word.named][:1]
    body = statement.cells[0] if statement.cells else statement.text
    opening = [word.stem for word in whole(body, language).words if word.telling or word.named]
    return bool(said) and said[0] in (opening if statement.cells else opening[:1])


def _nearness(statement: str, wanted: Mapping[str, float], language: str) -> tuple[float, int]:
    return coverage(wanted, stems(statement, language)), -len(statement)


def marks(sentence: str) -> list[int]:
    """Return the citation numbers that stand in a sentence, in order."""
    return [int(number) for number in _MARK.findall(sentence)]


def without_marks(sentence: str) -> str:
    """Return the sentence without its citation marks."""
    return _MARK.sub("", sentence).strip()


@dataclass(frozen=True, slots=True)
class Supported:
    """A sentence that may be shown, with the passages (from 0) that it rests on."""

    text: str
    passages: tuple[int, ...]


def checked(sentence: str, passages: Sequence[Passage], language: str) -> Supported | None:
    """Return the sentence with the passages that support it, None where no passage does.

    Passages that it cites itself come first; a number that points nowhere, or to a passage that does not
    say so, is left out. A sentence that cites nothing may rest on any passage, the best one is taken.
    """
    text = without_marks(sentence)
    cited = [number - 1 for number in dict.fromkeys(marks(sentence)) if 1 <= number <= len(passages)]
    good = tuple(index for index in cited if support(text, passages[index], language) >= SUPPORTED)
    if good:
        return Supported(text, good)
    scores = [support(text, passage, language) for passage in passages]
    best = max(range(len(scores)), key=lambda index: scores[index], default=None)
    if best is None or scores[best] < SUPPORTED:
        return None
    return Supported(text, (best,))


def quote(sentence: str, passage: Passage, language: str) -> str:
    """Return what the passage states that a sentence rests on, in the passage's words."""
    found = _rested(without_marks(sentence), passage, language).statements
    return " ".join(one.text for one in found) or passage.text
