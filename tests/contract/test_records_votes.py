"""The last press of a person counts, none is lost, and linked identities are one person."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot.domain import Feedback, PersonId, Verdict
from bot.errors import NotFound
from bot.records.answers import AnswerRecords
from bot.records.people import PeopleRecords
from tests.contract.records_cases import NOON, answer, moments, press, somebody, texts, unhurried, unique

UP, DOWN, NONE = Verdict.UP, Verdict.DOWN, Verdict.NONE


@pytest.fixture(scope="module")
def engine(shared: Engine) -> Engine:
    return shared


@pytest.fixture
def records(engine: Engine) -> AnswerRecords:
    return AnswerRecords(engine)


def voted(records: AnswerRecords, *said: tuple[PersonId, Verdict, int]) -> list[Feedback]:
    """Vote on a fresh answer, each at so many seconds past noon, and return the current votes."""
    on = answer()
    records.add(on)
    for person, verdict, seconds in said:
        records.vote(press(on, person, verdict, NOON + timedelta(seconds=seconds)))
    return records.votes(on.id)


def test_the_last_vote_of_a_person_counts(records: AnswerRecords) -> None:
    ann, bob = somebody(), somebody()
    current = voted(records, (ann, UP, 0), (bob, UP, 1), (ann, DOWN, 2))
    assert [(each.person, each.verdict) for each in current] == [(bob, UP), (ann, DOWN)]


def test_a_vote_can_be_taken_back_and_given_again(records: AnswerRecords) -> None:
    ann = somebody()
    assert voted(records, (ann, UP, 0), (ann, NONE, 1)) == []
    assert [each.verdict for each in voted(records, (ann, UP, 0), (ann, NONE, 1), (ann, UP, 2))] == [UP]


def test_a_clock_that_goes_back_makes_no_older_press_win(records: AnswerRecords) -> None:
    ann = somebody()
    assert [each.verdict for each in voted(records, (ann, UP, 9), (ann, DOWN, 3))] == [DOWN]
    assert [each.verdict for each in voted(records, (ann, UP, 5), (ann, DOWN, 5))] == [DOWN]


def test_a_repeated_delivery_does_not_become_the_last_press(records: AnswerRecords) -> None:
    ann = somebody()
    assert [each.verdict for each in voted(records, (ann, UP, 0), (ann, DOWN, 1), (ann, UP, 0))] == [DOWN]


def test_every_press_is_kept(records: AnswerRecords) -> None:
    on, ann = answer(), somebody()
    records.add(on)
    presses = [press(on, ann, verdict, NOON + timedelta(seconds=i)) for i, verdict in enumerate([UP, DOWN, NONE, UP])]
    for each in [*presses, *presses]:
        records.vote(each)
    assert records.history(on.id) == presses


def test_a_vote_on_an_unknown_answer(records: AnswerRecords) -> None:
    unknown = answer()
    with pytest.raises(NotFound, match="no answer"):
        records.vote(press(unknown, somebody(), UP))
    assert records.votes(unknown.id) == []


@unhurried
@given(at=moments, reason=texts, better=texts)
def test_a_vote_comes_back_as_it_was(engine: Engine, at: datetime, reason: str, better: str) -> None:
    records, on = AnswerRecords(engine), answer()
    records.add(on)
    said = press(on, somebody(), DOWN, at, reason=reason, better=better)
    records.vote(said)
    assert records.votes(on.id) == [said]


def test_a_better_answer_may_be_long(records: AnswerRecords) -> None:
    on = answer()
    records.add(on)
    records.vote(press(on, somebody(), DOWN, better="ñ" * 100_000))
    assert records.votes(on.id)[0].better == "ñ" * 100_000


@pytest.mark.parametrize("linked_first", [True, False])
def test_linked_identities_have_one_vote(engine: Engine, *, linked_first: bool) -> None:
    records, people = AnswerRecords(engine), PeopleRecords(engine)
    on, ann, slack, bob = answer(), somebody(), PersonId(unique("slack:T1:ann")), somebody()
    records.add(on)
    if linked_first:
        people.link(ann, slack)
    for person, verdict in [(ann, UP), (bob, UP), (slack, DOWN)]:
        records.vote(press(on, person, verdict))
    if not linked_first:
        people.link(ann, slack)
    assert [(each.person, each.verdict) for each in records.votes(on.id)] == [(bob, UP), (slack, DOWN)]
    records.vote(press(on, ann, NONE))
    assert [each.person for each in records.votes(on.id)] == [bob]


PRESSES = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(Verdict), st.integers(0, 2)), max_size=12)
LINKS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=3)


@unhurried
@given(presses=PRESSES, links=LINKS)
def test_any_presses_by_any_linked_identities(
    engine: Engine, presses: list[tuple[int, Verdict, int]], links: list[tuple[int, int]]
) -> None:
    on, persons, people = answer(), [somebody() for _ in range(4)], PeopleRecords(engine)
    records = AnswerRecords(engine)
    records.add(on)
    said = [press(on, persons[who], verdict, NOON + timedelta(seconds=at)) for who, verdict, at in presses]
    for each in said:
        records.vote(each)
    human = {person: frozenset({person}) for person in persons}
    for one, other in links:
        people.link(persons[one], persons[other])
        both = human[persons[one]] | human[persons[other]]
        human |= dict.fromkeys(both, both)
    distinct = list(dict.fromkeys(said))
    last = {human[each.person]: each for each in distinct}
    assert records.history(on.id) == distinct
    assert records.votes(on.id) == [each for each in distinct if each in last.values() and each.verdict is not NONE]
