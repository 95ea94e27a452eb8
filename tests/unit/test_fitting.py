"""What is quoted: the kind of answer that was asked for, about what was asked, and no more of a row than that."""

import pytest

from bot.answer_types import Kind, expected, holds
from bot.contrasts import contrast
from bot.ranges import amounts, within
from bot.rows import asked_of
from bot.sentences import is_excerpt, statements
from bot.spelling import corrected
from bot.terms import weights
from bot.windows import is_note, lists, opens, windows
from tests.unit.made import document, passage

LEAVE = """\
| | Lisbon | Bristol | Mexico City |
|---|---|---|---|
| Working days a year | 24 | 26 | 15 |
"""


@pytest.mark.parametrize(
    ("question", "language", "kind"),
    [
        ("How many days of leave do I have?", "en", Kind.COUNT),
        ("How long is parental leave?", "en", Kind.DURATION),
        ("Until when must I take them?", "en", Kind.TIME),
        ("Who signs a payment?", "en", Kind.PERSON),
        ("Can I fly business class?", "en", Kind.PERMISSION),
        ("How do I report harassment?", "en", Kind.PROCEDURE),
        ("What do we do when a supplier changes its bank?", "en", Kind.PROCEDURE),
        ("¿Cuántos días de vacaciones tengo?", "es", Kind.COUNT),
        ("¿Puedo usar el elevador?", "es", Kind.PERMISSION),
        ("Quando fecha o mapa de férias?", "pt", Kind.TIME),
    ],
)
def test_a_question_tells_what_kind_of_answer_it_expects(question: str, language: str, kind: Kind) -> None:
    assert expected(question, language).kind is kind


def test_a_number_of_what_is_counted_fits_better_than_another_number() -> None:
    wanted = expected("How many days do I have?", "en")
    assert holds(wanted, "You have 24 days.") > holds(wanted, "There are 24 hooks.") > holds(wanted, "Ask Ann.")


def test_what_is_told_of_a_case_says_what_to_do_in_it() -> None:
    wanted = expected("I lost my key. How do I get in?", "en")
    case = holds(wanted, "If you lose your key, the desk lets you in.")
    assert holds(wanted, "Call the desk.") > case > holds(wanted, "The desk knows everybody.")


def test_of_a_row_only_the_column_that_was_asked_for_is_quoted() -> None:
    source = passage(document("leave"), LEAVE)
    question = "How many working days of leave do people in Bristol have?"
    (row,) = statements(source.text, source.headings)
    sides = contrast(question, [source], "en")
    text = asked_of(row, weights(question, "en"), expected(question, "en"), sides)
    assert text == "Working days a year; Bristol: 26"
    assert is_excerpt(text, row)


def test_a_row_with_a_cell_of_another_column_is_no_excerpt() -> None:
    (row,) = statements(LEAVE)
    assert not is_excerpt("Working days a year; Bristol: 24", row)


@pytest.mark.parametrize(
    ("question", "cell", "inside"),
    [
        ("Who approves 3,000 euros?", "€1,200 to €4,000", True),
        ("Who approves 3,000 euros?", "up to €1,200", False),
        ("Who approves above 250,000 euros?", "€100,000 to €250,000", False),
        ("Who approves above 250,000 euros?", "above €250,000", True),
        ("Who approves 3,000 euros?", "line manager", None),
    ],
)
def test_an_amount_is_found_in_its_range(question: str, cell: str, *, inside: bool | None) -> None:
    assert within(amounts(question), cell) is inside


def test_a_label_and_a_question_stand_only_with_what_follows() -> None:
    stated = statements("Lost receipt? Use the form. You may use it three times a year.")
    texts = [one.text for one in windows(stated)]
    assert opens(stated[0])
    assert "Lost receipt?" not in texts
    assert "Lost receipt? Use the form." in texts


def test_who_looks_after_a_page_is_a_note() -> None:
    assert is_note(statements("Last updated: 2026-01-22 Owner: Ann")[0])


def test_a_list_under_a_heading_is_one_thing_to_quote() -> None:
    (found,) = lists(statements("1. Your manager.\n2. Any partner.\n3. The outside line.\n"))
    assert [one.text for one in found.statements] == ["Your manager.", "Any partner.", "The outside line."]


def test_a_slip_is_mended_as_the_documents_spell_the_word() -> None:
    texts = ["Claiming expenses in Recibo"]
    assert corrected("how do i claim expnses", "en", texts) == "how do i claim expenses"
    assert corrected("What is Recibo?", "en", texts) == "What is Recibo?"
    assert corrected("What is Qwyzzum?", "en", texts) == "What is Qwyzzum?"
