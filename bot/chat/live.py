"""Answers on their way: from the threads that make them to everybody who watches, in this process."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Literal

Kind = Literal["piece", "restart", "end"]

_LINGER: Final = 30.0
"""Seconds for which an answer that has ended is still here; later on, the inbox tells of it."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a watcher shows: a piece, that the answer begins anew, or that it has come to its end."""

    kind: Kind
    text: str = ""


RESTART: Final = Event("restart")
END: Final = Event("end")


@dataclass(slots=True)
class _Stream:
    """One answer as far as it is known here; every change of it is made under the lock of `Live`."""

    pieces: list[str] = field(default_factory=list)
    round: int = 0
    """Goes up whenever the answer begins anew."""
    here: bool = False
    """Whether a thread of this process is at work on it."""
    ended: float | None = None
    watchers: set["Watcher"] = field(default_factory=set)


class Live:
    """What is being answered in this process; safe to use from threads and from event loops."""

    def __init__(self, *, linger: float = _LINGER, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing."""
        self._linger = linger
        self._clock = clock
        self._lock = Lock()
        self._streams: dict[str, _Stream] = {}

    def begin(self, id_: str) -> None:
        """Say that a thread here begins to answer, perhaps anew."""
        with self._changing(id_) as stream:
            stream.pieces, stream.round, stream.here, stream.ended = [], stream.round + 1, True, None

    def piece(self, id_: str, text: str) -> None:
        """Add a piece to the answer; nothing is added to one that has ended."""
        with self._changing(id_) as stream:
            if stream.here:
                stream.pieces.append(text)

    def end(self, id_: str) -> None:
        """Say that the question has come to its end, however; the inbox says how."""
        with self._changing(id_) as stream:
            stream.here, stream.ended = False, self._clock()

    def leave(self, id_: str) -> None:
        """Say that nobody here is at work on it any more, though it has not ended: another process may be."""
        with self._changing(id_) as stream:
            stream.pieces, stream.round, stream.here = [], stream.round + 1, False

    def crowd(self, id_: str) -> int:
        """Return how many watch one answer."""
        with self._lock:
            stream = self._streams.get(id_)
            return len(stream.watchers) if stream else 0

    @contextlib.contextmanager
    def watching(self, id_: str) -> Iterator["Watcher"]:
        """Give a view of one answer to whoever watches it, on the event loop that runs."""
        watcher = Watcher(self, id_)
        with self._lock:
            self._sweep()
            self._streams.setdefault(id_, _Stream()).watchers.add(watcher)
        try:
            yield watcher
        finally:
            with self._lock:
                if stream := self._streams.get(id_):
                    stream.watchers.discard(watcher)
                self._sweep()

    def __len__(self) -> int:
        """Return how many answers are kept here."""
        with self._lock:
            self._sweep()
            return len(self._streams)

    def _seen(self, id_: str) -> tuple[int, list[str], bool, bool]:
        with self._lock:
            stream = self._streams[id_]
            return stream.round, stream.pieces, stream.here, stream.ended is not None

    @contextlib.contextmanager
    def _changing(self, id_: str) -> Iterator[_Stream]:
        with self._lock:
            self._sweep()
            stream = self._streams.setdefault(id_, _Stream())
            yield stream
            for watcher in stream.watchers:
                watcher.wake()

    def _sweep(self) -> None:
        """Forget what ended a while ago, and what nobody here watches or is at work on."""
        old = self._clock() - self._linger
        for id_, stream in list(self._streams.items()):
            over = stream.ended is not None and stream.ended <= old
            idle = not stream.here and stream.ended is None
            if (over or idle) and not stream.watchers:
                del self._streams[id_]


class Watcher:
    """One pair of eyes on one answer; belongs to the event loop on which it was made."""

    def __init__(self, live: Live, id_: str) -> None:
        """Made by `Live.watching`."""
        self._live = live
        self._id = id_
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._round = -1
        self._shown = 0
        self._over = False

    def wake(self) -> None:
        """Say, from any thread, that there is something new."""
        with contextlib.suppress(RuntimeError):  # its loop is closed: nobody watches
            self._loop.call_soon_threadsafe(self._changed.set)

    @property
    def here(self) -> bool:
        """Say whether this process is at work on the answer, or saw its end."""
        _, _, here, ended = self._live._seen(self._id)  # noqa: SLF001 - two halves of one thing
        return here or ended

    def news(self) -> list[Event]:
        """Return what was not seen yet: everything from the beginning, the first time."""
        if self._over:
            return []
        at, pieces, _, ended = self._live._seen(self._id)  # noqa: SLF001 - two halves of one thing
        found: list[Event] = []
        if at != self._round:
            found.append(RESTART)
            self._round, self._shown = at, 0
        fresh = pieces[self._shown :]
        self._shown += len(fresh)
        found += [Event("piece", text) for text in fresh]
        if ended:
            self._over = True
            found.append(END)
        return found

    async def wait(self, seconds: float) -> None:
        """Wait until there may be something new, at most for so long."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)
        self._changed.clear()


_POLL: Final = 0.5
_POLL_SLOWEST: Final = 2.0


async def follow(live: Live, id_: str, settled: Callable[[], bool]) -> AsyncIterator[Event]:
    """Yield an answer's events, `RESTART` first and `END` last, wherever it is made.

    `settled` looks into the inbox; it is asked, in a thread, while nothing is heard of the answer here: another
    process may have it, or it may have ended before.
    """
    with live.watching(id_) as watcher:
        pause = _POLL
        while True:
            for event in watcher.news():
                yield event
                if event is END:
                    return
            if not watcher.here:
                if await asyncio.to_thread(settled):
                    live.end(id_)
                    continue
                pause = min(pause * 1.5, _POLL_SLOWEST)
            await watcher.wait(pause if not watcher.here else _POLL_SLOWEST)
