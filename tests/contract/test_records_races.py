"""Several who write at once leave what some order of them, one after another, would have left."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import pairwise
from threading import Barrier, Event
from typing import TypeVar

import pytest
from sqlalchemy import Engine, func, select

from bot.accounts import Invitation
from bot.domain import Release, Role, Scope, Subject, Verdict
from bot.records.accounts import AccountRecords
from bot.records.answers import AnswerRecords
from bot.records.documents import DocumentRecords
from bot.records.grants import GrantRecords
from bot.records.groups import GroupRecords
from bot.records.meta import MetaRecords
from bot.records.people import PeopleRecords
from bot.records.releases import ReleaseRecords
from bot.records.sources import SourceRecords
from bot.records.tables import people as people_table
from bot.records.tables import votes
from bot.records.transactions import reading
from tests.contract.records_cases import NOON, answer, press, somebody, synced, unique

MANY = 5
"""As many connections as are kept."""
T = TypeVar("T")


def at_once(engine: Engine, *calls: Callable[[], T]) -> list[T]:
    """Call each in a thread of its own, all at the same moment; returns what they return."""
    ready = Barrier(len(calls))

    def one(call: Callable[[], T]) -> T:
        with engine.connect():  # nobody has to connect first
            ready.wait(60)
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(one, calls))


def test_a_reader_sees_one_state_throughout(engine: Engine) -> None:
    meta = MetaRecords(engine)
    meta.put("space", "before")
    with reading(engine) as connection:
        counted = select(func.count()).select_from(people_table)
        assert connection.scalar(counted) == 0
        PeopleRecords(engine).add(somebody())
        assert connection.scalar(counted) == 0
    with reading(engine) as connection:
        assert connection.scalar(counted) == 1


@pytest.mark.slow
def test_who_goes_on_after_the_last_vote_it_saw_misses_none(engine: Engine) -> None:
    records, seen, over = AnswerRecords(engine), list[int](), Event()
    given = [answer() for _ in range(MANY)]
    for one in given:
        records.add(one)

    def vote(number: int) -> None:
        for second in range(20):
            records.vote(press(given[number], somebody(), Verdict.UP, NOON + timedelta(seconds=second)))

    def follow() -> None:
        while True:
            last = over.is_set()
            with reading(engine) as connection:
                seen.extend(connection.scalars(select(votes.c.seq).where(votes.c.seq > max(seen, default=0))))
            if last:
                return

    with ThreadPoolExecutor(1) as reader:
        reader.submit(follow)
        at_once(engine, *(partial(vote, number) for number in range(MANY)))
        over.set()
    with reading(engine) as connection:
        assert sorted(seen) == list(connection.scalars(select(votes.c.seq).order_by(votes.c.seq)))
    assert len(seen) == 20 * MANY


def test_a_release_that_many_promote_is_promoted_once(engine: Engine) -> None:
    releases = ReleaseRecords(engine)
    one, other = (releases.add(Release("extractive:quoting", "", text)) for text in ("{question}", "{passages}"))
    at_once(engine, *[lambda: releases.promote(one)] * MANY)
    assert [each.release for each in releases.history()] == [one]
    at_once(engine, *[lambda: releases.promote(one), lambda: releases.promote(other)] * 2)
    history = [each.release for each in releases.history()]
    assert all(before != after for before, after in pairwise(history))


def test_of_many_invitations_to_one_person_one_is_open(engine: Engine) -> None:
    accounts, ann = AccountRecords(engine), somebody()
    for _ in range(5):
        tokens = [unique("token") for _ in range(MANY)]
        at_once(engine, *(partial(accounts.invite, Invitation(token, ann, None, NOON)) for token in tokens))
        assert sum(accounts.invitation(token) is not None for token in tokens) == 1


def test_a_locked_account_stays_locked_whoever_uses_a_link_meanwhile(engine: Engine) -> None:
    accounts, ann = AccountRecords(engine), somebody()
    for _ in range(20):
        accounts.set_password(ann, "before", NOON)
        accounts.invite(Invitation("token", ann, None, NOON + timedelta(hours=1)))
        at_once(engine, partial(accounts.accept, "token", "after", NOON), partial(accounts.lock, ann))
        assert accounts.password(ann) is None
        assert accounts.invitation("token") is None


def test_somebody_whom_many_name_first_is_one_person(engine: Engine) -> None:
    people, groups, ann = PeopleRecords(engine), GroupRecords(engine), somebody()
    at_once(engine, *[lambda: people.add(ann), lambda: groups.assign(ann, ["hr"])] * 2)
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(people_table)) == 1
    assert people.get(ann).groups == {"hr"}


@pytest.mark.parametrize("seed", range(3))
def test_identities_that_many_link_in_any_order_are_one_person(engine: Engine, seed: int) -> None:
    people, identities = PeopleRecords(engine), [somebody() for _ in range(8)]
    pairs = [*pairwise(identities), *zip(identities[2:], identities, strict=False)]
    random.Random(seed).shuffle(pairs)  # noqa: S311 - an order, no secret
    at_once(engine, *(partial(people.link, *pair) for pair in pairs))
    assert [person.identities for person in people.all()] == [frozenset(identities)]


@pytest.mark.parametrize("_", range(3))
def test_admins_who_dismiss_each_other_leave_one(engine: Engine, _: int) -> None:
    people, admins = PeopleRecords(engine), [somebody() for _ in range(4)]
    for admin in admins:
        people.add(admin, Role.ADMIN)
    assert sum(at_once(engine, *(partial(people.set_role, admin, None) for admin in admins))) == 3
    assert sum(people.role_of(admin) is Role.ADMIN for admin in admins) == 1


def test_grants_of_the_same_scopes_in_another_order_do_not_wait_for_each_other(engine: Engine) -> None:
    grants, everyone = GrantRecords(engine), Subject("everyone")
    scopes = [Scope(f"scope-{number}") for number in range(200)]
    for _ in range(3):
        at_once(engine, lambda: grants.allow(everyone, scopes), lambda: grants.allow(everyone, scopes[::-1]))
        assert grants.revoke(everyone, scopes) == 200


def test_documents_that_come_in_while_their_source_changes_have_its_scopes(engine: Engine) -> None:
    sources, documents, finance = SourceRecords(engine), DocumentRecords(engine), frozenset({Scope("finance")})
    for number in range(5):
        name = f"source-{number}"
        sources.add(name, "/srv", frozenset({Scope("everyone")}))
        rows = [synced(unique("document"), source=name, uri=f"{each}.md") for each in range(MANY)]
        at_once(
            engine,
            *(partial(documents.write, [row], {}) for row in rows),
            partial(sources.add, name, "/", finance),
        )
        assert {each.document.scopes for each in documents.of_source(name).values()} == {finance}


def test_documents_that_many_write_in_another_order_come_in(engine: Engine) -> None:
    documents = DocumentRecords(engine)
    rows = [synced(f"document-{number}", uri=f"{number}.md") for number in range(200)]
    texts = {row.document.id: "text" for row in rows}
    for _ in range(3):
        at_once(
            engine,
            lambda: documents.write(rows, texts),
            lambda: documents.write(rows[::-1], dict(reversed(texts.items()))),
        )
    assert len(documents.of_source("handbook")) == 200
