"""The language to answer in, of texts so short that little tells it."""

import pytest

from bot.language import SPOKEN, question_language

SAID = {
    "en": (
        "hello|hi|thanks|help|leave|vacation|salary|VPN|who?|how much?|in Bristol?|and in Lisbon?|per diem|bonus|test|"
        "GitHub|Termanza|SAF-T|hotel|visa|dental|menu|error"
    ),
    "es": (
        "hola|gracias|vacaciones|¿cuánto?|¿cuántos días?|sueldo|nómina|buenos días|ayuda|¿y en Madrid?|y en Bristol|"
        "contraseña|¿quién?"
    ),
    "pt": (
        "olá|obrigado|férias|quanto?|quantos dias?|salário|bom dia|ajuda|senha|e em Lisboa?|licença parental|quem?|"
        "qual é o prazo"
    ),
}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, said in SAID.items() for text in said.split("|")])
def test_a_word_or_two_are_answered_in_their_language(code: str, text: str) -> None:
    assert question_language(text) == code


@pytest.mark.parametrize("text", ["", "?", "12", "日本", "Wie viele Tage?", "GitHub?!"])
def test_what_tells_nothing_is_answered_in_the_first_language(text: str) -> None:
    assert question_language(text) == SPOKEN[0]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "How many days of leave do I have in Lisboa, at Praça do Comércio?"),
        ("en", "What is the per diem in São Paulo?"),
        ("es", "¿Cuándo se jugó la Super Bowl 50 en el Levi's Stadium?"),
        ("pt", "Até que peso posso receber encomendas minhas em Marvila?"),
    ],
)
def test_names_of_elsewhere_do_not_decide(code: str, text: str) -> None:
    assert question_language(text) == code
