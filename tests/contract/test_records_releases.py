"""Releases under the hash of their content, and the pointer with its history; sources and facts beside them."""

from dataclasses import replace
from itertools import pairwise

import pytest
from sqlalchemy import Engine

from bot.domain import Release, ReleaseId, Scope
from bot.errors import NotFound
from bot.ports import KnownSource
from bot.records.meta import MetaRecords
from bot.records.releases import ReleaseRecords
from bot.records.sources import SourceRecords
from bot.releases import release_id
from tests.contract.records_cases import NOON

QUOTING = Release("extractive:quoting", "", "Answer from {passages}: ñ {question}")
TUNED = replace(QUOTING, model="transformers:smollm2", adapter="adapters/1", dataset="d1", report="r1")
TEAM = replace(TUNED, audience="slack:T1:C1")
EVERYONE, FINANCE = Scope("everyone"), Scope("finance")


@pytest.fixture
def releases(engine: Engine) -> ReleaseRecords:
    return ReleaseRecords(engine)


def test_a_release_is_kept_once_under_its_content(releases: ReleaseRecords) -> None:
    first = releases.add(QUOTING)
    assert first == releases.add(QUOTING) == release_id(QUOTING)
    second = releases.add(TUNED)
    assert releases.get(first) == QUOTING
    assert releases.all() == {first: QUOTING, second: TUNED}


def test_an_unknown_release(releases: ReleaseRecords) -> None:
    for call in (releases.get, releases.promote):
        with pytest.raises(NotFound, match="no release 'nope'"):
            call(ReleaseId("nope"))


def test_the_pointer_moves_and_its_history_is_kept(releases: ReleaseRecords) -> None:
    assert releases.active() is None
    assert releases.previous() is None
    first, second = releases.add(QUOTING), releases.add(TUNED)
    for release in (first, second, second, first):
        releases.promote(release)
        assert releases.active() == release
    history = releases.history()
    assert [each.release for each in history] == [first, second, first]
    assert all(earlier.at <= later.at for earlier, later in pairwise(history))
    assert releases.previous() == second


def test_each_audience_has_a_pointer_of_its_own(releases: ReleaseRecords) -> None:
    shared, team = releases.add(QUOTING), releases.add(TEAM)
    releases.promote(shared)
    releases.promote(team)
    assert releases.active() == shared
    assert releases.active(TEAM.audience) == team
    assert releases.previous() is None
    assert [each.release for each in releases.history(TEAM.audience)] == [team]


def test_a_source_is_named_changed_and_removed(engine: Engine) -> None:
    sources = SourceRecords(engine)
    sources.add("wiki", "file:///wiki", frozenset({EVERYONE}))
    sources.add("handbook", "file:///ñ", frozenset({EVERYONE, FINANCE}))
    assert sources.all() == [
        KnownSource("handbook", "file:///ñ", frozenset({EVERYONE, FINANCE})),
        KnownSource("wiki", "file:///wiki", frozenset({EVERYONE})),
    ]
    failed = (("/a.pdf", "it is damaged"),)
    sources.finish("wiki", NOON, {"added": 3}, failed)
    sources.add("wiki", "s3://wiki", frozenset({FINANCE}))
    assert sources.get("wiki") == KnownSource("wiki", "s3://wiki", frozenset({FINANCE}), NOON, {"added": 3}, failed)
    sources.remove("wiki")
    sources.finish("wiki", NOON, {"added": 4})
    assert [each.name for each in sources.all()] == ["handbook"]
    for call in (sources.get, sources.remove):
        with pytest.raises(NotFound, match="no source 'wiki'"):
            call("wiki")


def test_a_fact_is_replaced(engine: Engine) -> None:
    meta = MetaRecords(engine)
    assert meta.get("space") is None
    for value in ("one", "two"):
        meta.put("space", value)
        assert meta.get("space") == value
