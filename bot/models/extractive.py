"""Answers by quoting: the statements of the passages that fit the question best, word for word."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from bot.domain import Passage, Prompt
from bot.language import question_language
from bot.ports import Embedder
from bot.sentences import statements
from bot.terms import coverage, stems, weights

_WORDS = 1.0
"""Weight of the question's words that a statement holds, beside the cosine's 1."""
_HEADINGS = 0.8
"""How much a word counts that stands in the statement's headings only."""
_RANK = 0.06
"""What each place further down in the ranking of passages costs a statement."""
_CLOSE = 0.12
"""A second statement is quoted where its score is this near to the first one's."""
_EMBEDDED = 24
"""How many statements, the best by words and rank, are compared by meaning too."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    heading: str
    """What it stands under, without which 'Bristol: 42 days' would mean nothing."""
    number: int
    place: int
    prior: float


class ExtractiveModel:
    """The port `LanguageModel` without a model: it quotes. An adapter changes nothing."""

    name = "extractive:quotes"
    fingerprint = "1"
    window = 1_000_000

    def __init__(self, embedder: Embedder) -> None:
        """`embedder` compares statements with the question."""
        self._embedder = embedder

    def count(self, text: str) -> int:
        """Return the number of words, which is all that length means to it."""
        return len(text.split())

    def stream(self, prompt: Prompt, adapter: str = "") -> Generator[str, None, None]:
        """Yield one or two statements, each with the number of its passage."""
        del adapter
        language = question_language(prompt.question)
        candidates = sorted(_candidates(prompt.passages, prompt.question, language), key=lambda one: -one.prior)
        candidates = candidates[:_EMBEDDED]
        if not candidates:
            return
        vectors = self._embedder.embed([prompt.question, *(f"{one.heading}{one.text}" for one in candidates)], "query")
        cosines = vectors[1:] @ vectors[0]
        scored = sorted(
            ((one.prior + float(cosine), one) for one, cosine in zip(candidates, cosines, strict=True)),
            key=lambda pair: -pair[0],
        )
        chosen = _chosen(scored)
        for position, one in enumerate(chosen):
            yield f"{' ' if position else ''}{one.text} [{one.number}]"


def _candidates(passages: Sequence[Passage], question: str, language: str) -> Iterator[_Candidate]:
    wanted = weights(question, language)
    for number, passage in enumerate(passages, 1):
        around = stems(" ".join(passage.headings), language)
        last = passage.headings[-1] if passage.headings else ""
        for place, statement in enumerate(statements(passage.text, passage.headings)):
            own = stems(statement.text, language)
            share = coverage(wanted, own)
            share += _HEADINGS * (coverage(wanted, own | around) - share)
            heading = "" if statement.text.startswith(last) else f"{last}: "
            yield _Candidate(statement.text, heading, number, place, _WORDS * share - _RANK * (number - 1))


def _chosen(scored: Sequence[tuple[float, _Candidate]]) -> list[_Candidate]:
    best, first = scored[0]
    chosen = [first]
    for score, other in scored[1:]:
        if best - score > _CLOSE:
            break
        if other.text not in first.text and first.text not in other.text:
            chosen.append(other)
            break
    return sorted(chosen, key=lambda one: (one.number, one.place))
