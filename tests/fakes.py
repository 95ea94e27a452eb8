"""Second implementations of the ports, in memory, for tests that are not about an engine."""

import itertools
import math
import re
import zlib
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bot.domain import DocumentId, Grant, Hit, Passage, PassageId, Prompt, Scope
from bot.errors import ModelError, PromptTooLong
from bot.ports import Vectors
from bot.terms import fold, words

_K1 = 1.2
_B = 0.75


@dataclass(frozen=True)
class _Kept:
    passage: Passage
    vector: NDArray[np.float32]

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(words(fold(self.passage.indexed)))


class FakeStore:
    """A `PassageStore` in a dictionary, which every write replaces by another one."""

    def __init__(self, dimension: int = 64) -> None:
        self._dimension = dimension
        self._kept: Mapping[PassageId, _Kept] = {}
        self._writing = Lock()

    def upsert(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        if vectors.shape != (len(passages), self._dimension):
            raise ValueError("shape", vectors.shape)
        if len({passage.id for passage in passages}) < len(passages):
            raise ValueError("twice", passages)
        named = {passage.document for passage in passages}
        added = [_Kept(passage, vector.copy()) for passage, vector in zip(passages, vectors, strict=True)]
        with self._writing:
            self._keep([*self._others(named), *added])

    def delete_document(self, documents: Sequence[DocumentId]) -> None:
        with self._writing:
            self._keep(self._others(set(documents)))

    def set_scopes(self, document: DocumentId, scopes: frozenset[Scope]) -> None:
        with self._writing:
            changed = [
                replace(kept, passage=replace(kept.passage, scopes=scopes))
                for kept in self._kept.values()
                if kept.passage.document == document
            ]
            self._keep([*self._others({document}), *changed])

    def search(self, text: str, vector: NDArray[np.float32], grant: Grant, limit: int) -> list[Hit]:
        state = self._kept
        scores = _bm25(state.values(), set(words(fold(text))))
        hits = [
            Hit(
                kept.passage,
                bm25=scores.get(kept.passage.id, 0.0),
                cosine=float(np.clip((kept.vector * vector).sum(), -1, 1)),
            )
            for kept in state.values()
            if grant.admits(kept.passage.scopes)
        ]
        hits.sort(key=lambda hit: (-hit.cosine, hit.passage.id))
        matching = sorted((hit for hit in hits if hit.bm25), key=lambda hit: (-hit.bm25, hit.passage.id))
        chosen = {hit.passage.id for hit in [*hits[: max(limit, 0)], *matching[: max(limit, 0)]]}
        return [hit for hit in hits if hit.passage.id in chosen]

    def get(self, ids: Sequence[PassageId], grant: Grant) -> list[Passage]:
        state = self._kept
        found = [state[id_].passage for id_ in ids if id_ in state]
        return [passage for passage in found if grant.admits(passage.scopes)]

    def neighbours(self, passage: Passage, grant: Grant, distance: int) -> list[Passage]:
        near = [
            kept.passage
            for kept in self._kept.values()
            if kept.passage.document == passage.document and abs(kept.passage.ordinal - passage.ordinal) <= distance
        ]
        return sorted((each for each in near if grant.admits(each.scopes)), key=lambda each: each.ordinal)

    def vectors(self, ids: Sequence[PassageId]) -> Mapping[PassageId, NDArray[np.float32]]:
        state = self._kept
        return {id_: state[id_].vector for id_ in ids if id_ in state}

    def documents(self) -> Mapping[DocumentId, int]:
        return Counter(kept.passage.document for kept in self._kept.values())

    def optimize(self) -> None:
        """Nothing gathers here."""

    def _others(self, documents: set[DocumentId]) -> list[_Kept]:
        return [kept for kept in self._kept.values() if kept.passage.document not in documents]

    def _keep(self, kept: Iterable[_Kept]) -> None:
        self._kept = {each.passage.id: each for each in kept}


def _bm25(everything: Iterable[_Kept], asked: set[str]) -> dict[PassageId, float]:
    """Return the scores of the passages in which one of the words stands (Robertson and Zaragoza, 2009)."""
    all_counts = {kept.passage.id: kept.counts for kept in everything}
    lengths = {id_: counts.total() for id_, counts in all_counts.items()}
    average = sum(lengths.values()) / max(len(lengths), 1) or 1.0
    scores: dict[PassageId, float] = {}
    for word in asked:
        holders = {id_: counts[word] for id_, counts in all_counts.items() if word in counts}
        rarity = math.log(1 + (len(lengths) - len(holders) + 0.5) / (len(holders) + 0.5))
        for id_, count in holders.items():
            weight = count * (_K1 + 1) / (count + _K1 * (1 - _B + _B * lengths[id_] / average))
            scores[id_] = scores.get(id_, 0.0) + rarity * weight
    return scores


class FakeEmbedder:
    """An `Embedder` that hashes words: texts are near where they share words, whatever their case and accents."""

    space = "fake"
    dimension = 64
    window = 256

    def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> Vectors:  # noqa: ARG002 - one tower
        vectors: Vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in words(fold(text))[: self.window - 2]:
                hashed = zlib.crc32(word.encode())
                vector[hashed % self.dimension] += 1.0 if hashed & 0x10000 else -1.0
            if not vector.any():
                vector[0] = 1.0
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def count(self, text: str) -> int:
        return len(words(fold(text))) + 2


class FakeReranker:
    """A `Reranker` by the share of the question's words that stand in a text."""

    name = "fake"

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        asked = set(words(fold(question)))
        shares = [len(asked & set(words(fold(text)))) / max(1, len(asked)) for text in texts]
        return np.array(shares, dtype=np.float32)


def _echo(prompt: Prompt) -> str:
    """Say the last message again and again."""
    words = prompt.messages[-1].content.split()
    return " ".join(itertools.islice(itertools.cycle(words), 2000))


class FakeModel:
    """A language model whose tokens are words: it says what a function makes of the prompt.

    It keeps what it was asked, and counts the answers that were closed before their end.
    """

    name = "fake:words"
    fingerprint = "fake"

    def __init__(
        self,
        says: Callable[[Prompt], str] = _echo,
        *,
        window: int = 8192,
        fails: ModelError | None = None,
        fails_after: int = 0,
    ) -> None:
        """Raise `fails`, if given, after so many pieces."""
        self.window = window
        self.asked: list[tuple[Prompt, str]] = []
        self.stopped = 0
        self._says = says
        self._fails = fails
        self._fails_after = fails_after

    def count(self, text: str) -> int:
        return len(_tokens(text))

    def stream(self, prompt: Prompt, adapter: str = "") -> Generator[str, None, None]:
        self.asked.append((prompt, adapter))
        tokens = sum(self.count(message.content) for message in prompt.messages) + prompt.max_tokens
        if tokens > self.window:
            raise PromptTooLong(tokens=tokens, window=self.window)
        said = f"[{adapter}] {self._says(prompt)}" if adapter else self._says(prompt)
        pieces = _tokens(said)[: prompt.max_tokens]
        try:
            for number, piece in enumerate(pieces):
                if self._fails and number >= self._fails_after:
                    raise self._fails
                yield piece
        except GeneratorExit:
            self.stopped += 1
            raise
        if self._fails and len(pieces) <= self._fails_after:
            raise self._fails


def _tokens(text: str) -> list[str]:
    return re.findall(r"\s*\S+|\s+$", text)
