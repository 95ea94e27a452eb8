"""An evaluation from its lines to its figures; what answers is a table of answers made by hand."""

import itertools
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import (
    Answer,
    AnswerId,
    Audience,
    ChannelId,
    Citation,
    DocumentId,
    PassageId,
    PersonId,
    Question,
    Ranked,
    ReleaseId,
)
from bot.errors import BadLine, EmptyQuestion
from tuning.domain import EvalQuestion, Outcome
from tuning.evaluation import ask, detail, figures, read_questions, sample


def ranked(uri: str, fate: str = "used", passage: int = 0) -> Ranked:
    return Ranked(PassageId(f"{uri}#{passage}"), DocumentId(uri), uri, uri.upper(), 1.0, 0.5, 0.9, fate)


def citation(uri: str) -> Citation:
    return Citation(1, PassageId(f"{uri}#0"), DocumentId(uri), uri.upper(), uri, (), "")


def answer(text: str, cites: Iterable[str] = (), trace: Iterable[Ranked] = (), *, abstained: bool = False) -> Answer:
    asked = Question("?", PersonId("a:b:c"), Audience(ChannelId("a:b:c")), "1")
    return Answer(
        AnswerId("1"),
        asked,
        text,
        tuple(citation(uri) for uri in cites),
        ReleaseId("r"),
        abstained,
        "en",
        datetime(2026, 1, 1, tzinfo=UTC),
        trace=tuple(trace),
    )


KNOWN = {
    "right": answer("It rises in the Alps [1].", ["d/rhine.md"], [ranked("d/rhine.md")]),
    "uncited": answer("The Alps.", ["d/other.md"], [ranked("d/other.md"), ranked("d/rhine.md")]),
    "abstains": answer("I found nothing.", [], [ranked("d/rhine.md", "beyond the limit")], abstained=True),
    "invents": answer("Surely 42."),
}


def answered(question: EvalQuestion) -> Answer:
    if not question.question:
        raise EmptyQuestion
    return KNOWN[question.question]


def asked(name: str, *, unanswerable: bool = False) -> EvalQuestion:
    if unanswerable:
        return EvalQuestion(name, name, unanswerable=True)
    return EvalQuestion(name, name, ("the Alps", "Swiss Alps"), ("rhine.md",))


def outcomes(*questions: EvalQuestion) -> list[Outcome]:
    return list(ask(questions, answered, itertools.count().__next__))


def test_reads_what_it_knows_and_passes_over_the_rest() -> None:
    lines = [
        '{"id": 7, "question": "¿Dónde?", "answers": ["a", "b"], "documents": ["x.md"], "type": "new"}\n',
        "\n",
        '{"id": "u", "question": "?", "answers": [], "unanswerable": true, "channel": "hr"}\n',
    ]
    assert read_questions(lines) == [
        EvalQuestion("7", "¿Dónde?", ("a", "b"), ("x.md",)),
        EvalQuestion("u", "?", unanswerable=True, channel="hr"),
    ]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("{nonsense", "JSON"),
        ("[1]", "object"),
        ('{"id": "1"}', "question"),
        ('{"id": "1", "question": "?", "answers": "a"}', "answers"),
        ('{"id": "1", "question": "?", "answers": [null]}', "answers 0"),
        ('{"id": "1", "question": "?", "answers": ["a"], "channel": ["hr"]}', "channel"),
        ('{"id": "1", "question": "?", "answers": ["a"], "unanswerable": "perhaps"}', "unanswerable"),
        ('{"id": "1", "question": "?"}', "neither answers nor documents"),
        ('{"id": "1", "question": "\\ud800", "answers": ["a"]}', "JSON"),
    ],
)
def test_a_bad_line_is_named_with_its_number_in_one_sentence(bad: str, why: str) -> None:
    good = json.dumps({"id": "1", "question": "?", "answers": ["a"]})
    with pytest.raises(BadLine) as caught:
        read_questions([good, "", bad])
    sentence = str(caught.value)
    assert "line 3" in sentence
    assert why in sentence
    assert "\n" not in sentence


QUESTIONS = [asked(name) for name in "abcdefghij"]


@given(st.integers(1, 12))
def test_a_sample_is_the_same_every_time_and_keeps_the_order(limit: int) -> None:
    chosen = sample(QUESTIONS, limit)
    assert chosen == sample(QUESTIONS, limit)
    assert len(chosen) == min(limit, len(QUESTIONS))
    assert chosen == [question for question in QUESTIONS if question in chosen]


def test_another_seed_samples_others() -> None:
    assert sample(QUESTIONS, 5, seed=1) != sample(QUESTIONS, 5, seed=2)


def test_asking_takes_the_time_of_each_question() -> None:
    times = iter([0.0, 1.5, 10.0, 10.25])
    found = list(ask([asked("right"), asked("invents")], answered, times.__next__))
    assert [outcome.seconds for outcome in found] == [1.5, 0.25]


def test_an_error_with_a_sentence_is_an_abstention_and_the_rest_goes_on() -> None:
    empty, right = outcomes(asked(""), asked("right"))
    assert (empty.text, empty.abstained, empty.failed) == (str(EmptyQuestion()), True, True)
    assert right.text == KNOWN["right"].text


