"""Small talk is told from questions, in each language that is spoken here."""

import pytest

from bot.smalltalk import SmallTalk, is_gibberish, small_talk
from bot.wording import reply


@pytest.mark.parametrize(
    ("text", "kind", "language"),
    [
        ("Hello!", "greeting", "en"),
        ("hiiii there", "greeting", "en"),
        ("Bom dia, tudo bem?", "greeting", "pt"),
        ("buenas tardes", "greeting", "es"),
        ("Great, thanks a lot!", "thanks", "en"),
        ("ok gracias", "thanks", "es"),
        ("muito obrigada", "thanks", "pt"),
        ("What’s your name?", "about", "en"),  # noqa: RUF001 - as phones write it
        ("help", "about", "en"),
        ("¿Qué puedes hacer?", "about", "es"),
        ("ajuda-me", "about", "pt"),
        ("Hi, what can you do?", "about", "en"),
        ("adiós", "bye", "es"),
        ("got it", "noted", "en"),
    ],
)
def test_a_line_that_asks_nothing_of_the_documents(text: str, kind: str, language: str) -> None:
    found = small_talk(text, "en")
    assert found is not None
    assert (found.kind, found.language) == (kind, language)


def test_what_is_said_in_several_languages_is_in_that_of_the_conversation() -> None:
    assert [small_talk("ok", usual) for usual in ("en", "es", "pt")] == [
        SmallTalk("noted", usual) for usual in ("en", "es", "pt")
    ]
    assert small_talk("gracias", "en") == SmallTalk("thanks", "es")


@pytest.mark.parametrize(
    "text",
    [
        "Hello, how many days of leave do I have?",
        "help with expenses",
        "Hola, ¿cuánto me dan de vales?",
        "obrigado, e em Lisboa?",
        "Who are you allowed to share data with?",
        "can you help me with my laptop?",
        "no pets?",
        "thanksgiving",
        "Attune",
        "asdf",
    ],
)
def test_a_question_is_never_small_talk(text: str) -> None:
    assert small_talk(text, "en") is None


@pytest.mark.parametrize("text", ["asdf", "qwrtzp xkcvb", "jkl;", "ASDF asdf"])
def test_keys_hit_at_random_are_no_words(text: str) -> None:
    assert is_gibberish(text)


@pytest.mark.parametrize(
    "text", ["asdf leave", "expenses", "hoeveel vakantiedagen", "ile dni urlopu", "在哪里停车", "T3", "4911", "thx"]
)
def test_a_word_of_any_language_is_one(text: str) -> None:
    assert not is_gibberish(text)


def test_a_reply_names_what_can_be_asked_about() -> None:
    assert reply("greeting", "en", ["A", "B", "C"]).endswith("Ask for example about what is in “A”, “B” and “C”.")
    assert reply("about", "es", ["A"]).endswith("Pregunta por ejemplo por algo de «A».")
    assert reply("thanks", "pt") == "De nada."
