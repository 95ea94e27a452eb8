"""The threads that answer: each claims a question, answers it under a lease, and tells whoever watches."""

import itertools
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

import structlog

from bot import log as logging
from bot.chat.live import Live
from bot.domain import Answer, AnswerId, Delta, Question
from bot.errors import AttuneError
from bot.inbox import SETTLED, Asked, Entry, Inbox, Lease

APOLOGY: Final = (
    "Something went wrong inside Attune while it looked for an answer, twice, and I am sorry. An admin finds it in "
    "the log as {event}; you may ask again."
)

_MOST_RELIEVED: Final = 32
"""So many threads may wait at once for a model to notice that nobody wants its answer any more."""

log = structlog.get_logger()


Stream = Callable[[Question], Iterator[Delta]]
"""Makes an answer, in pieces and at last whole and kept; `bot.answering.Answerer.stream` is one."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things may take, in seconds."""

    lease: float = 60.0
    """After this, the question of a process that died is claimed by another one."""
    heartbeat: float = 15.0
    poll: float = 2.0
    """Between two looks for questions that another process took, or left."""
    grace: float = 3.0
    """For the threads to let go when the pool is stopped."""


@dataclass(frozen=True, slots=True)
class _Work:
    """A question that a thread is at work on."""

    id: str
    by: str
    unwanted: threading.Event = field(default_factory=threading.Event)
    """Set once the answer is no longer wanted from this thread."""


