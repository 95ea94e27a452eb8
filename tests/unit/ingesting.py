"""A small source and everything that its documents come in through, for tests of the sync."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import PurePosixPath
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bot.domain import Grant, Passage, PassageId, Scope, scope
from bot.errors import SourceUnreachable, UnreadableDocument
from bot.ingest import SyncReport, sync
from bot.intake import IngestParts, SourceTarget
from bot.ports import Converted, SourceDocument, Synced, Vectors
from bot.records.documents import DocumentRecords
from tests.fakes import FakeEmbedder, FakeStore

EVERYONE = frozenset({scope("everyone")})
FINANCE = frozenset({scope("finance")})
_numbers = count()


@dataclass
class Folder:
    """A `Source` in a dictionary; every text that is put is a new version."""

    texts: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    read_uris: list[str] = field(default_factory=list)
    reachable: bool = True

    def put(self, uri: str, text: str) -> None:
        self.texts[uri] = text
        self.versions[uri] = str(next(_numbers))

    def move(self, old: str, new: str) -> None:
        self.put(new, self.texts.pop(old))

    def documents(self) -> Iterator[SourceDocument]:
        for uri, text in sorted(self.texts.items()):
            yield SourceDocument(uri, self.versions[uri], len(text), problem=self.problems.get(uri, ""))
        if not self.reachable:
            raise SourceUnreachable(name="folder", uri="/f", why="it does not answer")

    def read(self, document: SourceDocument) -> bytes:
        self.read_uris.append(document.uri)
        if self.texts[document.uri] == "vanished":
            raise UnreadableDocument(why="it is not there")
        return self.texts[document.uri].encode()


def convert(data: bytes, name: str) -> Converted:
    """Read text with its first heading, or its name, as the title; what is called corrupt cannot be read."""
    text = data.decode()
    if text.startswith("corrupt"):
        raise UnreadableDocument(why="the file is damaged")
    title = text.splitlines()[0].removeprefix("# ") if text.startswith("# ") else PurePosixPath(name).stem
    return Converted(text, title)


class WatchedEmbedder(FakeEmbedder):
    """A `FakeEmbedder` that remembers what it embedded."""

    def __init__(self) -> None:
        """Start with nothing embedded."""
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> Vectors:
        self.embedded += texts
        return super().embed(texts, kind)


class WatchedStore(FakeStore):
    """A `FakeStore` that remembers what it was asked to do."""

    def __init__(self) -> None:
        """Start with no calls."""
        super().__init__()
        self.calls: list[str] = []

    def upsert(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        self.calls.append("upsert")
        super().upsert(passages, vectors)

    def set_scopes(self, document: str, scopes: frozenset[Scope]) -> None:
        self.calls.append("set_scopes")
        super().set_scopes(document, scopes)  # type: ignore[arg-type]  # DocumentId is a str

    def vectors(self, ids: Sequence[PassageId]) -> Mapping[PassageId, NDArray[np.float32]]:
        self.calls.append("vectors")
        return super().vectors(ids)


@dataclass
class House:
    """A source with everything that it comes in through."""

    documents: DocumentRecords
    target: SourceTarget
    folder: Folder = field(default_factory=Folder)
    store: FakeStore = field(default_factory=WatchedStore)
    embedder: WatchedEmbedder = field(default_factory=WatchedEmbedder)

    @property
    def parts(self) -> IngestParts:
        return IngestParts(self.store, self.embedder, self.documents, convert, detect=lambda _: "en", passage_tokens=40)

    def sync(self, *, allow_deletions: bool = False) -> SyncReport:
        self.folder.read_uris.clear()
        self.embedder.embedded.clear()
        if isinstance(self.store, WatchedStore):
            self.store.calls.clear()
        return sync(self.target, self.folder, self.parts, allow_deletions=allow_deletions)

    @property
    def rows(self) -> Mapping[str, Synced]:
        return self.documents.of_source(self.target.name)

    def passages(self) -> dict[str, list[Passage]]:
        """Return what the store holds, in order, by document."""
        hits = self.store.search("", np.zeros(64, dtype=np.float32), Grant(EVERYONE | FINANCE), 100_000)
        found: dict[str, list[Passage]] = {}
        for hit in sorted(hits, key=lambda hit: hit.passage.ordinal):
            found.setdefault(hit.passage.document, []).append(hit.passage)
        return found

    def texts(self) -> dict[str, list[str]]:
        """Return what may be answered from, by uri."""
        passages = self.passages()
        answerable = self.documents.by_id(row.document.id for row in self.rows.values())
        return {
            document.uri: [passage.text for passage in passages.get(document.id, [])]
            for document in sorted(answerable.values(), key=lambda document: document.uri)
        }
