"""The metrics, against examples worked out by hand and against what must hold for any input."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuning import metrics


@dataclass(frozen=True, slots=True)
class Page:
    """A document, as far as a metric looks at it."""

    uri: str
    title: str = ""


def pages(*uris: str) -> list[Page]:
    return [Page(uri) for uri in uris]


units = st.floats(0, 1)
sentences = st.lists(st.sampled_from(["Rhine", "the", "1870", "río", "Warsaw's", "[1]", "5", "15", "¿qué?"])).map(
    " ".join
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Rhine, a river.", ["rhine", "river"]),
        ("¿Qué «cosa»?", ["qué", "cosa"]),
        ("“STRASSE” \N{EN DASH} Straße", ["strasse", "strasse"]),
        ("$2,099.00", ["209900"]),
        ("cafe\N{COMBINING ACUTE ACCENT}", ["café"]),
        ("el la los as uma", ["el", "la", "los", "as", "uma"]),
        ("  \t\n", []),
    ],
)
def test_words_are_folded_as_squad_does(text: str, expected: list[str]) -> None:
    assert metrics.words(text) == expected


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("It rises in the Alps [1].", "Alps"),
        ("From 1870[1] to 1939[2].", "1870 to 1939"),
        ("Warsaw's first theatre.", "Warsaw"),
        ("It ran (1870\N{EN DASH}1939).", "1870"),
        ("The fee is $2,099.00.", "2099.00"),
        ("En el Ogród Saski, «el Jardín»", "jardín"),
        ("The grade is A.", "A"),
        ("Ask the owner of the page.", "owner of page"),
    ],
)
def test_a_text_is_correct_where_an_accepted_answer_stands_in_it(text: str, answer: str) -> None:
    assert metrics.is_correct(text, [answer])


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("There are 15 days.", "5"),
        ("It weighs 2.5 kg.", "5"),
        ("See the page [5].", "5"),
        ("Within two months or three days.", "two days"),
        ("Anything.", ""),
        ("Anything.", "?!"),
        ("", "Rhine"),
    ],
)
def test_what_only_looks_like_an_accepted_answer_is_not_correct(text: str, answer: str) -> None:
    assert not metrics.is_correct(text, [answer])


def test_any_accepted_answer_is_correct() -> None:
    assert metrics.is_correct("Within one hour.", ["60 minutes", "one hour"])
    assert not metrics.is_correct("Within one hour.", [])


def test_f1_counts_shared_words_as_often_as_they_stand_on_both_sides() -> None:
    # given: rises in alps (3 words), wanted: swiss alps (2); one shared: 2 * 1 / (3 + 2)
    assert metrics.f1("Rises in the Alps [1]", ["the Swiss Alps"]) == pytest.approx(0.4)


def test_f1_takes_the_best_accepted_answer() -> None:
    assert metrics.f1("the Swiss Alps", ["Rhine", "Swiss Alps"]) == 1.0


def test_f1_is_zero_without_a_shared_word_and_without_an_accepted_answer() -> None:
    assert metrics.f1("Rhine", ["Alps"]) == 0.0
    assert metrics.f1("Rhine", []) == 0.0
    assert metrics.f1("", ["Alps"]) == 0.0


@given(sentences, st.lists(sentences))
def test_f1_stays_between_0_and_1_whatever_the_order_of_the_answers(text: str, answers: list[str]) -> None:
    value = metrics.f1(text, answers)
    assert 0 <= value <= 1
    assert value == metrics.f1(text, answers[::-1])


@given(sentences, st.lists(sentences, min_size=1))
def test_f1_is_1_for_an_accepted_answer_itself(extra: str, answers: list[str]) -> None:
    assert metrics.f1(answers[0].replace("[1]", ""), [*answers, answers[0].replace("[1]", ""), extra]) == 1.0


@given(sentences, sentences, st.lists(sentences))
def test_no_figure_falls_when_another_answer_is_accepted(text: str, more: str, answers: list[str]) -> None:
    assert metrics.f1(text, [*answers, more]) >= metrics.f1(text, answers)
    assert metrics.is_correct(text, [*answers, more]) >= metrics.is_correct(text, answers)


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("file:///srv/docs/leave/annual.md", "leave/annual.md"),
        ("file:///srv/docs/leave/annual.md", "/annual.md"),
        ("file:///srv/docs/leave/annual.md", "file:///srv/docs/leave/annual.md"),
        ("file:///srv/d%C3%ADas%20festivos.md", "días festivos.md"),
        ("file:///srv/di\N{COMBINING ACUTE ACCENT}as.md", "días.md"),
        ("file:///srv/100%25.md", "100%25.md"),
        ("annual.md", "annual.md"),
    ],
)
def test_a_document_is_named_by_the_end_of_the_readable_uri(uri: str, name: str) -> None:
    assert metrics.is_accepted(Page(uri), name)


@pytest.mark.parametrize("name", ["nual.md", "annual", "leave/annual", "Annual.md", "", "/"])
def test_that_end_begins_where_a_segment_begins(name: str) -> None:
    assert not metrics.is_accepted(Page("file:///srv/leave/annual.md"), name)


def test_a_document_is_named_by_its_title_without_regard_to_case_and_white_space() -> None:
    assert metrics.is_accepted(Page("x://1", "Annual  Leave"), "annual leave")
    assert not metrics.is_accepted(Page("x://1", "Annual leave 2024"), "annual leave")


def test_one_right_citation_is_enough() -> None:
    assert metrics.is_cited(pages("a/x.md", "a/y.md"), ["y.md", "z.md"])
    assert not metrics.is_cited(pages("a/x.md"), ["y.md", "z.md"])
    assert not metrics.is_cited([], ["y.md"])


def test_recall_is_the_share_of_the_named_documents_within_the_cutoff() -> None:
    found = pages("d/a", "d/b", "d/c", "d/d", "d/e", "d/f")
    assert metrics.recall(found, ["b", "f"], 5) == 0.5
    assert metrics.recall(found, ["b", "e"], 5) == 1.0
    assert metrics.recall([], ["b"], 5) == 0.0


def test_ndcg_discounts_by_the_logarithm_of_the_rank() -> None:
    found = pages("d/x", "d/a", "d/y", "d/b")
    ideal = 1 + 1 / math.log2(3)
    assert metrics.ndcg(found, ["a", "b"], 10) == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)
    assert metrics.ndcg(found, ["a"], 10) == pytest.approx(1 / math.log2(3))
    assert metrics.ndcg(found, ["b"], 3) == 0.0


def test_two_names_of_one_document_count_as_one() -> None:
    found = [Page("d/x"), Page("d/a.md", "Annual leave")]
    assert metrics.recall(found, ["a.md", "Annual leave"], 5) == 1.0
    assert metrics.ndcg(found, ["a.md", "Annual leave"], 10) == pytest.approx(1 / math.log2(3))


def test_a_second_document_of_the_same_name_gains_nothing() -> None:
    found = [Page("d/1", "Leave"), Page("d/2", "Leave")]
    assert metrics.recall(found, ["Leave", "z"], 5) == 0.5
    assert metrics.ndcg(found, ["Leave"], 10) == 1.0


@given(st.permutations("abcdefgh"), st.sets(st.sampled_from("abcdxyz"), min_size=1), st.integers(1, 9))
def test_both_stay_between_0_and_1_and_recall_grows_with_the_cutoff(
    order: Sequence[str], names: set[str], cutoff: int
) -> None:
    found = pages(*order)
    expected = sorted(names)
    assert 0 <= metrics.ndcg(found, expected, cutoff) <= 1 + 1e-12
    assert 0 <= metrics.recall(found, expected, cutoff) <= metrics.recall(found, expected, cutoff + 1) <= 1


@given(st.permutations("abcd"), st.sets(st.sampled_from("abcd"), min_size=1))
def test_ndcg_is_1_for_the_best_orders_and_only_for_those(order: Sequence[str], names: set[str]) -> None:
    perfect = set(order[: len(names)]) == names
    assert (metrics.ndcg(pages(*order), sorted(names), 10) == pytest.approx(1)) == perfect


def test_a_share_has_wilsons_interval() -> None:
    # Wilson (1927) for 8 of 10, as given in textbooks: 0.490 to 0.943
    figure = metrics.mean([1.0] * 8 + [0.0] * 2)
    assert (figure.value, figure.n) == (0.8, 10)
    assert figure.low == pytest.approx(0.490, abs=5e-4)
    assert figure.high == pytest.approx(0.943, abs=5e-4)


def test_equal_values_are_no_certainty_of_their_mean() -> None:
    none = metrics.mean([0.0] * 20)
    assert none.low == 0.0
    assert none.high == pytest.approx(0.161, abs=5e-4)


def test_nothing_measured_has_no_mean() -> None:
    figure = metrics.mean([])
    assert (figure.value, figure.n, figure.low, figure.high) == (None, 0, None, None)


@given(st.lists(units, min_size=1), st.randoms())
def test_the_interval_of_a_mean_holds_it_in_any_order(values: list[float], rng: Random) -> None:
    figure = metrics.mean(values)
    assert figure.value is not None
    assert figure.low is not None
    assert figure.high is not None
    assert 0 <= figure.low <= figure.value <= figure.high <= 1
    rng.shuffle(values)
    assert metrics.mean(values) == figure


@given(st.lists(units, min_size=1, max_size=20), st.integers(2, 5))
def test_the_same_values_more_often_narrow_the_interval(values: list[float], times: int) -> None:
    few, many = metrics.mean(values), metrics.mean(values * times)
    assert few.low is not None
    assert few.high is not None
    assert many.low is not None
    assert many.high is not None
    assert many.high - many.low < few.high - few.low


def test_the_median_of_ten_lies_between_the_second_and_the_ninth() -> None:
    # 95 % for the median of n = 10 by order statistics: ranks 2 and 9 (binomial tables)
    figure = metrics.quantile([float(n) for n in range(10, 0, -1)], 0.5)
    assert (figure.value, figure.n, figure.low, figure.high) == (5.0, 10, 2.0, 9.0)


def test_a_high_quantile_of_few_values_is_bounded_by_the_largest() -> None:
    figure = metrics.quantile([1.0, 2.0, 3.0], 0.95)
    assert (figure.value, figure.high) == (3.0, 3.0)


def test_nothing_measured_has_no_quantile() -> None:
    assert metrics.quantile([], 0.5).value is None


@given(st.lists(st.floats(0, 1e6), min_size=1), st.sampled_from([0.5, 0.95]))
def test_the_interval_of_a_quantile_is_made_of_measured_values_around_the_value(values: list[float], p: float) -> None:
    figure = metrics.quantile(values, p)
    assert {figure.low, figure.value, figure.high} <= set(values)
    assert figure.low is not None
    assert figure.value is not None
    assert figure.high is not None
    assert figure.low <= figure.value <= figure.high
    assert Fraction(sum(value <= figure.value for value in values), len(values)) >= Fraction(str(p))


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_a_higher_quantile_is_never_smaller(values: list[float]) -> None:
    middle, high = metrics.quantile(values, 0.5), metrics.quantile(values, 0.95)
    assert middle.value is not None
    assert high.value is not None
    assert middle.value <= high.value
