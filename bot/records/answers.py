"""Answers as they were given, and the thumbs on them."""

import sys

from sqlalchemy import Engine, func, select

from bot.domain import Answer, AnswerId, Feedback, Verdict
from bot.errors import NotFound
from bot.records.answer_rows import answer_of, answer_row, feedback_of, vote_row
from bot.records.identity import human
from bot.records.statements import in_turn, insert_new
from bot.records.tables import answers, identities, votes
from bot.records.transactions import reading, writing

_LAST = chr(sys.maxunicode)
"""Comes after whatever else an id may go on with."""


class AnswerRecords:
    """`bot.ports.Answers` in the database."""

    def __init__(self, engine: Engine) -> None:
        """Use a database that `open_records` opened."""
        self._engine = engine

    def add(self, answer: Answer) -> None:
        """Keep an answer; durable when it returns, and adding it again changes nothing."""
        with writing(self._engine) as connection:
            insert_new(connection, answers, [answer_row(answer)])

    def get(self, answer: AnswerId) -> Answer:
        """Return an answer; raises `NotFound`."""
        with reading(self._engine) as connection:
            row = connection.execute(select(answers).where(answers.c.id == answer)).mappings().first()
        if row is None:
            raise _no_answer(answer)
        return answer_of(row)

    def beginning(self, typed: str) -> list[AnswerId]:
        """Return the ids that begin with this, up to two: enough to tell one from several."""
        begin = select(answers.c.id).where(answers.c.id >= typed, answers.c.id <= f"{typed}{_LAST}")
        with reading(self._engine) as connection:
            return [AnswerId(found) for found in connection.scalars(begin.limit(2))]

    def conversation(self, conversation: str, limit: int) -> list[Answer]:
        """Return the last `limit` answers of a conversation, oldest first."""
        newest_first = (
            select(answers)
            .where(answers.c.conversation == conversation)
            .order_by(answers.c.created.desc(), answers.c.seq.desc())
            .limit(limit)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(newest_first).mappings().all()
        return [answer_of(row) for row in reversed(rows)]

    def vote(self, feedback: Feedback) -> None:
        """Keep a press of a thumb; durable when it returns. Raises `NotFound`.

        The order in which presses arrive here decides which is the last one; `at` only informs, because
        clocks go back and differ. A press is the same as an earlier one if it agrees in everything, `at`
        included: repeating it changes nothing, nor does it become the last one again.
        """
        with writing(self._engine) as connection:
            in_turn(connection, "votes")  # so that whoever has seen a number has seen all that are lower
            if connection.scalar(select(answers.c.id).where(answers.c.id == feedback.answer)) is None:
                raise _no_answer(feedback.answer)
            insert_new(connection, votes, [vote_row(feedback)])

    def votes(self, answer: AnswerId) -> list[Feedback]:
        """Return the current vote of each person on an answer, in the order of arrival.

        Linked identities are one person. A vote that was taken back is left out.
        """
        person = human(votes.c.person)
        latest = (
            select(func.max(votes.c.seq))
            .select_from(votes.outerjoin(identities, identities.c.identity == votes.c.person))
            .where(votes.c.answer == answer)
            .group_by(person)
        )
        current = select(votes).where(votes.c.seq.in_(latest), votes.c.verdict != Verdict.NONE).order_by(votes.c.seq)
        with reading(self._engine) as connection:
            return [feedback_of(row) for row in connection.execute(current).mappings()]

    def history(self, answer: AnswerId) -> list[Feedback]:
        """Return every press on an answer, in the order of arrival."""
        presses = select(votes).where(votes.c.answer == answer).order_by(votes.c.seq)
        with reading(self._engine) as connection:
            return [feedback_of(row) for row in connection.execute(presses).mappings()]


def _no_answer(answer: AnswerId) -> NotFound:
    return NotFound(kind="answer", name=answer, hint="'attune ask --json' prints the id of its answer.")
