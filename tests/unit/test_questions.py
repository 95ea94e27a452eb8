"""What people type becomes a question, or a sentence that says why not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import EmptyQuestion, OnlyALink, QuestionTooLong
from bot.questions import clean, readable, visible


@pytest.mark.parametrize("text", ["", "  \n\t", "\x00\x07", "\ud800", "\u200b\ufeff", "?!", "…", "👍"])
def test_nothing_to_read_is_no_question(text: str) -> None:
    with pytest.raises(EmptyQuestion):
        clean(text, 100)


@pytest.mark.parametrize(
    "text",
    ["https://example.org/a?b=c", " http://x ", "www.example.org", "<https://example.org>", "ftp://a/b\nhttps://c"],
)
def test_a_bare_link_is_not_opened(text: str) -> None:
    with pytest.raises(OnlyALink):
        clean(text, 100)


def test_a_question_about_a_link_is_a_question() -> None:
    assert clean("What is https://example.org for?", 100) == "What is https://example.org for?"


def test_a_hostile_row_of_links_is_judged_at_once() -> None:
    assert clean("a://" * 20_000 + " b", 200_000).endswith(" b")


def test_the_limit_counts_what_is_left_after_cleaning() -> None:
    assert clean("\x00" * 500 + "why?", 4) == "why?"
    with pytest.raises(QuestionTooLong, match="200,000 characters and I read up to 4,000"):
        clean("a" * 200_000, 4_000)


def test_controls_and_lone_surrogates_go_and_the_words_stay() -> None:
    assert clean("how\x1b[31m many\x00 da\udfffys\u202e?", 100) == "how many days?"


def test_letters_are_composed_and_lines_kept() -> None:
    assert clean("  cafe\u0301\r\nou\u2028cha\u0301?  ", 100) == "café\nou\nchá?"


def test_joiners_stay_because_words_and_emoji_need_them() -> None:
    assert visible("क्\u200dष 👩\u200d💻") == "क्\u200dष 👩\u200d💻"


@given(st.text(alphabet=st.characters(codec=None)))
def test_whatever_is_typed_becomes_storable_text(text: str) -> None:
    found = readable(text)
    found.encode()
    assert found == readable(found)
    assert unicodedata.is_normalized("NFC", found)


def test_nothing_is_left_of_a_terminals_escape_sequences() -> None:
    assert visible("a\x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x07link\x1b]0;title\x1b\\ \x9b1mb") == "ared link b"
