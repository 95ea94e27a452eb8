"""Finding: the order of what is found, and how each step had a part in it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.domain import DocumentId, Grant, PassageId, Ranked, scope
from bot.retrieval import retrieve, standings
from tests.fakes import FakeReranker
from tests.unit.made import document
from tests.unit.parts import assistant

EVERYONE = Grant(frozenset({scope("everyone")}))


class Backwards(FakeReranker):
    """Finds the shortest text the best."""

    def scores(self, question: str, texts: object) -> NDArray[np.float32]:
        assert question == "days of leave"
        assert isinstance(texts, list)
        return np.array([1 / (1 + len(text)) for text in texts], dtype=np.float32)


def test_a_reranker_has_the_last_word_on_the_order(tmp_path: Path) -> None:
    with assistant(tmp_path) as known:
        known.learn(document("long"), "days of leave: the days of leave are 26 days for everyone here")
        known.learn(document("short"), "leave early")
        parts = known.parts.retriever
        plain = retrieve("days of leave", "en", EVERYONE, parts)
        reranked = retrieve("days of leave", "en", EVERYONE, replace(parts, reranker=Backwards()))
    assert [item.document.id for item in plain.evidence] == ["long", "short"]
    assert [item.reranked for item in plain.evidence] == [None, None]
    assert [item.document.id for item in reranked.evidence] == ["short", "long"]
    assert reranked.answerable == pytest.approx(plain.answerable), (
        "abstaining follows from what was found, in any order"
    )


def row(name: str, bm25: float, cosine: float, score: float, reranked: float | None = None) -> Ranked:
    return Ranked(PassageId(name), DocumentId(name), name, name, bm25, cosine, score, "used", reranked)


def test_each_step_has_its_own_ranks() -> None:
    found = standings([row("a", 0.5, 0.9, 0.7), row("b", 1.0, 0.2, 0.6), row("c", 0.0, 0.9, 0.45)])
    assert [(one.bm25, one.cosine, one.fused, one.reranked) for one in found] == [
        (2, 1, 1, None),
        (1, 2, 2, None),
        (None, 1, 3, None),
    ]
    found = standings([row("b", 1.0, 0.2, 0.6, 0.9), row("a", 0.5, 0.9, 0.7, 0.1)])
    assert [(one.fused, one.reranked) for one in found] == [(2, 1), (1, 2)]
    assert standings([]) == []
