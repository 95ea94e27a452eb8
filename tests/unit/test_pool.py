"""Every question in the inbox gets an answer or a sentence, whatever happens to whoever answers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Semaphore
from uuid import uuid4

import pytest

from bot.chat.live import Live
from bot.chat.pool import Pace, Pool, Stream
from bot.domain import Answer, AnswerId, Delta, Question
from bot.errors import ModelUnreachable, RecordsUnreachable
from bot.inbox import Asked, Entry, Lease, State
from tests.fakes_web import FakeInbox
from tests.unit.made import answer, question

SECONDS = 20
QUICK = Pace(lease=60, heartbeat=0.01, poll=0.02, grace=SECONDS)


class Watched(FakeInbox):
    """An inbox that tells when a question has come to its end."""

    def __init__(self) -> None:
        super().__init__()
        self.ends = Semaphore(0)

    def _become(self, entry: Entry, **changes: object) -> Entry:
        changed = super()._become(entry, **changes)
        if changed.state not in {State.WAITING, State.ANSWERING}:
            self.ends.release()
        return changed

    def settled(self, asked: Asked) -> Entry:
        assert self.ends.acquire(timeout=SECONDS)
        entry = self.get(asked.id)
        assert entry is not None
        return entry


def asked(text: str = "How many days of leave?") -> Asked:
    return Asked(uuid4().hex, "web", question(text), datetime.now(UTC))


def made(for_question: Question) -> Answer:
    return replace(answer("x", "26 days."), id=AnswerId(for_question.text), question=for_question)


def says(question: Question) -> Iterator[Delta]:
    """Answer at once, under the question's text as its id."""
    yield Delta("26 days.")
    yield Delta("", made(question))


@contextmanager
def running(inbox: FakeInbox, stream: Stream, live: Live | None = None, threads: int = 2) -> Iterator[Pool]:
    pool = Pool(inbox, stream, live or Live(), threads=threads, pace=QUICK)
    pool.start()
    try:
        yield pool
    finally:
        pool.stop()


def failing(times: int, error: Exception) -> Callable[[Question], Iterator[Delta]]:
    left = [times]

    def stream(question: Question) -> Iterator[Delta]:
        yield Delta("It is ")
        if left[0] > 0:
            left[0] -= 1
            raise error
        yield from says(question)

    return stream


class Gate:
    """A model that says one piece and then waits until it is let go, or closed."""

    def __init__(self) -> None:
        self.begun = Semaphore(0)
        self.go = Event()
        self.closed = Event()

    def __call__(self, question: Question) -> Iterator[Delta]:
        try:
            while not self.go.wait(0.005):
                yield Delta("hm ")
                self.begun.release()
            yield from says(question)
        except GeneratorExit:
            self.closed.set()
            raise

    def wait(self) -> None:
        assert self.begun.acquire(timeout=SECONDS)


def test_a_question_is_answered() -> None:
    inbox, one = Watched(), asked()
    with running(inbox, says) as pool:
        assert pool.put(one)
        assert not pool.put(one)
        entry = inbox.settled(one)
    assert (entry.state, entry.answer) == (State.DONE, AnswerId(one.question.text))


def test_many_at_once_are_answered_each_once() -> None:
    inbox, said = Watched(), []
    everything = [asked(f"Question {number}?") for number in range(50)]

    def stream(question: Question) -> Iterator[Delta]:
        said.append(question.text)
        return says(question)

    with running(inbox, stream, threads=4) as pool:
        for one in everything:
            pool.put(one)
        entries = [inbox.settled(one) for one in everything]
    assert sorted(said) == sorted(one.question.text for one in everything)
    del entries
    assert {one.id: inbox.get(one.id).state for one in everything} == {  # type: ignore[union-attr]  # all are there
        one.id: State.DONE for one in everything
    }


def test_what_another_process_took_is_found_without_being_told() -> None:
    inbox, one = Watched(), asked()
    with running(inbox, says):
        inbox.put(one)
        assert inbox.settled(one).state is State.DONE


def test_a_model_that_fails_leaves_its_sentence() -> None:
    inbox, one = Watched(), asked()
    down = ModelUnreachable(url="http://127.0.0.1:1", why="connection refused")
    with running(inbox, failing(99, down)) as pool:
        pool.put(one)
        entry = inbox.settled(one)
    assert (entry.state, entry.sentence) == (State.FAILED, str(down))


def test_what_nobody_foresaw_is_tried_once_more() -> None:
    inbox, one = Watched(), asked()
    with running(inbox, failing(1, ZeroDivisionError())) as pool:
        pool.put(one)
        assert inbox.settled(one).state is State.DONE


