"""Follow-ups mean what they would have meant in the words of the questions before them."""

import pytest

from bot.following import Joined, Lean, joined, lean, names, own_words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("And for contractors?", "en"),
        ("What about Bristol?", "en"),
        ("Is it paid?", "en"),
        ("Do I have to pay for it?", "en"),
        ("¿Y para contratistas?", "es"),
        ("E em Lisboa?", "pt"),
        ("In Lisbon?", "en"),
        ("Why?", "en"),
        ("until when?", "en"),
        ("¿Hasta cuándo?", "es"),
        ("Quanto?", "pt"),
    ],
)
def test_what_cannot_be_understood_alone_leans(text: str, language: str) -> None:
    assert lean(text, language) is Lean.LEANS


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How many days of annual leave do employees in Lisbon have?", "en"),
        ("Who approves travel to Mexico City that costs more than 2,000 euros?", "en"),
        ("¿Cuántos días de vacaciones tienen los empleados de México?", "es"),
        ("What is the Fridge?", "en"),
        ("where can I park?", "en"),
        ("Is there parking?", "en"),
    ],
)
def test_a_question_of_its_own_stands(text: str, language: str) -> None:
    assert lean(text, language) is Lean.STANDS


@pytest.mark.parametrize(
    ("text", "language"),
    [("How many days in a row?", "en"), ("¿cuándo se paga?", "es"), ("And who pays?", "en")],
)
def test_a_short_question_may_lean(text: str, language: str) -> None:
    assert lean(text, language) is Lean.MAY


def test_what_a_follow_up_adds_is_neither_its_opening_nor_what_it_asks_with() -> None:
    assert set(own_words("And how much for contractors?", "en")) == {"contractor"}
    assert names("And in Mexico City?") == ("Mexico", "City")
    assert names("Lisbon is where I live") == ()


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
    assert joined(before, follow_up, language) == Joined(meant, replaced=True)


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
    assert joined(before, follow_up, "en") == Joined(f"{before} {follow_up}", replaced=False)
