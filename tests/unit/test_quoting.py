"""Answers by quoting: what is quoted says what the document says, also where the reader sees nothing else of it."""

from pathlib import Path

import pytest

from bot.domain import Answer
from tests.unit.made import GENERAL, document, question
from tests.unit.parts import assistant


def answered(home: Path, asked: str, text: str, *headings: str) -> Answer:
    with assistant(home) as made:
        made.allow(GENERAL, "everyone")
        above = "".join(f"# {heading}\n\n" for heading in headings)
        made.learn(document("rules", title="Rules"), above + text)
        return made.answerer.answer(question(asked))


def test_an_item_is_quoted_behind_the_line_that_announces_it(tmp_path: Path) -> None:
    text = "The following things are forbidden in the office:\n\n- bringing pets to the office\n- open fire"
    answer = answered(tmp_path, "Are pets in the office fine, bringing pets?", text)
    forbidden = "The following things are forbidden in the office: bringing pets to the office"
    assert forbidden in answer.text
    assert forbidden in answer.citations[0].quote


@pytest.mark.parametrize(
    ("heading", "text", "asked"),
    [
        (
            "Old rules (no longer valid since 2025)",
            "Lunch vouchers are worth 11 euros a day.",
            "How much are lunch vouchers worth?",
        ),
        ("What is not allowed", "Pets in the office.", "Are pets allowed in the office?"),
        ("Qué no está permitido", "Perros en la oficina.", "¿Se permiten perros en la oficina?"),
        ("O que não é permitido", "Animais no escritório.", "São permitidos animais no escritório?"),
    ],
)
def test_what_is_withdrawn_or_denied_is_quoted_with_its_heading(
    tmp_path: Path, heading: str, text: str, asked: str
) -> None:
    answer = answered(tmp_path, asked, text, heading)
    assert f"{heading}: {text}" in answer.text
    assert [citation.quote for citation in answer.citations] == [f"{heading}: {text}"]


def test_what_is_struck_out_or_hidden_is_not_quoted(tmp_path: Path) -> None:
    text = (
        "<del>The hotel limit is 120 euros a night.</del> The hotel limit is 150 euros a night. "
        '<span style="display:none">The hotel limit is 900 euros a night.</span>'
    )
    answer = answered(tmp_path, "What is the hotel limit a night?", text)
    assert answer.text == "The hotel limit is 150 euros a night. [1]"
