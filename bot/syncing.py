"""Sources as wholes: named, given other scopes, brought in, forgotten; each by one process at a time."""

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot import addresses
from bot.domain import Scope
from bot.errors import HomeBusy, SourceUnreachable
from bot.home import held
from bot.ingest import SyncReport, rescope, sync
from bot.ingest import remove as forget
from bot.intake import IngestParts, Progress, SourceTarget
from bot.ports import Documents, PassageStore, Source, Sources, Synced
from bot.underway import Underway

COUNTED: Final = ("added", "changed", "moved", "unchanged", "deleted")
"""What a sync counts in documents."""


_WAIT: Final = "wait until it has finished, then try again"


@dataclass(frozen=True, slots=True)
class SyncParts:
    """What sources are looked after with."""

    home: Path
    sources: Sources
    opened: Callable[[str, str], Source]
    """Opens a source by its name and address; nothing is read yet."""
    documents: Documents
    ingest: Callable[[], IngestParts]
    """Called only where documents come in: it loads the models."""
    store: Callable[[], PassageStore]
    """The passages, to be labelled anew or deleted, which needs no model."""
    underway: Underway = field(default_factory=Underway)
    """Told of every sync that runs in this process."""


def add(parts: SyncParts, name: str, uri: str, scopes: frozenset[Scope]) -> str:
    """Name a source, or give the one of that name this address and these scopes, which count at once.

    Returns its address, which means the same from every folder. What a sync that is running has read under
    the earlier scopes is brought in line when it ends; until then the narrower of both counts. Raises
    `SourceUnreachable` for a folder that is not there, `AddressRefused` or `AddressWithPassword` for an address
    that is not opened, and `HomeBusy` for another address during a sync.
    """
    place, behind = named(parts, name, uri, scopes)
    bring_in_line(parts, name, behind, scopes)
    return place


def named(parts: SyncParts, name: str, uri: str, scopes: frozenset[Scope]) -> tuple[str, Collection[Synced]]:
    """Do the part of `add` that decides; returns the address, and the documents whose passages have other scopes."""
    before = {source.name: source.uri for source in parts.sources.all()}.get(name)
    place = _place(name, uri, before)
    with nullcontext() if before == place else alone(parts.home, name):
        known = parts.documents.of_source(name).values()
        parts.sources.add(name, place, scopes)
    return place, [row for row in known if row.document.scopes != scopes]


def bring_in_line(parts: SyncParts, name: str, behind: Collection[Synced], scopes: frozenset[Scope]) -> None:
    """Let the store follow the records, which decide; a sync that is running does so when it ends."""
    if not behind:
        return
    try:
        with alone(parts.home, name):
            rescope(behind, scopes, parts.documents, parts.store())
    except HomeBusy:
        return


def run(
    parts: SyncParts,
    name: str,
    *,
    allow_deletions: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> SyncReport:
    """Bring in what changed in a source; raises `NotFound`, `HomeBusy`, and what the sync raises."""
    parts.sources.get(name)
    with alone(parts.home, name), parts.underway.telling(name, progress) as heard:
        # Read under the lock: whoever changed it a moment ago has finished.
        given = parts.sources.get(name)
        target = SourceTarget(given.name, given.uri, given.scopes)
        source = parts.opened(name, given.uri)
        report = sync(target, source, parts.ingest(), allow_deletions=allow_deletions, progress=heard)
        _follow(parts, target)
        parts.sources.finish(name, datetime.now(UTC), counts(report), report.failed)
    return report


def remove(parts: SyncParts, name: str) -> int:
    """Forget a source and its documents; returns how many they were. Raises `NotFound` and `HomeBusy`."""
    parts.sources.get(name)
    with alone(parts.home, name):
        count = forget(name, parts.documents, parts.store())
        parts.sources.remove(name)
    return count


@contextmanager
def alone(home: Path, *names: str) -> Iterator[None]:
    """Keep these sources from being synced meanwhile; raises `HomeBusy` where one is right now."""
    with ExitStack() as locks:
        for name in sorted(names):
            locks.enter_context(held(home, f"sync {name}", f"syncing {name} in", _WAIT))
        yield


def counts(report: SyncReport) -> dict[str, int]:
    """Return the figures of a report, with what failed as a number."""
    figures = {key: value for key, value in asdict(report).items() if isinstance(value, int)}
    return {**figures, "failed": len(report.failed)}


def _follow(parts: SyncParts, target: SourceTarget) -> None:
    """Bring the store in line where somebody changed the scopes during a sync; the records have them already."""
    scopes = parts.sources.get(target.name).scopes
    if scopes != target.scopes:
        rows = parts.documents.of_source(target.name).values()
        written = [replace(row, document=replace(row.document, scopes=target.scopes)) for row in rows]
        rescope(written, scopes, parts.documents, parts.store())


def _place(name: str, uri: str, before: str | None) -> str:
    """Return an address that means the same from every folder.

    What a source has been read from `before` need not be there now, nor be allowed: its scopes can be changed all
    the same.
    """
    if uri == before:
        return uri
    addresses.check(uri)
    if "://" in uri:
        return uri
    path = Path(uri).expanduser().absolute()
    if str(path) != before and not path.exists():
        raise SourceUnreachable(name=name, uri=path, why="it is not there")
    return str(path)
