"""Follow-ups mean what they would have meant in the words of the questions before them."""

import pytest

from bot.following import is_follow_up, standalone


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
    assert standalone(text, language, ["How long is notice?"]) == text


@pytest.mark.parametrize(
    ("language", "before", "follow_up", "meant"),
    [
        ("en", "How much is a hotel in Lisbon?", "And in Bristol?", "How much is a hotel in Bristol?"),
        ("en", "How much is a hotel in Lisbon?", "What about Mexico City?", "How much is a hotel in Mexico City?"),
        ("en", "How much may I spend in Mexico City?", "and in Lisbon?", "How much may I spend in Lisbon?"),
        ("en", "In Lisbon, how long is notice?", "And in Bristol?", "In Bristol, how long is notice?"),
        (
            "en",
            "Is there leave for employees in Lisbon?",
            "And for contractors?",
            "Is there leave for contractors in Lisbon?",
        ),
        ("en", "Who decided this on Monday in Lisbon?", "and on Tuesday?", "Who decided this on Tuesday in Lisbon?"),
        (
            "es",
            "¿Qué vacaciones hay en Lisboa?",
            "¿Y en la Ciudad de México?",
            "¿Qué vacaciones hay en la Ciudad de México?",
        ),
        ("pt", "Quantos dias tenho na Cidade do México?", "E em Lisboa?", "Quantos dias tenho na Lisboa?"),
    ],
)
def test_what_is_new_takes_its_place(language: str, before: str, follow_up: str, meant: str) -> None:
    assert standalone(follow_up, language, [before]) == meant


@pytest.mark.parametrize(
    ("before", "follow_up"),
    [
        ("Who approves travel?", "Why?"),
        ("Who pays for parking at the office?", "Is it paid?"),
        ("How long is notice in Lisbon?", "And for contractors?"),
        ("Is there a hotel in Lisbon in March?", "And in Bristol?"),
        ("How long is leave for employees in Lisbon?", "And for contractors in Bristol?"),
    ],
)
def test_what_has_no_one_place_is_put_behind(before: str, follow_up: str) -> None:
    assert standalone(follow_up, "en", [before]) == f"{before} {follow_up}"


def test_a_follow_up_of_a_follow_up_means_all_of_them() -> None:
    turns = ["Who pays for parking in Bristol offices?", "How long is the notice period in Lisbon?", "And in Bristol?"]
    assert standalone("And for contractors?", "en", turns) == (
        "How long is the notice period in Bristol? And for contractors?"
    )


def test_the_first_question_of_a_conversation_stands_alone() -> None:
    assert standalone("And for contractors?", "en", []) == "And for contractors?"