def test_what_keeps_going_wrong_is_apologised_for_without_a_trace() -> None:
    inbox, one = Watched(), asked()
    with running(inbox, failing(2, ZeroDivisionError("secret"))) as pool:
        pool.put(one)
        entry = inbox.settled(one)
        following = asked("And now?")
        pool.put(following)
        assert inbox.settled(following).state is State.DONE
    assert entry.state is State.FAILED
    assert "I am sorry" in entry.sentence
    assert "secret" not in entry.sentence
    assert "ZeroDivisionError" not in entry.sentence


def test_a_stop_closes_the_model_and_frees_the_thread() -> None:
    inbox, one, gate = Watched(), asked(), Gate()
    with running(inbox, gate, threads=1) as pool:
        pool.put(one)
        gate.wait()
        assert pool.cancel(one.id)
        assert inbox.settled(one).state is State.STOPPED
        assert gate.closed.wait(SECONDS)
        assert not pool.cancel(one.id)
        gate.go.set()
        following = asked("And now?")
        pool.put(following)
        assert inbox.settled(following).state is State.DONE


def test_who_stopped_a_silent_model_does_not_wait_for_it() -> None:
    inbox, silence, begun = Watched(), Event(), Semaphore(0)
    silent = [asked(f"Silent {number}?") for number in range(3)]

    def stream(question: Question) -> Iterator[Delta]:
        if question.text.startswith("Silent"):
            begun.release()
            assert silence.wait(SECONDS)
        yield from says(question)

    with running(inbox, stream, threads=1) as pool:
        for one in silent:
            pool.put(one)
            assert begun.acquire(timeout=SECONDS)
            assert pool.cancel(one.id)
            assert inbox.settled(one).state is State.STOPPED
        following = asked("And now?")
        pool.put(following)
        assert inbox.settled(following).state is State.DONE
        silence.set()
    assert [inbox.get(one.id).state for one in silent] == [State.STOPPED] * 3  # type: ignore[union-attr]  # they are there


def test_a_stop_from_another_process_is_noticed() -> None:
    inbox, one, gate = Watched(), asked(), Gate()
    with running(inbox, gate, threads=1) as pool:
        pool.put(one)
        gate.wait()
        inbox.stop(one.id)
        assert gate.closed.wait(SECONDS)


def test_what_is_not_finished_is_given_back_and_answered_after_a_restart() -> None:
    inbox, begun, waiting, gate = Watched(), asked("First?"), asked("Second?"), Gate()
    with running(inbox, gate, threads=1) as pool:
        pool.put(begun)
        gate.wait()
        pool.put(waiting)
    assert gate.closed.is_set()
    states = [inbox.get(one.id) for one in (begun, waiting)]
    assert [entry and (entry.state, entry.attempts) for entry in states] == [(State.WAITING, 0)] * 2
    with running(inbox, says):
        assert [inbox.settled(one).state for one in (begun, waiting)][-1] is State.DONE


def test_a_lease_is_put_off_while_the_model_thinks() -> None:
    inbox, one, gate = Watched(), asked(), Gate()
    put_off = Semaphore(0)

    class Counting(Watched):
        def extend(self, id_: str, lease: Lease) -> bool:
            put_off.release()
            return super().extend(id_, lease)

    inbox = Counting()
    with running(inbox, gate, threads=1) as pool:
        pool.put(one)
        gate.wait()
        for _ in range(3):
            assert put_off.acquire(timeout=SECONDS)
        assert inbox.claim(Lease("thief", datetime.now(UTC)), datetime.now(UTC) + timedelta(seconds=59)) is None
        gate.go.set()
        assert inbox.settled(one).state is State.DONE


def test_a_pool_that_was_stopped_does_not_start() -> None:
    inbox, one = Watched(), asked()
    pool = Pool(inbox, says, Live(), pace=QUICK)
    pool.stop()
    pool.start()
    pool.put(one)
    assert not inbox.ends.acquire(timeout=0.2)


def test_records_that_fail_for_a_while_stop_no_thread() -> None:
    one = asked()

    class Failing(Watched):
        left = 3

        def claim(self, lease: Lease, now: datetime) -> Entry | None:
            self.left -= 1
            if self.left == 2:
                raise RecordsUnreachable(url="x", why="down", fix="wait")
            if self.left == 1:
                raise ZeroDivisionError
            return super().claim(lease, now)

    inbox = Failing()
    with running(inbox, says, threads=1) as pool:
        pool.put(one)
        assert inbox.settled(one).state is State.DONE


@pytest.mark.parametrize("answers", [[], ["only text"]])
def test_an_answer_that_never_came_is_not_left_hanging(answers: Sequence[str]) -> None:
    inbox, one = Watched(), asked()
    with running(inbox, lambda _: (Delta(text) for text in answers)) as pool:
        pool.put(one)
        assert inbox.settled(one).state is State.FAILED
