"""Units that can be checked while a model still writes."""

import re
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from bot.streaming import units


def test_marks_stay_with_the_sentence_that_they_follow() -> None:
    assert list(units(["It is 25 days [1]. It starts in May. [2][3] Ask HR."])) == [
        "It is 25 days [1].",
        "It starts in May [2][3].",
        "Ask HR.",
    ]


def test_a_unit_comes_out_as_soon_as_the_next_one_begins() -> None:
    asked: list[str] = []

    def pieces() -> Iterator[str]:
        for piece in ("It is", " 25 days [1].", " It", " starts in May [2]."):
            asked.append(piece)
            yield piece

    stream = units(pieces())
    assert next(stream) == "It is 25 days [1]."
    assert asked == ["It is", " 25 days [1].", " It"]


def test_lines_are_units() -> None:
    assert list(units(["- one [1]\n- two", " [2]\n"])) == ["- one [1]", "- two [2]"]


def test_a_mark_cut_in_two_is_one_mark() -> None:
    assert list(units(["So it is [", "1", "] and more [2]"])) == ["So it is [1]", "and more [2]"]


@given(
    st.lists(st.sampled_from(["It is so", ". ", " [1]", "[2]", "\n", "e.g. ", "Dr. X", "3.5", "?", " "]), max_size=30)
)
def test_nothing_is_lost_however_it_is_cut(pieces: list[str]) -> None:
    def letters(text: str) -> list[str]:
        # Marks and the full stop behind them may change places, nothing else does.
        return sorted(re.sub(r"\s", "", text))

    assert letters("".join(units(pieces))) == letters("".join(pieces))


@given(st.text(max_size=80), st.integers(1, 7))
def test_any_text_gets_through(text: str, size: int) -> None:
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    kept = re.sub(r"\s", "", "".join(units(pieces)))
    assert sorted(kept) == sorted(re.sub(r"\s", "", text))
