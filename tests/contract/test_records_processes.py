"""Several processes and threads on one home, and one that is killed."""

import multiprocessing as mp
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

import pytest

from bot.domain import Answer, Feedback, PersonId, Verdict
from bot.records.answers import AnswerRecords
from bot.records.engine import stored_revision
from bot.records.sources import SourceRecords
from bot.records.tables import SCHEMA
from tests.contract.records_cases import NOON, Place, answer, opened, press, somebody
from tests.contract.records_places import fill_first_version

PROCESSES = mp.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__, "bot.records.migrate"])


def presses(on: Answer, by: PersonId, count: int) -> list[Feedback]:
    thumbs = (Verdict.UP, Verdict.DOWN)
    return [press(on, by, thumbs[each % 2], NOON + timedelta(seconds=each)) for each in range(count)]


def open_when_all_are_ready(place: Place, ready: Barrier) -> None:
    ready.wait(60)
    with opened(place):
        pass


def vote(place: Place, feedback: list[Feedback], acknowledge: Connection) -> None:
    with opened(place) as engine:
        records = AnswerRecords(engine)
        for each in feedback:
            records.vote(each)
            acknowledge.send(each)


@pytest.mark.slow
@pytest.mark.parametrize("old", [False, True], ids=["fresh", "old"])
def test_four_processes_open_a_home_at_once(bare: Place, *, old: bool) -> None:
    if old:
        fill_first_version(bare)
    ready = PROCESSES.Barrier(4)
    processes = [PROCESSES.Process(target=open_when_all_are_ready, args=(bare, ready)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    with opened(bare) as engine:
        assert stored_revision(engine) == SCHEMA
        assert [source.name for source in SourceRecords(engine).all()] == (["handbook"] if old else [])


@pytest.mark.slow
def test_a_kill_loses_no_vote_that_was_acknowledged(place: Place) -> None:
    given = answer()
    with opened(place) as engine:
        records = AnswerRecords(engine)
        records.add(given)
        receive, send = PROCESSES.Pipe(duplex=False)
        voter = PROCESSES.Process(target=vote, args=(place, presses(given, somebody(), 10_000), send))
        voter.start()
        send.close()
        acknowledged = [receive.recv() for _ in range(20)]
        voter.kill()
        voter.join(60)
        while receive.poll():
            try:
                acknowledged.append(receive.recv())
            except (EOFError, OSError):  # the last message may be cut off
                break
        kept = records.history(given.id)
        assert kept[: len(acknowledged)] == acknowledged
        assert len(kept) <= len(acknowledged) + 1
        records.vote(press(given, somebody(), Verdict.UP))
    with opened(place) as engine:
        assert AnswerRecords(engine).history(given.id)[:-1] == kept


def test_threads_and_another_process_vote_at_once(place: Place) -> None:
    given, ann, others = answer(), somebody(), [somebody() for _ in range(4)]
    with opened(place) as engine:
        records = AnswerRecords(engine)
        records.add(given)
        receive, send = PROCESSES.Pipe(duplex=False)
        voter = PROCESSES.Process(target=vote, args=(place, presses(given, ann, 25), send))
        voter.start()
        with ThreadPoolExecutor(5) as threads:
            everything = [feedback for person in [ann, *others] for feedback in presses(given, person, 25)]
            list(threads.map(records.vote, everything))
        voter.join(60)
        receive.close()
        assert voter.exitcode == 0
        kept = records.history(given.id)
        assert len(kept) == len(set(kept)) == 5 * 25  # ann pressed the same in both
        last = {each.person: each for each in kept}
        assert {each.person: each for each in records.votes(given.id)} == last
