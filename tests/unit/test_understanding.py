"""A conversation goes as people expect: what leans is joined, what stands is left alone, nothing is said twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain import Answer, Audience, ChannelId
from tests.unit.made import GENERAL, document, question
from tests.unit.parts import Assistant, assistant

BRISTOL = "In Bristol the notice period is 42 calendar days. For contractors in Bristol it is 14 days."
LISBON = "In Lisbon the notice period is 60 calendar days. Return the parking card on your last day."
STOLEN = (
    "Report a stolen laptop to the duty phone within one hour. You do not have to pay for the first stolen laptop, "
    "unless it was left in a car."
)
PARKING = "You can park your car in the yard behind the house, where 22 spaces are marked."
MEETING = "The company meeting is on the first Thursday of the month. It is recorded for those who are away."
VOUCHERS = "En México los vales de despensa son de 1,850 pesos al mes."
NOTICE = "How long is the notice period in Bristol?"


@pytest.fixture
def quoting(tmp_path: Path) -> Iterator[Assistant]:
    with assistant(tmp_path) as made:
        made.allow(GENERAL, "everyone")
        for name, text in {
            "Leaving Bristol": BRISTOL,
            "Leaving Lisbon": LISBON,
            "Laptops": STOLEN,
            "Parking": PARKING,
            "Meetings": MEETING,
        }.items():
            made.learn(document(name, title=name), text)
        made.learn(document("vales", title="Vales en México", language="es"), VOUCHERS)
        yield made


def conversation(made: Assistant, *texts: str) -> list[Answer]:
    return [made.answerer.answer(question(text, conversation="c1")) for text in texts]


def test_a_place_takes_the_place_of_another_one(quoting: Assistant) -> None:
    *_, lisbon, bristol = conversation(quoting, NOTICE, "and in Lisbon?", "and in Bristol?")
    assert "60 calendar days" in lisbon.text
    assert "42" not in lisbon.text
    assert "42 calendar days" in bristol.text


def test_a_place_that_nothing_is_said_of_is_not_answered_with_another_one(quoting: Assistant) -> None:
    *_, elsewhere = conversation(quoting, "¿Cuánto son los vales de despensa en México?", "¿Y en Lisboa?")
    assert "1,850" not in elsewhere.text


def test_what_follows_something_unrelated_still_follows(quoting: Assistant) -> None:
    *_, lisbon = conversation(quoting, NOTICE, "thanks", "When is the company meeting?", "and in Lisbon?")
    assert "60 calendar days" in lisbon.text


def test_two_follow_ups_in_a_row_mean_all_that_was_said(quoting: Assistant) -> None:
    *_, bristol = conversation(quoting, NOTICE, "When is the company meeting?", "and in Lisbon?", "And in Bristol?")
    assert "42 calendar days" in bristol.text
    *_, contractors = conversation(quoting, NOTICE, "And for contractors?")
    assert contractors.text.startswith("For contractors in Bristol it is 14 days.")


def test_it_may_go_on_in_another_language(quoting: Assistant) -> None:
    for follow_up in ("¿Y en Bristol?", "E em Bristol?"):
        *_, bristol = conversation(quoting, "How long is the notice period in Lisbon?", follow_up)
        assert "42 calendar days" in bristol.text


def test_a_follow_up_finds_the_sentence_that_it_asks_for(quoting: Assistant) -> None:
    first, second = conversation(quoting, "My laptop was stolen: whom do I report it to?", "Do I have to pay for it?")
    assert "duty phone" in first.text
    assert "not have to pay" in second.text
    assert "duty phone" not in second.text


def test_a_follow_up_that_only_points_finds_what_was_not_said_yet(quoting: Assistant) -> None:
    first, second = conversation(quoting, "When is the company meeting?", "is it recorded?")
    assert "first Thursday" in first.text
    assert "It is recorded for those who are away." in second.text


def test_the_same_question_again_gets_the_whole_answer_again(quoting: Assistant) -> None:
    first, second = conversation(quoting, "Where can I park?", "where can I park?")
    assert first.text == second.text


def test_a_question_of_its_own_is_not_joined(quoting: Assistant) -> None:
    *_, parking = conversation(quoting, NOTICE, "and in Lisbon?", "where can I park?")
    assert "yard" in parking.text
    assert "card" not in parking.text


@pytest.mark.parametrize("text", ["Are we planning layoffs?", "What is Zanzibar?", "why?", "until when?"])
def test_the_same_answer_is_not_given_to_another_question(quoting: Assistant, text: str) -> None:
    first, second = conversation(quoting, "What are the vales de despensa?", text)
    assert "1,850" in first.text
    assert "1,850" not in second.text


def test_small_talk_searches_nothing_and_is_kept(quoting: Assistant) -> None:
    _, thanks = conversation(quoting, NOTICE, "thanks")
    assert (thanks.text, thanks.abstained, thanks.citations, thanks.trace) == ("You are welcome.", False, (), ())
    assert quoting.answers.get(thanks.id) == thanks


def test_what_can_be_asked_is_told_with_titles_that_the_grant_admits(quoting: Assistant) -> None:
    quoting.learn(document("bands", title="Salary bands", on="2026-05-01", scoped="people"), "Bands are secret.")
    hello, hola = conversation(quoting, "Hello!", "¿qué puedes hacer?")
    assert hello.text.startswith("Hello! ")
    assert "Salary bands" not in hello.text
    assert hello.text.count("“") == 3
    assert "«Vales en México»" in hola.text
    assert len(hello.scopes) == 3
    alone = quoting.answerer.answer(question("Hi", audience=Audience(channel=ChannelId("slack:T1:C9"))))
    assert "“" not in alone.text
    assert not alone.scopes


def test_keys_hit_at_random_are_not_understood(quoting: Assistant) -> None:
    quoting.learn(document("ficha", title="Xqzv"), "Xqzv is where leave is asked for.")
    _, mash, name, spanish = conversation(quoting, NOTICE, "asdf", "xqzv", "¿dónde está el guardarropa?")
    assert conversation(quoting, "jkl;")[0].language == spanish.language == "es"
    assert mash.text.startswith("I did not understand that.")
    assert (mash.abstained, mash.citations) == (False, ())
    assert "leave is asked for" in name.text
