"""An evaluation: questions whose right answers are known, what came of asking them, and the figures."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pydantic import TypeAdapter, ValidationError

from bot.domain import Answer, Ranked
from bot.errors import AttuneError, BadInput, BadLine
from tuning import metrics
from tuning.domain import EvalQuestion, Figure, Outcome

_QUESTION = TypeAdapter(EvalQuestion)
REFUSED = "refused"
"""The fate of a passage that the asker may not see."""


class NoQuestions(BadInput):
    """A file in which nothing is asked."""

    sentence = "There is no question in this file: it takes JSON lines, one question with its answers each."


def read_questions(lines: Iterable[str | bytes]) -> list[EvalQuestion]:
    """Read JSON lines, one question each; blank lines and unknown keys are passed over.

    Raises `BadLine`, which names the line, for the first one that cannot be used, and `NoQuestions`.
    """
    found = [_question(line, number) for number, line in enumerate(lines, start=1) if line.strip()]
    if not found:
        raise NoQuestions
    return found


def sample(questions: Sequence[EvalQuestion], limit: int, seed: int = 0) -> list[EvalQuestion]:
    """Return `limit` of the questions, in their order; the same ones every time."""
    if limit >= len(questions):
        return list(questions)
    chosen = random.Random(seed).sample(range(len(questions)), limit)  # noqa: S311 -- a sample, not a secret
    return [questions[index] for index in sorted(chosen)]


def ask(
    questions: Iterable[EvalQuestion],
    answer: Callable[[EvalQuestion], Answer],
    clock: Callable[[], float] = time.perf_counter,
) -> Iterator[Outcome]:
    """Ask one question after the other and yield what came of it.

    An error that has a sentence for the asker is an outcome like any other; everything else ends it.
    """
    for question in questions:
        start = clock()
        try:
            given = answer(question)
        except AttuneError as error:
            yield Outcome(question, str(error), (), (), abstained=True, failed=True, seconds=clock() - start)
        else:
            yield Outcome(
                question,
                given.text,
                given.citations,
                _documents(given.trace),
                abstained=given.abstained,
                failed=False,
                seconds=clock() - start,
            )


def figures(outcomes: Iterable[Outcome]) -> Mapping[str, Figure]:
    """Return each figure by its name; `n` says how many outcomes it could be measured on.

    Answers are judged where accepted answers are known, citations and retrieval where documents are, times
    where there was an answer. A question where the bot abstained is incorrect and uncited, with an F1 of 0.
    """
    every = list(outcomes)
    answerable = [outcome for outcome in every if not outcome.question.unanswerable]
    judged = [outcome for outcome in answerable if outcome.question.answers]
    sourced = [outcome for outcome in answerable if outcome.question.documents]
    both = [outcome for outcome in judged if outcome.question.documents]
    seconds = [outcome.seconds for outcome in every if not outcome.failed]
    return {
        "correct": _mean(_correct, judged),
        "f1": _mean(_f1, judged),
        "cited": _mean(_cited, sourced),
        "correct_and_cited": _mean(lambda outcome: _correct(outcome) and _cited(outcome), both),
        "cited_f1": _mean(lambda outcome: _f1(outcome) * _cited(outcome), both),
        "abstained_wrong": _mean(_abstained, answerable),
        "recall_at_5": _mean(lambda outcome: metrics.recall(outcome.retrieved, outcome.question.documents, 5), sourced),
        "ndcg_at_10": _mean(lambda outcome: metrics.ndcg(outcome.retrieved, outcome.question.documents, 10), sourced),
        "abstained_right": _mean(_abstained, [outcome for outcome in every if outcome.question.unanswerable]),
        "failed": _mean(lambda outcome: outcome.failed, every),
        "seconds_p50": metrics.quantile(seconds, 0.50),
        "seconds_p95": metrics.quantile(seconds, 0.95),
    }


def detail(outcome: Outcome) -> Mapping[str, object]:
    """Return what may be handed on about an outcome; what was expected is not part of it."""
    return {
        "id": outcome.question.id,
        "text": outcome.text,
        "citations": [{"title": citation.title, "uri": citation.uri} for citation in outcome.citations],
        "retrieved": [ranked.uri for ranked in outcome.retrieved],
        "abstained": outcome.abstained,
    }


def _question(line: str | bytes, number: int) -> EvalQuestion:
    try:
        question = _QUESTION.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = " ".join(str(part) for part in first["loc"])
        what = first["msg"].replace("at line 1 column", "at character")
        raise BadLine(why=f"line {number}, {where or 'as a whole'}: {what}") from error
    if not question.unanswerable and not question.answers and not question.documents:
        raise BadLine(why=f"line {number} names neither answers nor documents, and is not marked unanswerable")
    return question


def _documents(trace: Iterable[Ranked]) -> tuple[Ranked, ...]:
    """Return the first passage of each document, in order; a refused passage was never found."""
    first: dict[str, Ranked] = {}
    for ranked in trace:
        if ranked.fate != REFUSED:
            first.setdefault(ranked.document, ranked)
    return tuple(first.values())


def _mean(value: Callable[[Outcome], float], outcomes: Sequence[Outcome]) -> Figure:
    return metrics.mean([float(value(outcome)) for outcome in outcomes])


def _abstained(outcome: Outcome) -> bool:
    return outcome.abstained


def _correct(outcome: Outcome) -> bool:
    return not outcome.abstained and metrics.is_correct(outcome.text, outcome.question.answers)


def _f1(outcome: Outcome) -> float:
    return 0.0 if outcome.abstained else metrics.f1(outcome.text, outcome.question.answers)


def _cited(outcome: Outcome) -> bool:
    return not outcome.abstained and metrics.is_cited(outcome.citations, outcome.question.documents)
