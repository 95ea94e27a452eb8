"""What the tests of the stores share: which stores there are, and passages to put in."""

from collections.abc import Callable, Sequence
from pathlib import Path

from bot.domain import DocumentId, Grant, Hit, Passage, PassageId, scope
from bot.ports import PassageStore
from bot.stores.lance import LanceStore
from tests.fakes import FakeEmbedder, FakeStore

EMBEDDER = FakeEmbedder()
EVERYONE = Grant(frozenset({scope("everyone")}))

Open = Callable[[Path], PassageStore]
STORES: dict[str, tuple[Open, int]] = {
    "fake": (lambda _folder: FakeStore(EMBEDDER.dimension), 1_000),
    "lance": (lambda folder: LanceStore.open(folder / "passages", EMBEDDER.dimension, EMBEDDER.space), 30),
}
"""The stores that the contract holds for: how each is opened, and in how many examples access is tried."""


def passages(document: str, *texts: str, scopes: str = "everyone", headings: tuple[str, ...] = ()) -> list[Passage]:
    """Return the passages of one document, with these comma-separated scopes."""
    labels = frozenset(map(scope, scopes.split(",")))
    return [
        Passage(PassageId(f"{document}#{at}"), DocumentId(document), at, text, headings, at * 10, at * 10 + 9, labels)
        for at, text in enumerate(texts)
    ]


def fill(store: PassageStore, *documents: Sequence[Passage]) -> None:
    """Put documents in, in one call."""
    together = [passage for document in documents for passage in document]
    store.upsert(together, EMBEDDER.embed([passage.indexed for passage in together], "passage"))


def found(store: PassageStore, text: str, grant: Grant = EVERYONE, limit: int = 10) -> list[Hit]:
    """Ask as retrieval does."""
    return store.search(text, EMBEDDER.embed([text], "query")[0], grant, limit)
