"""A whole assistant out of real records and fakes for the engines, filled in a line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.answering import Answerer, Limits, Parts
from bot.domain import Document, Release, Scope, Subject
from bot.models.extractive import ExtractiveModel
from bot.ports import Embedder, LanguageModel, PassageStore, Synced
from bot.prompts import DEFAULT
from bot.records.answers import AnswerRecords
from bot.records.catalogue import CatalogueRecords
from bot.records.documents import DocumentRecords
from bot.records.engine import open_records
from bot.records.grants import GrantRecords
from bot.records.releases import ReleaseRecords
from bot.retrieval import Retriever
from tests.fakes import FakeEmbedder, FakeStore
from tests.unit.made import passage

RELEASE = Release("extractive:quotes", "1", DEFAULT)


@dataclass(frozen=True)
class Assistant:
    """An answerer with the parts behind it."""

    answerer: Answerer
    parts: Parts
    documents: DocumentRecords
    grants: GrantRecords
    answers: AnswerRecords
    store: PassageStore
    embedder: Embedder

    def learn(self, document: Document, *texts: str, stored_as: frozenset[Scope] | None = None) -> None:
        """Bring a document in, in one passage a text; `stored_as` are scopes that only the store has."""
        synced = Synced(document, "1", document.id, len(texts), settled=True)
        self.documents.write([synced], {document.id: "\n\n".join(texts)})
        kept = document if stored_as is None else _scoped(document, stored_as)
        passages = [passage(kept, text, number) for number, text in enumerate(texts)]
        self.store.upsert(passages, self.embedder.embed([one.indexed for one in passages], "passage"))

    def allow(self, who: str, *names: str) -> None:
        """Grant scopes to a subject."""
        self.grants.allow(Subject(who), frozenset(Scope(name) for name in names))


@contextmanager
def assistant(
    home: Path, *, model: LanguageModel | None = None, store: PassageStore | None = None, limits: Limits | None = None
) -> Iterator[Assistant]:
    """Make one whose records live in `home`."""
    engine = open_records("", home)
    embedder = FakeEmbedder()
    store = store or FakeStore()
    documents, grants, answers = DocumentRecords(engine), GrantRecords(engine), AnswerRecords(engine)
    chosen = model or ExtractiveModel(embedder)
    parts = Parts(
        grants=grants,
        retriever=Retriever(store, embedder, documents),
        answers=answers,
        releases=ReleaseRecords(engine),
        first=RELEASE,
        model_for=lambda _: chosen,
        catalogue=CatalogueRecords(engine),
        limits=limits or Limits(),
    )
    try:
        yield Assistant(Answerer(parts), parts, documents, grants, answers, store, embedder)
    finally:
        engine.dispose()


def _scoped(document: Document, scopes: frozenset[Scope]) -> Document:
    return Document(document.id, document.source, document.uri, document.title, scopes, document.modified)
