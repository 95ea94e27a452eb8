"""Follow-ups mean what the questions before them meant, and only where those may still be seen."""

from collections.abc import Iterable, Mapping

import pytest

from bot.conversation import history, is_follow_up, standalone, usable
from bot.domain import Document, DocumentId, Grant
from tests.unit.made import answer, document, scopes


class Known:
    """The part of the documents that a conversation asks."""

    def __init__(self, *documents: Document) -> None:
        self._known = {one.id: one for one in documents}

    def by_id(self, ids: Iterable[DocumentId]) -> Mapping[DocumentId, Document]:
        return {one: self._known[one] for one in ids if one in self._known}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("And for contractors?", "en"),
        ("What about Bristol?", "en"),
        ("Is it paid?", "en"),
        ("¿Y para contratistas?", "es"),
        ("E em Lisboa?", "pt"),
        ("Why?", "en"),
    ],
)
def test_a_follow_up_is_recognised(text: str, language: str) -> None:
    assert is_follow_up(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How many days of annual leave do employees in Lisbon have?", "en"),
        ("Who approves travel to Mexico City that costs more than 2,000 euros?", "en"),
        ("¿Cuántos días de vacaciones tienen los empleados de México?", "es"),
    ],
)
def test_a_question_of_its_own_is_left_alone(text: str, language: str) -> None:
    assert not is_follow_up(text, language)
    assert standalone(text, language, [answer("How long is notice?", "60 days")]) == text


def test_a_follow_up_is_put_behind_what_it_follows() -> None:
    turns = [
        answer("Who pays for parking in Bristol offices?", "The company."),
        answer("How long is the notice period in Lisbon?", "60 days."),
        answer("And in Bristol?", "42 days."),
    ]
    assert standalone("And for contractors?", "en", turns) == (
        "How long is the notice period in Lisbon? And in Bristol? And for contractors?"
    )


def test_the_first_question_of_a_conversation_stands_alone() -> None:
    assert standalone("And for contractors?", "en", []) == "And for contractors?"


def test_history_obeys_the_grant_of_now() -> None:
    turn = answer("What is the band?", "€50,000", used="bands")
    grant = Grant(scopes("people"))
    assert usable([turn], grant, Known(document("bands", scoped="people"))) == [turn]
    assert usable([turn], grant, Known(document("bands", scoped="finance"))) == []
    assert usable([turn], grant, Known()) == []


def test_a_turn_counts_as_resting_on_what_was_read_before_it() -> None:
    turns = [answer("What is the band?", "€50,000", used="bands"), answer("And leave?", "25 days.", used="leave")]
    grant = Grant(scopes("people"))
    leave = document("leave", scoped="people")
    assert usable(turns, grant, Known(leave, document("bands", scoped="people"))) == turns
    assert usable(turns, grant, Known(leave, document("bands", scoped="finance"))) == []


def test_answers_that_found_nothing_are_not_history() -> None:
    turns = [answer("A?", "I could not find this.", abstained=True), answer("B?", "Yes.")]
    assert [message.content for message in history(turns)] == ["B?", "Yes."]
