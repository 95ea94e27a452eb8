"""A sync as a command runs it: alone in its source, with its progress shown."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from bot.commands import output
from bot.home import held
from bot.ingest import SyncReport, sync
from bot.intake import Progress, SourceTarget
from bot.wiring import Wiring

_PAUSE: Final = 5.0
"""Seconds between two lines of progress where nobody watches a bar."""


def run(parts: Wiring, name: str, *, allow_deletions: bool = False) -> SyncReport:
    """Bring in what changed in a source; raises `HomeBusy`, and what the sync raises."""
    parts.sources.get(name)
    with alone(parts, name), _shown(name) as progress:
        # Read under the lock: whoever changed it a moment ago has finished.
        given = parts.sources.get(name)
        target = SourceTarget(given.name, given.uri, given.scopes)
        source = parts.source(name, given.uri)
        report = sync(target, source, parts.ingest, allow_deletions=allow_deletions, progress=progress)
        parts.sources.finish(name, datetime.now(UTC), counts(report))
    return report


@contextmanager
def alone(parts: Wiring, *names: str) -> Iterator[None]:
    """Keep these sources from being synced meanwhile; raises `HomeBusy` where one is right now."""
    with ExitStack() as locks:
        for name in sorted(names):
            locks.enter_context(held(parts.home, f"sync {name}", f"syncing {name} in"))
        yield


def counts(report: SyncReport) -> dict[str, int]:
    """Return the figures of a report, with what failed as a number."""
    figures = {key: value for key, value in asdict(report).items() if isinstance(value, int)}
    return {**figures, "failed": len(report.failed)}


def as_json(reports: list[SyncReport]) -> dict[str, Any]:
    """Return the sum of some reports under the keys that scripts rely on."""
    total: dict[str, Any] = {
        key: sum(counts(report)[key] for report in reports)
        for key in ("added", "changed", "moved", "unchanged", "deleted")
    }
    total["failed"] = [{"uri": uri, "reason": reason} for report in reports for uri, reason in report.failed]
    total["passages"] = sum(report.passages for report in reports)
    total["embedded"] = sum(report.embedded for report in reports)
    total["seconds"] = round(sum(report.seconds for report in reports), 3)
    return total


@contextmanager
def _shown(name: str) -> Iterator[Callable[[Progress], None]]:
    """Show progress on stderr: a bar on a terminal, a line now and then elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(name)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda progress: bar.update(task, completed=progress.done, total=progress.total)


def _lines(name: str) -> Callable[[Progress], None]:
    last = time.monotonic()

    def line(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= _PAUSE:
            last = time.monotonic()
            output.warn(f"{name}: {progress.done:,} of {progress.total:,} documents, {progress.failed:,} failed")

    return line
