"""Answers come back as they were given, and conversations in order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.exc import StatementError

from bot.domain import Answer, AnswerId
from bot.errors import NotFound
from bot.records.answers import AnswerRecords
from tests.contract import records_cases as cases
from tests.contract.records_cases import NOON, Place, answer, opened, unhurried, unique


@pytest.fixture(scope="module")
def records(shared: Engine) -> AnswerRecords:
    return AnswerRecords(shared)


@unhurried
@given(said=cases.answers)
def test_an_answer_comes_back_as_it_was(records: AnswerRecords, said: Answer) -> None:
    kept = replace(said, id=AnswerId(unique("answer")))
    records.add(kept)
    assert records.get(kept.id) == kept


def test_an_answer_is_there_for_who_opens_the_home_next(place: Place) -> None:
    kept = answer()
    with opened(place) as engine:
        AnswerRecords(engine).add(kept)
    with opened(place) as engine:
        assert AnswerRecords(engine).get(kept.id) == kept


def test_adding_an_answer_again_changes_nothing(records: AnswerRecords) -> None:
    kept = answer()
    records.add(kept)
    records.add(kept)
    assert records.conversation(kept.question.conversation, 9) == [kept]


def test_an_unknown_answer(records: AnswerRecords) -> None:
    with pytest.raises(NotFound, match="no answer 'nope'"):
        records.get(AnswerId("nope"))


def test_what_a_database_cannot_hold_does_not_stop_an_answer(records: AnswerRecords) -> None:
    kept = answer(question="nul\0 and \ud800 surrogate", text="\0ñandú 你好 🦙")
    records.add(kept)
    back = records.get(kept.id)
    assert back.question.text == "nul and \ufffd surrogate"
    assert back.text == "ñandú 你好 🦙"


def test_a_moment_without_a_zone_is_refused(records: AnswerRecords) -> None:
    with pytest.raises(StatementError, match="without a time zone"):
        records.add(answer(created=NOON.replace(tzinfo=None)))


@unhurried
@given(minutes=st.lists(st.integers(0, 5), max_size=8), limit=st.integers(0, 9))
def test_a_conversation_ends_with_the_newest_answer(records: AnswerRecords, minutes: list[int], limit: int) -> None:
    conversation = unique("conversation")
    said = [answer(conversation=conversation, created=NOON + timedelta(minutes=each)) for each in minutes]
    for each in said:
        records.add(each)
        records.add(answer())  # elsewhere
    in_order = sorted(said, key=lambda each: each.created)  # stable: first come, first said
    assert records.conversation(conversation, limit) == in_order[len(in_order) - min(limit, len(in_order)) :]
