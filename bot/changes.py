"""What a source's listing means for what is known of it: new, changed, moved, gone."""

import hashlib
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from bot.domain import Document, DocumentId
from bot.errors import TooManyDeletions, UnreadableDocument
from bot.ports import Source, SourceDocument, Synced

Failure = tuple[str, str]
"""The uri of a document that did not come in, and the reason."""
_FEW = 2


@dataclass(frozen=True, slots=True)
class Change:
    """A document that must be read."""

    listed: SourceDocument
    before: Synced | None
    """What is known of it; under another uri if it was moved."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a sync has to do."""

    read: tuple[Change, ...]
    gone: tuple[Synced, ...]
    unchanged: int
    failed: tuple[Failure, ...]
    """Those of which the listing or an earlier sync already tells why they cannot come in."""


def compare(listed: Iterable[SourceDocument], known: Mapping[str, Synced]) -> Changes:
    """Compare a listing with what is known, by uri; nothing is read."""
    read: list[Change] = []
    failed: list[Failure] = []
    unchanged = 0
    seen: set[str] = set()
    for document in listed:
        before = known.get(document.uri)
        same = before is not None and before.version == document.version
        seen.add(document.uri)
        if document.problem:
            failed.append((document.uri, document.problem))
        elif before and same and before.problem:
            failed.append((document.uri, before.problem))
        elif before and same and before.settled:
            unchanged += 1
        else:
            read.append(Change(document, before))
    gone = tuple(row for uri, row in known.items() if uri not in seen)
    return Changes(tuple(read), gone, unchanged, tuple(failed))


def with_moves(changes: Changes, source: Source) -> Changes:
    """Recognise new documents that have the content of one that is gone; they keep its identity.

    Only if something is gone are the new documents read for it.
    """
    places: defaultdict[str, deque[Synced]] = defaultdict(deque)
    for row in changes.gone:
        if row.passages:
            places[row.content].append(row)
    read: list[Change] = []
    moved: set[DocumentId] = set()
    for change in changes.read:
        found = places.get(_content(change.listed, source)) if places and change.before is None else None
        if found:
            row = found.popleft()
            moved.add(row.document.id)
            read.append(replace(change, before=row))
        else:
            read.append(change)
    gone = tuple(row for row in changes.gone if row.document.id not in moved)
    return replace(changes, read=tuple(read), gone=gone)


def _content(document: SourceDocument, source: Source) -> str:
    try:
        return content_hash(source.read(document))
    except UnreadableDocument:
        return ""


def content_hash(data: bytes) -> str:
    """Return what identifies the content of a document."""
    return hashlib.sha256(data).hexdigest()


def check_deletions(changes: Changes, answerable: Mapping[DocumentId, Document], name: str, uri: str) -> None:
    """Raise `TooManyDeletions` if more than half of the documents would go, or all because nothing is listed.

    Only documents that may be answered from count: what an interrupted deletion left over was agreed to.
    """
    gone = sum(row.document.id in answerable for row in changes.gone)
    nothing_listed = not (changes.read or changes.unchanged or changes.failed)
    if gone and (nothing_listed or (gone >= _FEW and gone > len(answerable) / 2)):
        raise TooManyDeletions(gone=gone, known=len(answerable), name=name, uri=uri)


def new_id(source: str, uri: str, taken: Collection[DocumentId]) -> DocumentId:
    """Return an opaque id for a document that comes in at `uri`, unlike that of one which came in there before."""
    attempt = 0
    while True:
        name = "\x1f".join([source, uri, *([str(attempt)] if attempt else [])])
        found = DocumentId(hashlib.sha256(name.encode()).hexdigest()[:24])
        if found not in taken:
            return found
        attempt += 1
