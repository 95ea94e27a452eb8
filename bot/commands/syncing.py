"""A sync as a command runs it: its progress on stderr, its report as keys that scripts rely on."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from bot import syncing
from bot.commands import output
from bot.ingest import SyncReport
from bot.intake import Progress
from bot.wiring import Wiring

_PAUSE: Final = 5.0
"""Seconds between two lines of progress where nobody watches a bar."""


def run(parts: Wiring, name: str, *, allow_deletions: bool = False) -> SyncReport:
    """Bring in what changed in a source; raises what `bot.syncing.run` raises."""
    with _shown(name) as progress:
        return syncing.run(parts.syncing, name, allow_deletions=allow_deletions, progress=progress)


def as_json(reports: list[SyncReport]) -> dict[str, Any]:
    """Return the sum of some reports under the keys that scripts rely on."""
    total: dict[str, Any] = {key: sum(syncing.counts(report)[key] for report in reports) for key in syncing.COUNTED}
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
