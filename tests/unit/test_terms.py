"""Words as they are compared."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.terms import coverage, fold, stem, stems, weight, weights, words


def test_numbers_stay_whole() -> None:
    assert words("It costs 1,250.50 euros, or 3.5%.") == ["it", "costs", "1,250.50", "euros", "or", "3.5"]


def test_accents_and_case_do_not_count() -> None:
    assert fold("POLÍTICA São") == "politica sao"
    assert stems("Vacaciones", "es") == stems("vacación", "es")


def test_threads_stem_beside_one_another() -> None:
    parts = itertools.product("bcdlmnrst", "aeiou", "bcdlmnrst", ("ational", "fulness"))
    made = ["".join(letters) for letters in parts]

    def stemmed(turn: int) -> dict[str, str]:
        return {word: stem(word, "en") for word in made[turn:] + made[:turn]}

    with ThreadPoolExecutor(8) as threads:
        several = list(threads.map(stemmed, range(0, 800, 100)))
    stem.cache_clear()
    assert all(one == stemmed(0) for one in several)


@pytest.mark.parametrize(("common", "rare", "language"), [("the", "reimbursement", "en"), ("de", "reembolso", "es")])
def test_rare_words_weigh_more(common: str, rare: str, language: str) -> None:
    assert weight(common, language) < 0.01
    assert weight(rare, language) > 0.1


def test_coverage_is_the_share_of_weight_that_is_there() -> None:
    wanted = weights("the reimbursement deadline", "en")
    assert coverage(wanted, stems("Deadlines for reimbursements", "en")) > 0.95
    assert coverage(wanted, stems("the the the", "en")) < 0.05
    assert coverage({}, {"a"}) == 0.0


@given(st.text(max_size=200), st.sampled_from(["en", "es", "pt", "xx", ""]))
def test_any_text_has_terms_within_bounds(text: str, language: str) -> None:
    found = weights(text, language)
    assert set(found) == stems(text, language)
    assert all(0.0 <= value <= 1.0 for value in found.values())
    assert coverage(found, found) == pytest.approx(1.0 if sum(found.values()) else 0.0)
