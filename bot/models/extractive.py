"""Answers by quoting: the statements of the passages that fit the question best, word for word."""

from collections.abc import Generator, Sequence

from bot.domain import Prompt
from bot.fitting import Asked, Candidate, candidates
from bot.language import question_language
from bot.ports import Embedder
from bot.terms import stems

_MEANING = 1.3
"""Weight of the cosine, beside that of the words' 1."""
_ASKING = 0.2
"""How much of it goes by the part of the question that asks, where another part only tells."""
_CLOSE = 0.2
"""A second quote is made where its score is this near to the first one's."""
_MORE, _ADDING = 0.1, 0.3
"""One that names this share of the question which the first one leaves out may be as far from it."""
_EMBEDDED = 24
"""How many statements, the best by words, form and place, are compared by meaning too."""


class ExtractiveModel:
    """The port `LanguageModel` without a model: it quotes. An adapter changes nothing."""

    name = "extractive:quotes"
    fingerprint = "2"
    window = 1_000_000

    def __init__(self, embedder: Embedder) -> None:
        """`embedder` compares statements with the question."""
        self._embedder = embedder

    def count(self, text: str) -> int:
        """Return the number of words, which is all that length means to it."""
        return len(text.split())

    def stream(self, prompt: Prompt, adapter: str = "") -> Generator[str, None, None]:
        """Yield one or two quotes, each with the number of its passage; a list is quoted item by item."""
        del adapter
        asked = Asked(prompt.question, question_language(prompt.question), prompt.passages)
        lines = [(text, one.number) for one in _chosen(self._scored(asked), asked) for text in one.texts]
        for position, (text, number) in enumerate(lines):
            yield f"{' ' if position else ''}{text} [{number}]"

    def _scored(self, asked: Asked) -> list[tuple[float, Candidate]]:
        """Return what may be quoted with its score, best first; a run is as near as its nearest statement."""
        ranked = candidates(asked)
        keys = list(dict.fromkeys(key for one in ranked for key in one.keys))[:_EMBEDDED]
        if not keys:
            return []
        cosines = self._cosines(asked, keys)
        near = [(one, [cosines[key] for key in one.keys if key in cosines]) for one in ranked]
        scored = [(one.prior + _MEANING * max(told), one) for one, told in near if told]
        return sorted(scored, key=lambda pair: -pair[0])

    def _cosines(self, asked: Asked, keys: Sequence[str]) -> dict[str, float]:
        questions = [asked.text, *([asked.clause] if asked.clause else [])]
        vectors = self._embedder.embed([*questions, *keys], "query")
        compared = vectors[len(questions) :] @ vectors[: len(questions)].T
        values = compared[:, 0]
        if asked.clause:
            values = (1 - _ASKING) * values + _ASKING * compared[:, 1]
        return dict(zip(keys, map(float, values), strict=True))


def _chosen(scored: Sequence[tuple[float, Candidate]], asked: Asked) -> list[Candidate]:
    if not scored:
        return []
    best, first = scored[0]
    near = [(best - score, other) for score, other in scored[1:] if best - score <= _ADDING]
    others = (
        other for gap, other in near if (gap <= _CLOSE and other.fits >= first.fits) or _adds(other, first, asked)
    )
    second = next((other for other in others if not _overlap(first, other)), None)
    return sorted([first, *([second] if second else [])], key=lambda one: (one.number, one.window.place))


def _adds(other: Candidate, first: Candidate, asked: Asked) -> bool:
    """Say whether a second quote names what the first one leaves out of the question."""
    held, more = (stems(one.window.text, asked.language) for one in (first, other))
    return asked.share(held | more) - asked.share(held) >= _MORE


def _overlap(one: Candidate, other: Candidate) -> bool:
    return any(text in quoted or quoted in text for text in one.texts for quoted in other.texts) or any(
        statement.text in quoted for statement in other.window.statements for quoted in one.texts
    )
