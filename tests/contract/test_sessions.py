"""What every store of sessions does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.accounts import Session, SessionStore
from bot.domain import PersonId
from bot.records.sessions import SessionRecords
from tests.contract.records_cases import DATABASES, NOON, opened
from tests.contract.records_places import Places
from tests.fakes_web import FakeSessions

ANN, BOB = PersonId("web:local:ann"), PersonId("web:local:bob")
HOUR = timedelta(hours=1)


@pytest.fixture(params=["fake", *DATABASES])
def store(request: pytest.FixtureRequest, places: Places) -> Iterator[SessionStore]:
    if request.param == "fake":
        yield FakeSessions()
    else:
        with places.fresh(request.param) as place, opened(place) as engine:
            yield SessionRecords(engine)


def session(token_hash: str, person: PersonId = ANN) -> Session:
    return Session(token_hash, person, "csrf", NOON, NOON, NOON + 12 * HOUR, {"name": "Ann Ünal"})


def test_a_session_is_found_by_its_hash_as_it_was(store: SessionStore) -> None:
    store.add(session("one"))
    store.add(session("two", BOB))
    assert store.get("one") == session("one")
    assert store.get("two") == session("two", BOB)


def test_a_hash_that_nobody_has(store: SessionStore) -> None:
    store.add(session("one"))
    for other in ("", "ONE", "one ", "%", "two"):
        assert store.get(other) is None
    store.touch("two", NOON)
    store.remove("two")
    assert store.get("one") == session("one")


def test_use_is_written_down(store: SessionStore) -> None:
    store.add(session("one"))
    store.touch("one", NOON + HOUR)
    assert store.get("one") == replace(session("one"), seen=NOON + HOUR)


def test_a_session_is_forgotten(store: SessionStore) -> None:
    store.add(session("one"))
    store.add(session("two"))
    store.remove("one")
    assert store.get("one") is None
    assert store.get("two") is not None


def test_all_sessions_of_a_person_are_forgotten(store: SessionStore) -> None:
    for name, person in {"one": ANN, "two": ANN, "three": BOB}.items():
        store.add(session(name, person))
    assert store.remove_of(ANN) == 2
    assert store.remove_of(ANN) == 0
    assert [store.get(name) is None for name in ("one", "two", "three")] == [True, True, False]


def test_what_is_over_is_purged(store: SessionStore) -> None:
    store.add(session("used"))
    store.add(replace(session("unused"), seen=NOON - HOUR))
    store.add(replace(session("expired"), expires=NOON))
    assert store.purge(NOON, NOON - HOUR) == 2
    assert [store.get(name) is None for name in ("used", "unused", "expired")] == [False, True, True]
