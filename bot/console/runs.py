"""Syncs that a page started: one at a time, in a thread of this process, whoever watches."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from threading import Event, Lock, Thread
from typing import Final

import structlog

from bot import syncing
from bot.domain import Scope
from bot.errors import AttuneError, TooManyDeletions
from bot.ingest import SyncReport
from bot.intake import Progress
from bot.syncing import SyncParts
from bot.underway import Filling

_SOON: Final = 2.0
"""Seconds that a page waits for a change of scopes to reach every passage; what decides has changed at once."""
_REFUSED: Final = (
    "{gone:,} of the {known:,} documents of {name} are no longer at {uri}, so nothing was changed. "
    "Check the address first; if they were meant to go, let them be removed here too."
)

log = structlog.get_logger()


Work = Callable[[Callable[[Progress], None]], SyncReport | None]


class State(StrEnum):
    """How a run is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    """More than half of the documents would go."""
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Run:
    """What became of a sync, or of a change of scopes, so far."""

    started: datetime
    state: State = State.WAITING
    rescopes: bool = False
    """It gives passages other scopes, and reads nothing."""
    progress: Progress | None = None
    """None while the place is being listed."""
    report: SyncReport | None = None
    sentence: str = ""
    """Why it did not finish."""
    elsewhere: bool = False
    """No page began it, so no page can stop it."""

    @property
    def busy(self) -> bool:
        """Say whether it has not ended yet."""
        return self.state in {State.WAITING, State.RUNNING}


class _Stopped(Exception):
    """Ends a run from inside; what is in by then stays."""


class Runs:
    """The last run of each source; safe to use from several threads at once."""

    def __init__(self, parts: SyncParts) -> None:
        """Start with none."""
        self._parts = parts
        self._runs: dict[str, Run] = {}
        self._stops: dict[str, Event] = {}
        self._threads: dict[str, Thread] = {}
        self._lock = Lock()
        self._turn = Lock()
        """Held by the run whose turn it is: they share one converter and one embedding model."""

    def of(self, name: str) -> Run | None:
        """Return the last run of a source since this process started, or the sync that runs without a page."""
        with self._lock:
            run = self._runs.get(name)
        if run and run.busy:
            return run
        now = self._parts.underway.now
        if name not in now:
            return run
        return Run(datetime.now(UTC), State.RUNNING, progress=now[name], elsewhere=True)

    @property
    def filling(self) -> Filling | None:
        """Return how far the sources are that come in for the first time, None where none do."""
        return self._parts.underway.filling

    @property
    def turn(self) -> str:
        """Return the source that is being synced and that others wait for, empty where there is none."""
        with self._lock:
            busy = [name for name, run in self._runs.items() if run.state is State.RUNNING and not run.rescopes]
        return next(iter([*busy, *self._parts.underway.now]), "")

    def sync(self, name: str, *, allow_deletions: bool = False) -> None:
        """Begin to bring in what changed in a source; one that is being synced already just goes on."""

        def work(progress: Callable[[Progress], None]) -> SyncReport:
            return syncing.run(self._parts, name, allow_deletions=allow_deletions, progress=progress)

        with self._lock:
            if not self._busy(name):
                self._start(name, Run(datetime.now(UTC)), work)

    def change(self, name: str, uri: str, scopes: frozenset[Scope]) -> None:
        """Name a source, or change it; changed scopes count when this returns. Raises what `syncing.named` raises.

        Passages follow in a thread where they are many, because a page should not wait for that.
        """
        _, behind = syncing.named(self._parts, name, uri, scopes)
        if not behind:
            return
        before = self._threads.get(name)

        def work(progress: Callable[[Progress], None]) -> None:
            del progress
            if before:
                before.join()
            syncing.bring_in_line(self._parts, name, behind, scopes)

        with self._lock:
            if self._busy(name) and not self._runs[name].rescopes:
                return  # a sync brings the passages in line itself when it ends
            thread = self._start(name, Run(datetime.now(UTC), rescopes=True), work)
        thread.join(_SOON)

    def stop(self, name: str) -> None:
        """Have a run end after the document that it is at; the next one goes on from there."""
        with self._lock:
            stop = self._stops.get(name)
        if stop:
            stop.set()

    def forget(self, name: str) -> None:
        """Tell no more of a run that has ended."""
        with self._lock:
            self._runs.pop(name, None)

    def wait(self, seconds: float) -> None:
        """Wait until every run has ended, each at most so long."""
        with self._lock:
            threads = list(self._threads.values())
        for thread in threads:
            thread.join(seconds)

    def close(self, seconds: float = 5.0) -> None:
        """Have everything stop, as the process does."""
        for name in list(self._stops):
            self.stop(name)
        self.wait(seconds)

    def _busy(self, name: str) -> bool:
        return name in self._runs and self._runs[name].busy

    def _start(self, name: str, run: Run, work: Work) -> Thread:
        """Run something for a source in a thread, which becomes what is told of it; to be called with the lock."""
        stop = Event()
        thread = Thread(target=self._run, args=(name, run, stop, work), name=f"sync {name}", daemon=True)
        self._runs[name], self._stops[name], self._threads[name] = run, stop, thread
        thread.start()
        return thread

    def _run(self, name: str, run: Run, stop: Event, work: Work) -> None:
        def tell(now: Run) -> None:
            nonlocal run
            run = now
            with self._lock:
                if self._stops[name] is stop and name in self._runs:
                    self._runs[name] = run

        def heard(progress: Progress) -> None:
            tell(replace(run, progress=progress))
            if stop.is_set():
                raise _Stopped

        with nullcontext() if run.rescopes else self._turn:
            tell(replace(run, state=State.RUNNING))
            state, report, sentence = _ended(stop, lambda: work(heard))
            tell(replace(run, state=state, report=report, sentence=sentence))


def _ended(stop: Event, work: Callable[[], SyncReport | None]) -> tuple[State, SyncReport | None, str]:
    """Do the work, and return how it ended, with its report or why there is none."""
    if stop.is_set():
        return State.STOPPED, None, ""
    try:
        return State.DONE, work(), ""
    except _Stopped:
        return State.STOPPED, None, ""
    except TooManyDeletions as error:
        return State.REFUSED, None, _REFUSED.format(**error.facts)
    except AttuneError as error:
        return State.FAILED, None, str(error)
    except Exception as error:
        log.exception("sync_failed", error=type(error).__name__)
        return State.FAILED, None, AttuneError.sentence
