"""Documents on their way in: read, convert, cut, embed, store, a batch at a time."""

import re
from collections import Counter, deque
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from bot.changes import Change, Failure, content_hash, new_id
from bot.domain import Document, DocumentId, Passage, PassageId, Scope
from bot.errors import UnreadableDocument
from bot.passages import TARGET, split
from bot.ports import Convert, Converted, Documents, Embedder, PassageStore, Source, Synced

_AHEAD = 8
"""Documents that are read and converted while the ones before them are embedded."""
_BATCH_DOCUMENTS, _BATCH_PASSAGES = 64, 128
_ISO_DATE = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")


@dataclass(frozen=True, slots=True)
class SourceTarget:
    """A source as it was added."""

    name: str
    uri: str
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class IngestParts:
    """What documents come in through."""

    store: PassageStore
    embedder: Embedder
    documents: Documents
    convert: Convert
    """Called from a thread of its own, one document after the other."""
    detect: Callable[[str], str]
    """Tells the language of a text as an ISO 639-1 code, empty where it cannot; called from that thread too."""
    passage_tokens: int = TARGET


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync is."""

    done: int
    """Documents that are durably in, or cannot come in."""
    total: int
    """Documents that have to be read."""
    uri: str
    """The one that was looked at last."""
    failed: int


@dataclass(frozen=True, slots=True)
class _Read:
    """A document after it was read."""

    change: Change
    content: str = ""
    """Hash of its bytes, empty if they could not be had, which is worth another try."""
    converted: Converted | None = None
    """None if the content is what it was."""
    language: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Cut:
    """A document whose passages have to be written."""

    before: Synced | None
    row: Synced
    text: str
    passages: Sequence[Passage]

    @property
    def intent(self) -> Synced:
        """Return the row until the passages are in: what was known so far, to be done again after a crash."""
        if self.before:
            return replace(self.before, settled=False, problem="")
        return replace(self.row, version="", content="", passages=0, settled=False)


class Intake:
    """Takes the documents of a source in and counts what became of them."""

    def __init__(
        self,
        target: SourceTarget,
        source: Source,
        parts: IngestParts,
        present: Sequence[Synced],
        progress: Callable[[Progress], None],
    ) -> None:
        """`present` is what is known of the source, less what is gone."""
        self._target = target
        self._source = source
        self._parts = parts
        self._progress = progress
        self._held = {row.document.id: row.passages for row in present}
        self._new: dict[str, DocumentId] = {}
        self._cut: list[_Cut] = []
        self._rows: list[Synced] = []
        self._wrote = False
        self.failed: list[Failure] = []
        self.counts: Counter[str] = Counter()
        """By added, changed, moved, unchanged and, in passages, embedded."""

    @property
    def passages(self) -> int:
        """Return how many passages the source has."""
        return sum(self._held.values())

    def take(self, changes: Sequence[Change]) -> None:
        """Bring these documents in; when it returns, all are durable."""
        done = 0
        with closing(self._read_ahead(changes)) as documents:
            for number, document in enumerate(documents, start=1):
                self._sort(document)
                if len(self._cut) + len(self._rows) >= _BATCH_DOCUMENTS or self._waiting() >= _BATCH_PASSAGES:
                    self._flush()
                    done = number
                self._progress(Progress(done, len(changes), document.change.listed.uri, len(self.failed)))
        self._flush()
        if changes:
            self._progress(Progress(len(changes), len(changes), changes[-1].listed.uri, len(self.failed)))
        if self._wrote:
            self._parts.store.optimize()

    def _waiting(self) -> int:
        return sum(len(document.passages) for document in self._cut)

    def _read_ahead(self, changes: Sequence[Change]) -> Generator[_Read, None, None]:
        """Yield documents in order while the next ones are read in a thread."""
        waiting: deque[Future[_Read]] = deque()
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading") as pool:
            try:
                for change in changes:
                    waiting.append(pool.submit(self._read, change))
                    if len(waiting) > _AHEAD:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()

    def _read(self, change: Change) -> _Read:
        try:
            data = self._source.read(change.listed)
        except UnreadableDocument as error:
            return _Read(change, problem=str(error))
        content, before = content_hash(data), change.before
        if before and before.settled and before.content == content and before.document.uri == change.listed.uri:
            return _Read(change, content)
        try:
            converted = self._parts.convert(data, change.listed.uri)
        except UnreadableDocument as error:
            return _Read(change, content, problem=str(error))
        return _Read(change, content, converted, self._parts.detect(converted.text))

    def _sort(self, read: _Read) -> None:
        """Decide what becomes of a document, and put it with those like it."""
        before, listed = read.change.before, read.change.listed
        if read.problem:
            self._fail(read)
        elif read.converted is None and before:
            self._rows.append(replace(before, version=listed.version, problem=""))
            self.counts["unchanged"] += 1
        elif read.converted:
            row = self._row(read, read.converted)
            if before and before.settled and before.content == read.content and _titled_alike(before, row):
                self._rows.append(replace(row, passages=before.passages))
                self.counts["moved"] += 1
            else:
                self._add(read, row, read.converted.text)

    def _row(self, read: _Read, converted: Converted) -> Synced:
        listed = read.change.listed
        document = Document(
            id=self._id(read.change),
            source=self._target.name,
            uri=listed.uri,
            title=converted.title,
            scopes=self._target.scopes,
            modified=converted.modified or _dated(listed.uri.removeprefix(self._target.uri)) or listed.modified,
            language=read.language,
        )
        return Synced(document, listed.version, read.content, passages=0, settled=True)

    def _id(self, change: Change) -> DocumentId:
        if change.before:
            return change.before.document.id
        uri = change.listed.uri
        if uri not in self._new:
            self._new[uri] = new_id(self._target.name, uri, self._held)
            self._held[self._new[uri]] = 0
        return self._new[uri]

    def _add(self, read: _Read, row: Synced, text: str) -> None:
        passages = self._split(text, row.document)
        if not passages:
            self._fail(replace(read, problem="there is no text in it"))
            return
        before = read.change.before
        moved = before and before.document.uri != row.document.uri
        self.counts["moved" if moved else "changed" if before and before.passages else "added"] += 1
        self._cut.append(_Cut(before, replace(row, passages=len(passages)), text, passages))

    def _split(self, text: str, document: Document) -> Sequence[Passage]:
        limit = min(self._parts.embedder.window, self._parts.passage_tokens)
        return split(text, document, self._parts.embedder.count, limit)

    def _fail(self, read: _Read) -> None:
        """Report a document, and remember not to try again before it changes; its earlier version stays."""
        listed, before = read.change.listed, read.change.before
        self.failed.append((listed.uri, read.problem))
        if not read.content:
            return
        if before:
            row = replace(before, document=replace(before.document, uri=listed.uri), version=listed.version)
        else:
            row = self._row(read, Converted("", title=listed.uri.rsplit("/", 1)[-1]))
        row = replace(row, settled=row.passages > 0, problem=read.problem)
        if before and row.passages and not before.settled:
            # A killed sync may have left passages of a later version in the store: they give way to this one's.
            text = self._parts.documents.text(row.document.id)
            self._cut.append(_Cut(before, row, text, self._split(text, row.document)))
        else:
            self._rows.append(row)

    def _flush(self) -> None:
        """Write what waits: intentions, passages, rows, in this order."""
        if self._cut:
            self._parts.documents.write([document.intent for document in self._cut], {})
            passages = [passage for document in self._cut for passage in document.passages]
            self._parts.store.upsert(passages, self._vectors(passages))
            self._wrote = True
        rows = [*self._rows, *(document.row for document in self._cut)]
        if rows:
            self._parts.documents.write(rows, {document.row.document.id: document.text for document in self._cut})
        self._held |= {row.document.id: row.passages for row in rows}
        self._cut, self._rows = [], []

    def _vectors(self, passages: Sequence[Passage]) -> NDArray[np.float32]:
        """Return the vectors of passages; only those that the store does not hold are made."""
        ids = [passage.id for document in self._cut if document.before for passage in document.passages]
        kept: Mapping[PassageId, NDArray[np.float32]] = self._parts.store.vectors(ids) if ids else {}
        new = [passage.indexed for passage in passages if passage.id not in kept]
        fresh = iter(self._parts.embedder.embed(new, "passage"))
        vectors = np.empty((len(passages), self._parts.embedder.dimension), dtype=np.float32)
        for place, passage in enumerate(passages):
            vectors[place] = kept[passage.id] if passage.id in kept else next(fresh)
        self.counts["embedded"] += len(new)
        return vectors


def _titled_alike(before: Synced, row: Synced) -> bool:
    """Say whether the passages, which carry the title, can stay as they are."""
    return before.document.title == row.document.title


def _dated(path: str) -> datetime | None:
    """Return the last date in a path, such as that of _archive/2026-01-07/policy.md."""
    for text in reversed(_ISO_DATE.findall(path)):
        try:
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