class Pool:
    """Answers what is in the inbox, from `start` to `stop`."""

    def __init__(self, inbox: Inbox, stream: Stream, live: Live, *, threads: int = 2, pace: Pace | None = None) -> None:
        """Make nothing yet; `stream` is called by several threads at once."""
        self._inbox = inbox
        self._stream = stream
        self._live = live
        self._pace = pace or Pace()
        self._bell = threading.Semaphore(0)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._work: dict[str, _Work] = {}
        self._count = threads
        name = f"{socket.gethostname()}/{os.getpid()}/{uuid4().hex[:8]}"
        self._names = (f"{name}/{number}" for number in itertools.count())
        self._workers: dict[str, threading.Thread] = {}
        self._relieved: set[str] = set()
        self._beating = threading.Thread(target=self._beat, name=f"{name}/beat", daemon=True)

    @property
    def is_answering(self) -> bool:
        """Say whether it was started: until then questions wait."""
        return self._beating.ident is not None

    def start(self) -> None:
        """Begin to answer, unless the pool was stopped before."""
        with self._lock:
            if self._stopping.is_set():
                return
            for _ in range(self._count):
                self._hire()
            self._beating.start()

    def put(self, asked: Asked) -> bool:
        """Take a question, durable when this returns, and see to it at once; False where it is there already."""
        new = self._inbox.put(asked)
        self._bell.release()
        return new

    def cancel(self, id_: str) -> bool:
        """End a question that is no longer wanted, wherever it is answered; False where it had come to an end."""
        stopped = self._inbox.stop(id_)
        if stopped:
            self._live.end(id_)
            with self._lock:
                work = self._work.get(id_)
            if work:
                self._abandon(work)
        return stopped

    def stop(self) -> None:
        """Let go: what is not finished is given back, for whoever answers next."""
        with self._lock:
            self._stopping.set()
            for work in self._work.values():
                work.unwanted.set()
            workers = dict(self._workers)
        for _ in workers:
            self._bell.release()
        deadline = time.monotonic() + self._pace.grace
        for thread in (*workers.values(), self._beating):
            if thread.ident is not None:
                thread.join(max(deadline - time.monotonic(), 0.0))
        for name in workers:
            self._give_back(name)

    def _hire(self) -> None:
        """Start a thread; under the lock."""
        name = next(self._names)
        self._workers[name] = threading.Thread(target=self._run, args=(name,), name=name, daemon=True)
        self._workers[name].start()

    def _abandon(self, work: _Work) -> None:
        """Have a thread let go, and another one take its place at once: a silent model may hold it for long."""
        with self._lock:
            work.unwanted.set()
            if not self._stopping.is_set() and work.by not in self._relieved and len(self._relieved) < _MOST_RELIEVED:
                self._relieved.add(work.by)
                self._hire()

    def _run(self, name: str) -> None:
        while self._is_on_duty(name):
            self._bell.acquire(timeout=self._pace.poll)
            while self._is_on_duty(name) and (entry := self._claimed(name)) is not None:
                self._take(entry, name)
        with self._lock:
            if name in self._relieved:
                self._relieved.discard(name)
                del self._workers[name]

    def _is_on_duty(self, name: str) -> bool:
        return not self._stopping.is_set() and name not in self._relieved

    def _claimed(self, name: str) -> Entry | None:
        now = datetime.now(UTC)
        try:
            return self._inbox.claim(self._lease(name, now), now)
        except AttuneError as error:
            log.warning("inbox_unreachable", error=type(error).__name__)
        except Exception:  # a thread that ends answers nobody any more
            log.exception("unexpected")
        self._stopping.wait(self._pace.poll)
        return None

    def _take(self, entry: Entry, name: str) -> None:
        work = _Work(entry.asked.id, name)
        with self._lock:
            self._work[work.id] = work
        if self._stopping.is_set():
            work.unwanted.set()
        audience = entry.asked.question.audience
        with logging.request(door=entry.asked.door, place=audience.channel or "direct"):
            try:
                self._settle(work, entry)
            except Exception:  # the records failed: the lease runs out, and it is begun again
                log.exception("not_settled")
                self._live.leave(work.id)
            finally:
                with self._lock:
                    del self._work[work.id]

    def _settle(self, work: _Work, entry: Entry) -> None:
        try:
            answer = self._answered(work, entry.asked.question)
        except AttuneError as error:
            log.warning("not_answered", error=type(error).__name__)
            told = self._inbox.fail(work.id, work.by, str(error))
        except _Twice as twice:
            told = self._inbox.fail(work.id, work.by, APOLOGY.format(event=twice.event))
        else:
            told = answer is not None and self._inbox.finish(work.id, work.by, answer)
        if told or self._is_settled(work.id):
            self._live.end(work.id)
        else:
            self._live.leave(work.id)

    def _answered(self, work: _Work, question: Question) -> AnswerId | None:
        """Return the answer's id, None where it was not wanted to the end; what nobody foresaw is tried once more."""
        try:
            return self._streamed(work, question)
        except AttuneError:
            raise
        except Exception as error:  # whatever it was, a second try costs little
            log.warning("tried_again", exc_info=error)
        try:
            return self._streamed(work, question)
        except AttuneError:
            raise
        except Exception as error:
            event = uuid4().hex[:8]
            log.exception("unexpected", id=event)
            raise _Twice(event) from error

    def _streamed(self, work: _Work, question: Question) -> AnswerId | None:
        answer: Answer | None = None
        self._live.begin(work.id)
        with closing(self._stream(question)) as deltas:  # type: ignore[type-var]  # a generator, though it promises less
            for delta in deltas:
                answer = delta.answer or answer
                if answer is None and work.unwanted.is_set():
                    return None
                if delta.text:
                    self._live.piece(work.id, delta.text)
        if answer is None and not work.unwanted.is_set():
            msg = "the last delta carries the finished answer"
            raise RuntimeError(msg)
        return answer.id if answer else None

    def _beat(self) -> None:
        while not self._stopping.wait(self._pace.heartbeat):
            with self._lock:
                held = list(self._work.values())
            for work in held:
                try:
                    if not self._inbox.extend(work.id, self._lease(work.by, datetime.now(UTC))):
                        self._abandon(work)
                except Exception as error:  # noqa: BLE001 - it is tried again before the lease runs out
                    log.warning("lease_not_extended", error=type(error).__name__)

    def _lease(self, name: str, now: datetime) -> Lease:
        return Lease(name, now + timedelta(seconds=self._pace.lease))

    def _is_settled(self, id_: str) -> bool:
        entry = self._inbox.get(id_)
        return entry is None or entry.state in SETTLED

    def _give_back(self, name: str) -> None:
        try:
            if count := self._inbox.release(name):
                log.info("given_back", count=count)
        except AttuneError as error:  # the lease runs out by itself
            log.warning("not_given_back", error=type(error).__name__)


class _Twice(Exception):
    """What nobody foresaw happened twice to one question."""

    def __init__(self, event: str) -> None:
        super().__init__(event)
        self.event = event
