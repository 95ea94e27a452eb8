"""Every inbox keeps what it took and lets each question be answered by one; the fake as well."""

import multiprocessing as mp
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from multiprocessing.connection import Connection

import pytest

from bot.domain import AnswerId, Audience, ChannelId, PersonId, Question
from bot.inbox import GAVE_UP, MAX_ATTEMPTS, Asked, Inbox, Lease, State
from bot.records.inbox import InboxRecords
from tests.contract.records_cases import DATABASES, NOON, Place, opened, somebody, unique
from tests.contract.records_places import Places
from tests.fakes_web import FakeInbox

PROCESSES = mp.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__, "bot.records.migrate"])
ANSWER = AnswerId("answer")


@pytest.fixture(params=[*DATABASES, "fake"])
def inbox(request: pytest.FixtureRequest, places: Places) -> Iterator[Inbox]:
    if request.param == "fake":
        yield FakeInbox()
        return
    with places.fresh(request.param) as place, opened(place) as engine:
        yield InboxRecords(engine)


def asked(
    minute: float = 0, *, text: str = "How many days of leave?", conversation: str = "c", who: PersonId | None = None
) -> Asked:
    audience = Audience(ChannelId("terminal:local:hall"))
    question = Question(text, who or somebody(), audience, conversation)
    return Asked(unique("question"), "web", question, NOON + timedelta(minutes=minute))


def lease(by: str = "one", until: datetime = NOON + timedelta(hours=1)) -> Lease:
    return Lease(by, until)


def test_what_was_taken_comes_back_as_it_was(inbox: Inbox) -> None:
    ann = somebody()
    private = Question("¿Cuántos días? 🦙", ann, Audience(members=frozenset({ann}), outsiders=True), "c")
    kept = Asked(unique("question"), "web", private, NOON)
    assert inbox.put(kept)
    entry = inbox.get(kept.id)
    assert entry is not None
    assert (entry.asked, entry.state, entry.attempts, entry.answer, entry.sentence) == (kept, "waiting", 0, None, "")
    assert inbox.get("nope") is None


def test_the_same_id_twice_is_one_question(inbox: Inbox) -> None:
    first = asked()
    again = Asked(first.id, "web", asked(text="Another?").question, NOON)
    assert [inbox.put(first), inbox.put(first), inbox.put(again)] == [True, False, False]
    entry = inbox.get(first.id)
    assert entry is not None
    assert entry.asked == first


def test_the_oldest_is_claimed_first_and_each_once(inbox: Inbox) -> None:
    new, old = asked(2), asked(1)
    inbox.put(new)
    inbox.put(old)
    claimed = [inbox.claim(lease(), NOON) for _ in range(3)]
    assert [entry and entry.asked for entry in claimed] == [old, new, None]
    assert [entry and entry.state for entry in claimed[:2]] == ["answering", "answering"]
    assert [entry and entry.attempts for entry in claimed[:2]] == [1, 1]


def test_nobodys_many_questions_keep_another_one_waiting(inbox: Inbox) -> None:
    many, few = somebody(), somebody()
    eager = [asked(minute, who=many) for minute in range(4)]
    late = asked(9, who=few)
    for one in (*eager, late):
        inbox.put(one)
    claimed = [inbox.claim(lease(f"thread {number}"), NOON) for number in range(3)]
    assert [entry and entry.asked for entry in claimed] == [eager[0], late, eager[1]]
    inbox.finish(eager[0].id, "thread 0", ANSWER)
    inbox.finish(eager[1].id, "thread 2", ANSWER)
    third = inbox.claim(lease("thread 0"), NOON)
    assert third is not None
    assert third.asked == eager[2]


def test_an_answer_ends_it_for_good(inbox: Inbox) -> None:
    one = asked()
    inbox.put(one)
    inbox.claim(lease(), NOON)
    assert inbox.finish(one.id, "one", ANSWER)
    entry = inbox.get(one.id)
    assert entry is not None
    assert (entry.state, entry.answer) == (State.DONE, ANSWER)
    assert inbox.claim(lease("two"), NOON + timedelta(days=1)) is None
    assert not inbox.stop(one.id)
    assert not inbox.fail(one.id, "one", "Too late.")
    assert inbox.release("one") == 0
    assert inbox.get(one.id) == entry


def test_a_failure_keeps_its_sentence(inbox: Inbox) -> None:
    one = asked()
    inbox.put(one)
    inbox.claim(lease(), NOON)
    assert inbox.fail(one.id, "one", "The model cannot be reached.")
    entry = inbox.get(one.id)
    assert entry is not None
    assert (entry.state, entry.sentence) == (State.FAILED, "The model cannot be reached.")


def test_who_lost_the_lease_changes_nothing(inbox: Inbox) -> None:
    one = asked()
    inbox.put(one)
    inbox.claim(lease("one", NOON + timedelta(minutes=1)), NOON)
    assert inbox.claim(lease("two"), NOON + timedelta(seconds=59)) is None
    taken_over = inbox.claim(lease("two"), NOON + timedelta(minutes=1))
    assert taken_over is not None
    assert taken_over.attempts == 2
    assert not inbox.extend(one.id, lease("one"))
    assert not inbox.finish(one.id, "one", ANSWER)
    assert not inbox.fail(one.id, "one", "Late.")
    assert inbox.release("one") == 0
    assert inbox.get(one.id) == taken_over
    assert inbox.finish(one.id, "two", ANSWER)


def test_a_lease_that_is_put_off_holds(inbox: Inbox) -> None:
    one = asked()
    inbox.put(one)
    inbox.claim(lease("one", NOON + timedelta(minutes=1)), NOON)
    assert inbox.extend(one.id, lease("one", NOON + timedelta(minutes=9)))
    assert inbox.claim(lease("two"), NOON + timedelta(minutes=8)) is None
    assert inbox.claim(lease("two"), NOON + timedelta(minutes=9)) is not None


