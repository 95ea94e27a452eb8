"""The syncs that run in this process, whoever began them, and how far each is."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from bot.intake import Progress


@dataclass(frozen=True, slots=True)
class Filling:
    """How far several sources are that come in for the first time, one after the other."""

    done: int
    total: int
    """Documents."""


class Underway:
    """What is being synced; safe to use from several threads at once."""

    def __init__(self) -> None:
        """Know of none."""
        self._now: dict[str, Progress | None] = {}
        self._planned: dict[str, int] = {}
        self._past: set[str] = set()
        self._lock = Lock()

    @property
    def now(self) -> Mapping[str, Progress | None]:
        """Return how far each source is that is being synced: None while its place is being listed."""
        with self._lock:
            return dict(self._now)

    @property
    def filling(self) -> Filling | None:
        """Return how far the sources are that `planned` named, None when nothing is planned."""
        with self._lock:
            if not self._planned:
                return None
            done = sum(map(self._done, self._planned))
            return Filling(done, sum(self._planned.values()))

    @contextmanager
    def planned(self, documents: Mapping[str, int]) -> Iterator[None]:
        """Announce sources that are about to come in, each with how many documents it has."""
        with self._lock:
            self._planned, self._past = dict(documents), set()
        try:
            yield
        finally:
            with self._lock:
                self._planned = {}

    @contextmanager
    def telling(self, name: str, progress: Callable[[Progress], None]) -> Iterator[Callable[[Progress], None]]:
        """Count a sync among those that run; what it is given hears of its progress, and passes it on."""

        def heard(at: Progress) -> None:
            with self._lock:
                self._now[name] = at
            progress(at)

        with self._lock:
            self._now[name] = None
        try:
            yield heard
        finally:
            with self._lock:
                del self._now[name]
                self._past.add(name)

    def _done(self, name: str) -> int:
        """Return how many documents of a planned source are in; what a sync need not read is in already."""
        if name in self._past:
            return self._planned[name]
        at = self._now.get(name)
        return max(0, self._planned[name] - (at.total - at.done)) if at else 0
