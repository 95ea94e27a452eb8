"""Every store finds exactly what the grant admits; and the test of that would notice one that does not."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from numpy.typing import NDArray

from bot.domain import DocumentId, Grant, Hit, Passage, PassageId, Scope
from tests.contract.store_access import AccessCase, access_cases, assert_exact
from tests.contract.store_cases import EMBEDDER, STORES
from tests.fakes import FakeStore


@pytest.mark.parametrize("name", STORES)
def test_a_store_gives_what_the_grant_admits_and_nothing_else(name: str, tmp_path: Path) -> None:
    open_store, examples = STORES[name]
    store = open_store(tmp_path)

    @settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow])
    @given(access_cases)
    def holds(case: AccessCase) -> None:
        assert_exact(store, case)

    holds()


def stored(store: FakeStore) -> set[Scope]:
    passages = [kept.passage for kept in store._kept.values()]  # noqa: SLF001 - to break it, one must reach inside
    return {name for passage in passages for name in passage.scopes}


def everything(store: FakeStore, grant: Grant) -> Grant:
    return Grant(grant.scopes | stored(store))


class SearchesEverything(FakeStore):
    """Ignores the grant."""

    def search(self, text: str, vector: NDArray[np.float32], grant: Grant, limit: int) -> list[Hit]:
        return super().search(text, vector, everything(self, grant), limit)


class FiltersAfterRanking(FakeStore):
    """Lets what may not be seen take the places of what may."""

    def search(self, text: str, vector: NDArray[np.float32], grant: Grant, limit: int) -> list[Hit]:
        hits = super().search(text, vector, everything(self, grant), limit)
        return [hit for hit in hits if grant.admits(hit.passage.scopes)]


class GetsEverything(FakeStore):
    """Ignores the grant where ids are known."""

    def get(self, ids: Sequence[PassageId], grant: Grant) -> list[Passage]:
        return super().get(ids, everything(self, grant))


class LeaksNeighbours(FakeStore):
    """Takes for granted that a passage's own scopes are."""

    def neighbours(self, passage: Passage, grant: Grant, distance: int) -> list[Passage]:
        return super().neighbours(passage, Grant(grant.scopes | passage.scopes), distance)


class ForgetsToNarrow(FakeStore):
    """Adds scopes and never takes one away."""

    def set_scopes(self, document: DocumentId, scopes: frozenset[Scope]) -> None:
        before = [kept.passage.scopes for kept in self._kept.values() if kept.passage.document == document]
        super().set_scopes(document, scopes.union(*before))


class ComparesBeginnings(FakeStore):
    """Takes people for people ops."""

    def search(self, text: str, vector: NDArray[np.float32], grant: Grant, limit: int) -> list[Hit]:
        near = {name for name in stored(self) if name.startswith(tuple(grant.scopes))}
        return super().search(text, vector, Grant(grant.scopes | near), limit)


class ReadsOnlyAHundredScopes(FakeStore):
    """Drops what a long list holds beyond that."""

    def search(self, text: str, vector: NDArray[np.float32], grant: Grant, limit: int) -> list[Hit]:
        return super().search(text, vector, replace(grant, scopes=frozenset(sorted(grant.scopes)[-100:])), limit)


@pytest.mark.parametrize(
    "broken",
    [
        SearchesEverything,
        FiltersAfterRanking,
        GetsEverything,
        LeaksNeighbours,
        ForgetsToNarrow,
        ComparesBeginnings,
        ReadsOnlyAHundredScopes,
    ],
)
def test_a_store_that_does_not_would_be_noticed(broken: type[FakeStore]) -> None:
    store = broken(EMBEDDER.dimension)

    @settings(max_examples=2_000, database=None, phases=[Phase.generate], derandomize=True)
    @given(access_cases)
    def holds(case: AccessCase) -> None:
        assert_exact(store, case)

    with pytest.raises(AssertionError):
        holds()
