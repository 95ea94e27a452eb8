"""Whether a text rests on a passage: when to abstain, what supports a sentence, what a citation quotes."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain import Evidence, Passage
from bot.sentences import Statement, statements
from bot.terms import coverage, stems, weights, words

_MARK = re.compile(r"\s*\[(\d{1,4})\]")
_NUMBER = re.compile(r"\d")
_LOOKED_AT = 5
_NEGATIONS = {
    "en": frozenset("not no never none nobody nothing neither nor cannot without".split()),
    "es": frozenset("no nunca jamás nadie nada ningún ninguna ninguno ni sin".split()),
    "pt": frozenset("não nunca jamais ninguém nada nenhum nenhuma nem sem".split()),
}
_BINDING = frozenset(
    "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty ninety "
    "hundred thousand million half twice always never only euro euros pound pounds dollar dollars peso pesos "
    "dos tres cuatro cinco seis siete ocho nueve diez quince veinte treinta cien mil siempre solo libra libras "
    "dois duas três quatro sete oito nove dez quinze vinte trinta cem sempre".split()
)
"""Words that count as numbers do: where one is not in the passage, the sentence says something else."""

MIDPOINT = 0.87
"""The sum of cosine and coverage at which an answer is as likely in the evidence as not.

Chosen on one half of the public questions and checked on the other: tests/bench/abstaining.py.
"""
STEEPNESS = 8.0

SUPPORTED = 0.6
"""The share of a sentence's weight that its passage must hold."""


def answerable(question: str, language: str, evidence: Sequence[Evidence]) -> float:
    """Return how likely the evidence holds the answer, from 0 to 1.

    The best sum, over the first passages, of the cosine (is it about the same?) and of the share of the
    question's weight that the passage holds (does it name the same things?). Each alone errs where the
    other does not: vectors in languages they were not made for, words where somebody paraphrases.
    """
    wanted = weights(question, language)
    sums = [
        max(item.cosine, 0.0) + coverage(wanted, stems(item.passage.indexed, language))
        for item in evidence[:_LOOKED_AT]
    ]
    return 1 / (1 + math.exp(-STEEPNESS * (max(sums) - MIDPOINT))) if sums else 0.0


def support(sentence: str, passage: Passage, language: str) -> float:
    """Return how much of a sentence its passage states, from 0 to 1; 0 where a number or a 'not' differs."""
    bare = without_marks(sentence)
    said = words(bare)
    there = words(passage.indexed)
    if not said:
        return 0.0
    wanted = weights(bare, language)
    nearest = max(
        statements(passage.text, passage.headings), key=lambda one: _nearness(one.text, wanted, language), default=None
    )
    if nearest and _denies(nearest.text, language) != _denies(bare, language):
        return 0.0
    if f" {' '.join(said)} " in f" {' '.join(there)} " or (nearest and said == words(nearest.text)):
        return 1.0
    if any(word not in there for word in said if _NUMBER.search(word) or word in _BINDING):
        return 0.0
    return coverage(wanted, stems(passage.indexed, language))


def _nearness(statement: str, wanted: Mapping[str, float], language: str) -> tuple[float, int]:
    return coverage(wanted, stems(statement, language)), -len(statement)


def _denies(text: str, language: str) -> bool:
    """Say whether a statement is made in the negative; what is allowed and what is not differ in a word."""
    return not _NEGATIONS.get(language, _NEGATIONS["en"]).isdisjoint(words(text.replace("n't", " not")))


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
    """Return the statement of the passage that a sentence rests on."""
    wanted = weights(without_marks(sentence), language)
    candidates: tuple[Statement, ...] = statements(passage.text, passage.headings)
    if not candidates:
        return passage.text
    return max(candidates, key=lambda one: _nearness(one.text, wanted, language)).text