def test_one_that_ends_every_process_is_apologised_for(inbox: Inbox) -> None:
    bad, good = asked(1), asked(2)
    inbox.put(bad)
    inbox.put(good)
    now = NOON
    for attempt in range(MAX_ATTEMPTS):
        entry = inbox.claim(lease("one", now + timedelta(minutes=1)), now)
        assert entry is not None
        assert (entry.asked, entry.attempts) == (bad, attempt + 1)
        now += timedelta(minutes=1)
    following = inbox.claim(lease("two"), now)
    assert following is not None
    assert following.asked == good
    failed = inbox.get(bad.id)
    assert failed is not None
    assert (failed.state, failed.sentence) == (State.FAILED, GAVE_UP)


def test_a_stop_ends_it_whether_begun_or_not(inbox: Inbox) -> None:
    waiting, begun = asked(2), asked(1)
    inbox.put(waiting)
    inbox.put(begun)
    inbox.claim(lease(), NOON)
    assert [inbox.stop(waiting.id), inbox.stop(begun.id), inbox.stop(begun.id), inbox.stop("nope")] == [
        True,
        True,
        False,
        False,
    ]
    assert not inbox.extend(begun.id, lease())
    assert not inbox.finish(begun.id, "one", ANSWER)
    assert inbox.claim(lease(), NOON + timedelta(days=1)) is None
    entry = inbox.get(begun.id)
    assert entry is not None
    assert (entry.state, entry.answer) == (State.STOPPED, None)


def test_what_is_given_back_is_as_if_not_begun(inbox: Inbox) -> None:
    mine, theirs = asked(1), asked(2)
    inbox.put(mine)
    inbox.put(theirs)
    inbox.claim(lease("one"), NOON)
    inbox.claim(lease("two"), NOON)
    assert inbox.release("one") == 1
    entry = inbox.get(mine.id)
    assert entry is not None
    assert (entry.state, entry.attempts) == (State.WAITING, 0)
    assert not inbox.finish(mine.id, "one", ANSWER)
    again = inbox.claim(lease("three"), NOON)
    assert again is not None
    assert again.asked == mine


def test_a_conversation_is_listed_from_its_beginning(inbox: Inbox) -> None:
    ann = somebody()
    said = [asked(minute, conversation="mine", who=ann) for minute in range(4)]
    for one in reversed(said):
        inbox.put(one)
    inbox.put(asked(9, conversation="another"))
    assert [entry.asked for entry in inbox.of_conversation("mine", 9)] == said
    assert [entry.asked for entry in inbox.of_conversation("mine", 3)] == said[1:]
    assert inbox.of_conversation("none", 9) == []
    assert [entry.asked for entry in inbox.of_person([ann, somebody()], 2)] == [said[3], said[2]]
    assert inbox.of_person([], 2) == []


def test_threads_that_claim_at_once_get_each_question_once(inbox: Inbox) -> None:
    everything = [asked(minute) for minute in range(24)]
    for one in everything:
        inbox.put(one)
    with ThreadPoolExecutor(6) as threads:
        claimed = list(threads.map(lambda number: inbox.claim(lease(f"thread {number}"), NOON), range(30)))
    found = Counter(entry.asked.id for entry in claimed if entry)
    assert found == Counter(one.id for one in everything)


def test_of_many_who_put_the_same_question_one_does(inbox: Inbox) -> None:
    for one in [asked(minute) for minute in range(8)]:
        with ThreadPoolExecutor(6) as threads:
            assert sum(threads.map(inbox.put, [one] * 6)) == 1


def claim_all(place: Place, name: str, send: Connection) -> None:
    with opened(place) as engine:
        inbox = InboxRecords(engine)
        while entry := inbox.claim(lease(name), NOON):
            send.send(entry.asked.id)
    send.close()


def claim_and_wait(place: Place, send: Connection) -> None:
    with opened(place) as engine:
        entry = InboxRecords(engine).claim(lease("killed", NOON + timedelta(minutes=1)), NOON)
        send.send(entry and entry.asked.id)
        send.recv()


def test_processes_that_claim_at_once_get_each_question_once(place: Place) -> None:
    everything = [asked(minute) for minute in range(40)]
    with opened(place) as engine:
        for one in everything:
            InboxRecords(engine).put(one)
    found: list[str] = []
    receivers = []
    processes = []
    for name in ("one", "two", "three", "four"):
        receive, send = PROCESSES.Pipe(duplex=False)
        processes.append(PROCESSES.Process(target=claim_all, args=(place, name, send)))
        processes[-1].start()
        send.close()
        receivers.append(receive)
    for receive in receivers:
        while True:
            try:
                found.append(receive.recv())
            except EOFError:
                break
        receive.close()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    assert sorted(found) == sorted(one.id for one in everything)


def test_what_a_killed_process_held_comes_back_after_its_lease(place: Place) -> None:
    one = asked()
    with opened(place) as engine:
        inbox = InboxRecords(engine)
        inbox.put(one)
        here, there = PROCESSES.Pipe()
        process = PROCESSES.Process(target=claim_and_wait, args=(place, there))
        process.start()
        there.close()
        assert here.recv() == one.id
        process.kill()
        process.join(60)
        here.close()
        assert inbox.claim(lease("two"), NOON + timedelta(seconds=59)) is None
        back = inbox.claim(lease("two"), NOON + timedelta(minutes=1))
        assert back is not None
        assert (back.asked, back.attempts) == (one, 2)
