"""Documents come in, and only what changed since the last time.

The records say what is true, the store follows. A document's row is unsettled from before its passages
are written until after, and whatever is unsettled is done again; so a sync that was killed anywhere and
started again ends like one that was not.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.changes import Changes, Failure, check_deletions, compare, with_moves
from bot.domain import DocumentId, Scope
from bot.intake import IngestParts, Intake, Progress, SourceTarget
from bot.ports import Documents, PassageStore, Source, Synced


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, in documents."""

    added: int
    changed: int
    moved: int
    """They kept their identity under another uri."""
    unchanged: int
    deleted: int
    failed: tuple[Failure, ...]
    """The earlier version of these stays, if there was one."""
    passages: int
    """That the source has now."""
    embedded: int
    """Passages whose text was new."""
    seconds: float


def sync(
    target: SourceTarget,
    source: Source,
    parts: IngestParts,
    *,
    allow_deletions: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> SyncReport:
    """Bring what is known of a source in line with what it lists now.

    A document that cannot come in is reported and the rest goes on. Raises `SourceUnreachable` and
    `TooManyDeletions` before anything is changed, and what store, records and embedder raise; then the
    next sync goes on where this one stopped.
    """
    started = time.perf_counter()
    rows = parts.documents.of_source(target.name)
    known = {uri: _with_scopes(row, target.scopes) for uri, row in rows.items()}
    changes = compare(source.documents(), known)
    if changes.gone:
        changes = with_moves(changes, source)
        if not allow_deletions:
            answerable = parts.documents.by_id([row.document.id for row in known.values()])
            check_deletions(changes, answerable, target.name, target.uri)
    gone = [row.document.id for row in changes.gone]
    behind = [row for uri, row in known.items() if row is not rows[uri] or _left_halfway(row)]
    _write_scopes(behind, parts.documents, parts.store)
    _delete(gone, parts.documents, parts.store)
    absent = frozenset(gone)
    intake = Intake(target, source, parts, [row for row in known.values() if row.document.id not in absent], progress)
    intake.take(changes.read)
    return _report(changes, intake, time.perf_counter() - started)


def _report(changes: Changes, intake: Intake, seconds: float) -> SyncReport:
    counts = intake.counts
    return SyncReport(
        added=counts["added"],
        changed=counts["changed"],
        moved=counts["moved"],
        unchanged=counts["unchanged"] + changes.unchanged,
        deleted=len(changes.gone),
        failed=(*changes.failed, *intake.failed),
        passages=intake.passages,
        embedded=counts["embedded"],
        seconds=seconds,
    )


def rescope(rows: Iterable[Synced], scopes: frozenset[Scope], documents: Documents, store: PassageStore) -> int:
    """Give documents, as they were, these scopes, without a look at their source; return how many changed."""
    changed = [new for row in rows if (new := _with_scopes(row, scopes)) is not row]
    _write_scopes(changed, documents, store)
    return len(changed)


def remove(source: str, documents: Documents, store: PassageStore) -> int:
    """Forget all documents of a source; return how many they were."""
    ids = [row.document.id for row in documents.of_source(source).values()]
    _delete(ids, documents, store)
    return len(ids)


def _with_scopes(row: Synced, scopes: frozenset[Scope]) -> Synced:
    if row.document.scopes == scopes:
        return row
    return replace(row, document=replace(row.document, scopes=scopes))


def _left_halfway(row: Synced) -> bool:
    """Say whether a sync was stopped while it wrote this document, so that the store's scopes may be older ones."""
    return row.passages > 0 and not row.settled


def _write_scopes(rows: Sequence[Synced], documents: Documents, store: PassageStore) -> None:
    """Change scopes in the records first, where they decide, then in the store."""
    if not rows:
        return
    documents.write([replace(row, settled=False) for row in rows], {})
    for row in rows:
        store.set_scopes(row.document.id, row.document.scopes)
    documents.write(rows, {})


def _delete(ids: Sequence[DocumentId], documents: Documents, store: PassageStore) -> None:
    """Hide documents from answers first, then forget their passages, then the documents."""
    if not ids:
        return
    documents.retire(ids)
    store.delete_document(ids)
    documents.forget(ids)
