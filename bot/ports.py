"""Everything that varies, each as the smallest Protocol; a docstring here is the contract.

Each Protocol that an engine implements has a folder of that plural and a file in tests/contract.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.domain import (
    Answer,
    AnswerId,
    Document,
    DocumentId,
    Feedback,
    Grant,
    Hit,
    Passage,
    PassageId,
    PersonId,
    Prompt,
    Release,
    ReleaseId,
    Scope,
    Subject,
)

Vectors = NDArray[np.float32]
"""One row a text, each of unit length: shape (texts, dimension)."""


class PassageStore(Protocol):
    """Passages with their vectors, searched by words and by meaning inside a grant.

    Every write is durable and visible to the next search when it returns. Engine errors arrive as
    `bot.errors.StoreError` or `bot.errors.DiskFull`.
    """

    def upsert(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Make these the passages of the documents that they belong to, and no others.

        All passages of a document come in one call; those of it that are not named disappear. A reader
        sees a document before or after, never a gap. Calling again with the same changes nothing.
        """

    def delete_document(self, documents: Sequence[DocumentId]) -> None:
        """Forget all passages of these documents; unknown ones are fine."""

    def set_scopes(self, document: DocumentId, scopes: frozenset[Scope]) -> None:
        """Give all passages of a document these scopes, without touching their vectors."""

    def search(self, text: str, vector: NDArray[np.float32], grant: Grant, limit: int) -> list[Hit]:
        """Return the union of the `limit` best by BM25 and the `limit` best by cosine inside the grant.

        Each passage once, each with both its scores, ordered by cosine and then by id. Nothing that the
        grant does not admit is ever looked at. `text` is a person's words, never query syntax; words
        are compared without regard to case and accents.
        """

    def get(self, ids: Sequence[PassageId], grant: Grant) -> list[Passage]:
        """Return those of these passages that exist and that the grant admits, in the order asked."""

    def neighbours(self, passage: Passage, grant: Grant, distance: int) -> list[Passage]:
        """Return the passages of the same document within `distance` ordinals, itself included, in order."""

    def vectors(self, ids: Sequence[PassageId]) -> Mapping[PassageId, NDArray[np.float32]]:
        """Return the vectors that are kept for these passages, so that nothing is embedded twice."""

    def documents(self) -> Mapping[DocumentId, int]:
        """Return how many passages each document has here: what `attune sources verify` compares."""

    def optimize(self) -> None:
        """Do the upkeep that keeps searches quick; safe at any time, also beside readers."""


class Embedder(Protocol):
    """Turns texts into vectors whose cosine says how near their meanings are."""

    @property
    def space(self) -> str:
        """Name the vector space: equal names mean comparable vectors."""

    @property
    def dimension(self) -> int:
        """Say how long a vector is."""

    @property
    def window(self) -> int:
        """Say how many tokens of a text are read; the rest would be ignored."""

    def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> Vectors:
        """Return one unit vector a text, in order; an empty sequence gives shape (0, dimension)."""

    def count(self, text: str) -> int:
        """Return the number of tokens that the text takes, special ones included."""


class Reranker(Protocol):
    """Reads a question together with each passage, which says more than comparing their vectors, and costs more."""

    @property
    def name(self) -> str:
        """Name the weights: equal names mean equal scores."""

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return how well each text answers the question, in order, 0 to 1; shape (texts,)."""


class LanguageModel(Protocol):
    """Writes an answer. Vendor errors arrive as `bot.errors.ModelError`."""

    @property
    def name(self) -> str:
        """Return kind:name, as a release names it."""

    @property
    def fingerprint(self) -> str:
        """Identify the weights, empty where they cannot be seen."""

    @property
    def window(self) -> int:
        """Say how many tokens prompt and answer may take together."""

    def stream(self, prompt: Prompt, adapter: str = "") -> Generator[str, None, None]:
        """Yield pieces that join to the answer; closing the generator stops the model.

        `adapter` is a folder with a PEFT adapter (or the name under which a server serves it); empty
        means the base model. The same prompt with the same seed gives the same text.
        """

    def count(self, text: str) -> int:
        """Return the number of tokens that the text takes."""


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document as its source lists it, before anything of it was read."""

    uri: str
    """Readable, stable while it is not moved, unique in its source."""
    version: str
    """Changes whenever the content may have changed; as cheap to get as a listing."""
    size: int
    """In bytes, as far as the source knows."""
    modified: datetime | None = None
    problem: str = ""
    """Why it cannot be read, where the listing shows that already (a link out of the folder, too large)."""