def test_any_other_error_ends_it_after_what_was_done() -> None:
    going = ask([asked("right"), asked("unheard of")], answered)
    assert next(going).text == KNOWN["right"].text
    with pytest.raises(KeyError):
        next(going)


def test_the_retrieved_are_distinct_documents_in_order_without_the_refused() -> None:
    trace = [
        ranked("b"),
        ranked("secret", "refused"),
        ranked("a", "duplicate"),
        ranked("b", "no room", passage=1),
        ranked("c", "outdated"),
    ]
    (outcome,) = ask([asked("x")], lambda _: answer("", [], trace))
    assert [entry.uri for entry in outcome.retrieved] == ["b", "a", "c"]


def test_figures_worked_out_by_hand() -> None:
    found = figures(
        outcomes(
            asked("right"),
            asked("uncited"),
            asked("abstains"),
            asked("invents"),
            asked("abstains", unanswerable=True),
            asked("invents", unanswerable=True),
        )
    )
    values = {name: figure.value for name, figure in found.items()}
    # 'It rises in Alps' against 'Alps': 2 * 1 / (4 + 1); 'Alps' against 'Alps': 1
    assert values == {
        "correct": 0.5,
        "f1": pytest.approx((0.4 + 1) / 4),
        "cited": 0.25,
        "correct_and_cited": 0.25,
        "cited_f1": pytest.approx(0.4 / 4),
        "abstained_wrong": 0.25,
        "recall_at_5": 0.75,
        "ndcg_at_10": pytest.approx((1 + 0.6309 + 1) / 4, abs=1e-4),
        "abstained_right": 0.5,
        "failed": 0.0,
        "seconds_p50": 1.0,
        "seconds_p95": 1.0,
    }
    assert (found["correct"].n, found["abstained_right"].n, found["seconds_p50"].n) == (4, 2, 6)


def test_an_abstention_is_neither_correct_nor_cited_whatever_it_says() -> None:
    shy = answer("The Alps.", ["d/rhine.md"], [ranked("d/rhine.md")], abstained=True)
    found = figures(ask([asked("x")], lambda _: shy))
    assert {name: found[name].value for name in ("correct", "f1", "cited", "cited_f1", "abstained_wrong")} == {
        "correct": 0.0,
        "f1": 0.0,
        "cited": 0.0,
        "cited_f1": 0.0,
        "abstained_wrong": 1.0,
    }


def test_what_a_question_does_not_name_is_not_judged() -> None:
    only_answers = EvalQuestion("1", "right", answers=("Alps",))
    only_documents = EvalQuestion("2", "right", documents=("rhine.md",))
    found = figures(outcomes(only_answers, only_documents))
    assert {name: figure.n for name, figure in found.items() if figure.n != 2} == {
        "correct": 1,
        "f1": 1,
        "cited": 1,
        "correct_and_cited": 0,
        "cited_f1": 0,
        "recall_at_5": 1,
        "ndcg_at_10": 1,
        "abstained_right": 0,
    }
    assert found["correct_and_cited"].value is None


def test_an_error_counts_as_failed_and_its_time_does_not_count() -> None:
    found = figures(outcomes(asked(""), asked("", unanswerable=True), asked("right")))
    assert found["failed"].value == pytest.approx(2 / 3)
    assert (found["abstained_wrong"].value, found["abstained_right"].value) == (0.5, 1.0)
    assert found["seconds_p50"].n == 1


def test_figures_of_nothing_have_no_value() -> None:
    assert {(figure.value, figure.n) for figure in figures([]).values()} == {(None, 0)}


@given(st.permutations([*KNOWN, ""]), st.lists(st.booleans(), min_size=5, max_size=5))
def test_figures_do_not_depend_on_the_order(names: Sequence[str], unanswerable: list[bool]) -> None:
    clock = iter([0, 1] * 50).__next__
    questions = [asked(name, unanswerable=flag) for name, flag in zip(names, unanswerable, strict=True)]
    there = figures(ask(questions, answered, clock))
    assert there == figures(ask(questions[::-1], answered, clock))


@given(st.lists(st.sampled_from([*KNOWN, ""]), min_size=1))
def test_a_stricter_figure_is_never_above_the_laxer(names: list[str]) -> None:
    found = {name: figure.value or 0.0 for name, figure in figures(outcomes(*map(asked, names))).items()}
    assert found["correct_and_cited"] <= min(found["correct"], found["cited"])
    assert found["cited_f1"] <= found["f1"]
    assert found["ndcg_at_10"] <= 1


def test_a_detail_shows_what_was_said_and_found_but_not_what_was_expected() -> None:
    (outcome,) = outcomes(asked("uncited"))
    shown = detail(outcome)
    assert shown == {
        "id": "uncited",
        "text": "The Alps.",
        "citations": [{"title": "D/OTHER.MD", "uri": "d/other.md"}],
        "retrieved": ["d/other.md", "d/rhine.md"],
        "abstained": False,
    }
