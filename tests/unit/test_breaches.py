"""No answer rests on what its audience may not see; and each way to break that is noticed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot.answering import Answerer
from bot.domain import Answer, Audience, ChannelId, Document, DocumentId, Grant, Hit, Question, Scope
from bot.retrieval import Retriever
from tests.fakes import FakeStore
from tests.unit.made import ANN, document, scopes
from tests.unit.parts import Assistant, assistant

WORDS = st.sampled_from(["leave", "salary", "bonus", "travel", "hotel", "notice", "Lisbon", "Bristol", "25", "9,000"])
NAMES = ["a", "b", "c", "d"]
SCOPES = st.frozensets(st.sampled_from(NAMES), min_size=1)


@dataclass(frozen=True)
class Case:
    """Documents with scopes in the records and, perhaps others, in the store; and what a channel is granted."""

    texts: Sequence[tuple[Sequence[str], frozenset[str], frozenset[str]]]
    granted: frozenset[str]
    asked: Sequence[str]


CASES = st.builds(
    Case,
    st.lists(st.tuples(st.lists(WORDS, min_size=3, max_size=8), SCOPES, SCOPES), min_size=1, max_size=6),
    st.frozensets(st.sampled_from(NAMES)),
    st.lists(WORDS, min_size=2, max_size=5),
)


def leaked(case: Case, made: Assistant, answerer: Answerer) -> set[str]:
    """Return the documents that an answer shows though the records do not grant them."""
    name = f"n{len(made.documents.of_source('handbook'))}"
    channel = ChannelId(f"terminal:local:{name}")
    if case.granted:
        made.allow(channel, *case.granted)
    for number, (words, real, believed) in enumerate(case.texts):
        one = replace(document(f"{name}-{number}"), scopes=scopes(*real))
        made.learn(one, f"The {' '.join(words)} matter number {number}.", stored_as=scopes(*believed))
    answer = answerer.answer(Question(" ".join(case.asked) + "?", ANN, Audience(channel=channel), name))
    hidden = {f"/{name}-{number}.md" for number, (_, real, _) in enumerate(case.texts) if not real & case.granted}
    return named(answer) & hidden


def named(answer: Answer) -> set[str]:
    return {one.uri for one in answer.citations} | {one.uri for one in answer.trace if one.fate != "refused"}


class OpenStore(FakeStore):
    """A store that ignores the grant."""

    def search(self, text: str, vector: NDArray[np.float32], grant: Grant, limit: int) -> list[Hit]:
        del grant
        return super().search(text, vector, Grant(scopes(*NAMES)), limit)


class Trusting:
    """What an answerer that skips the second check sees: every document is as open as the question needs."""

    def __init__(self, inner: Assistant) -> None:
        self._inner = inner

    def by_id(self, ids: Iterable[DocumentId]) -> Mapping[DocumentId, Document]:
        known = self._inner.documents.by_id(ids)
        return {name: replace(one, scopes=scopes(*NAMES)) for name, one in known.items()}


def sound(made: Assistant) -> Answerer:
    return made.answerer


def skipping_the_second_check(made: Assistant) -> Answerer:
    retriever = Retriever(made.store, made.embedder, Trusting(made))
    return Answerer(replace(made.parts, retriever=retriever))


@pytest.mark.parametrize("store", [FakeStore, OpenStore])
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=CASES)
@pytest.mark.slow
def test_no_answer_rests_on_what_is_not_granted(tmp_path: Path, store: Callable[[], FakeStore], case: Case) -> None:
    """Also where the store ignores the grant: the records decide."""
    with assistant(tmp_path, store=store()) as made:
        assert leaked(case, made, sound(made)) == set()


BEHIND = Case(
    [(["salary", "Lisbon", "25", "bonus"], frozenset("b"), frozenset("a"))], frozenset("a"), ["salary", "bonus"]
)
"""A scope that was narrowed in the records while the store is behind."""


def test_an_answerer_that_skips_the_second_check_is_noticed(tmp_path: Path) -> None:
    with assistant(tmp_path) as made:
        assert leaked(BEHIND, made, skipping_the_second_check(made)) != set()
    with assistant(tmp_path / "sound") as made:
        assert leaked(BEHIND, made, sound(made)) == set()


def test_a_grant_made_empty_finds_nothing(tmp_path: Path) -> None:
    """Even one that was forced past its own check."""
    empty = object.__new__(Grant)
    object.__setattr__(empty, "scopes", frozenset[Scope]())
    with assistant(tmp_path) as made:
        made.learn(document("leave"), "Employees have 25 days of leave.")
        vector = made.embedder.embed(["leave"], "query")[0]
        assert made.store.search("leave", vector, empty, 10) == []