class Source(Protocol):
    """A place that documents come from. Errors arrive as `bot.errors.SourceError`."""

    def documents(self) -> Iterator[SourceDocument]:
        """List all that is there, in a stable order; a source that cannot be listed raises, never lists less."""

    def read(self, document: SourceDocument) -> bytes:
        """Return the content; raises `UnreadableDocument` with the reason."""


@dataclass(frozen=True, slots=True)
class Converted:
    """The text of a file, as Markdown, with what the file says of itself."""

    text: str
    title: str = ""
    modified: datetime | None = None


Convert = Callable[[bytes, str], Converted]
"""Turn a file's bytes and its name into text; raises `UnreadableDocument` with the reason."""


class Grants(Protocol):
    """Who may see what; deny by default."""

    def scopes_of(self, subjects: Iterable[Subject]) -> frozenset[Scope]:
        """Return the union of what these subjects are granted, as of now."""

    def identities(self, person: PersonId) -> frozenset[PersonId]:
        """Return all linked identities of a person, that one included."""

    def groups(self, person: PersonId) -> frozenset[str]:
        """Return the groups of a person, through any linked identity."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What the records keep of a document so that the next sync knows what changed."""

    document: Document
    version: str
    """Of the source's listing."""
    content: str
    """Hash of the bytes; equal content under a new uri is a move."""
    passages: int
    settled: bool
    """False from before its passages are written until after, so that a killed sync is noticed."""
    problem: str = ""


class KnownDocuments(Protocol):
    """The documents as they are now; their scopes here decide, whatever a store says."""

    def by_id(self, ids: Iterable[DocumentId]) -> Mapping[DocumentId, Document]:
        """Return those that exist and may be answered from."""


class Documents(KnownDocuments, Protocol):
    """The documents that came in, as bringing them in needs them."""

    def of_source(self, source: str) -> Mapping[str, Synced]:
        """Return everything known of a source, by uri."""

    def write(self, synced: Sequence[Synced], texts: Mapping[DocumentId, str]) -> None:
        """Insert or replace these rows, and the texts that are given, in one transaction."""

    def text(self, document: DocumentId) -> str:
        """Return the whole text of a document, so that a passage can be shown in its place."""

    def retire(self, ids: Sequence[DocumentId]) -> None:
        """Hide these from answers at once, before a store has forgotten them."""

    def forget(self, ids: Sequence[DocumentId]) -> None:
        """Remove these rows; the last step of a deletion."""


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A source by its name, with how its last sync went."""

    name: str
    uri: str
    scopes: frozenset[Scope]
    synced: datetime | None = None
    """When the last sync ended, None before the first one did."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """What that sync counted."""
    failures: Sequence[tuple[str, str]] = ()
    """The addresses of what did not come in then, each with the reason."""


class Sources(Protocol):
    """The places that documents come from, as an admin named them."""

    def add(self, name: str, uri: str, scopes: frozenset[Scope]) -> None:
        """Name a source; the documents of one that is there already have these scopes from then on."""

    def get(self, name: str) -> KnownSource:
        """Return a source; raises `NotFound`."""

    def all(self) -> list[KnownSource]:
        """Return every source, by name."""

    def remove(self, name: str) -> None:
        """Forget a source, though not its documents, which go before it; raises `NotFound`."""

    def finish(
        self, name: str, at: datetime, counts: Mapping[str, int], failures: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Keep when a sync ended, what it counted and what failed."""


class Answers(Protocol):
    """Answers and the feedback on them."""

    def add(self, answer: Answer) -> None:
        """Keep an answer; durable when it returns."""

    def get(self, answer: AnswerId) -> Answer:
        """Return an answer; raises `NotFound`."""

    def conversation(self, conversation: str, limit: int) -> list[Answer]:
        """Return the last answers of a conversation, oldest first."""

    def vote(self, feedback: Feedback) -> None:
        """Keep a vote; durable when it returns, and repeating it changes nothing. Raises `NotFound`."""

    def votes(self, answer: AnswerId) -> list[Feedback]:
        """Return the current vote of each person on an answer, those taken back left out."""


class Releases(Protocol):
    """Releases, and the pointer that says which one answers."""

    def add(self, release: Release) -> ReleaseId:
        """Keep a release under the hash of its content; adding it again changes nothing."""

    def get(self, release: ReleaseId) -> Release:
        """Return a release; raises `NotFound`."""

    def active(self) -> ReleaseId | None:
        """Return the release that answers, None before the first one was promoted."""

    def promote(self, release: ReleaseId) -> None:
        """Move the pointer; history is kept so that it can go back."""
