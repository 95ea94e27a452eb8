"""From settings to parts; beside `model_wiring`, the only module that names implementations.

A part is made when it is first used.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from bot import log, model_wiring, settings
from bot.domain import Release, ReleaseId
from bot.errors import ModelError, ReleaseUnusable, SettingError, StoreUnreachable
from bot.ports import Embedder, LanguageModel, PassageStore, Reranker, Source
from bot.prompts import DEFAULT
from bot.records.accounts import AccountRecords
from bot.records.answers import AnswerRecords
from bot.records.catalogue import CatalogueRecords
from bot.records.documents import DocumentRecords
from bot.records.engine import open_records
from bot.records.grants import GrantRecords
from bot.records.groups import GroupRecords
from bot.records.inbox import InboxRecords
from bot.records.meta import MetaRecords
from bot.records.people import PeopleRecords
from bot.records.portable import RecordsFile
from bot.records.releases import ReleaseRecords
from bot.records.sessions import SessionRecords
from bot.records.sources import SourceRecords
from bot.releases import release_id
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.answering import Answerer, Parts
    from bot.intake import IngestParts
    from bot.sources.sandbox import Sandbox
    from bot.syncing import SyncParts


class Wiring:
    """The parts that the settings choose, each made once."""

    def __init__(self, chosen: Settings) -> None:
        """Choose, and make nothing yet."""
        self.settings = chosen
        self.home = chosen.home
        self._models: dict[str, LanguageModel] = {}

    @cached_property
    def engine(self) -> Engine:
        """The database; opening it brings its schema up to date."""
        return open_records(self.settings.database_url, self.home)

    @cached_property
    def accounts(self) -> AccountRecords:
        """Local passwords and invitations."""
        return AccountRecords(self.engine)

    @cached_property
    def sessions(self) -> SessionRecords:
        """Who is signed in."""
        return SessionRecords(self.engine)

    @cached_property
    def answers(self) -> AnswerRecords:
        """Answers and votes."""
        return AnswerRecords(self.engine)

    @cached_property
    def catalogue(self) -> CatalogueRecords:
        """Lists for an admin."""
        return CatalogueRecords(self.engine)

    @cached_property
    def documents(self) -> DocumentRecords:
        """What came in."""
        return DocumentRecords(self.engine)

    @cached_property
    def grants(self) -> GrantRecords:
        """Who may see what."""
        return GrantRecords(self.engine)

    @cached_property
    def groups(self) -> GroupRecords:
        """Groups of people."""
        return GroupRecords(self.engine)

    @cached_property
    def inbox(self) -> InboxRecords:
        """Questions on their way."""
        return InboxRecords(self.engine)

    @cached_property
    def meta(self) -> MetaRecords:
        """Facts about the home."""
        return MetaRecords(self.engine)

    @cached_property
    def people(self) -> PeopleRecords:
        """Identities and roles."""
        return PeopleRecords(self.engine)

    @cached_property
    def releases(self) -> ReleaseRecords:
        """Releases and the pointer."""
        return ReleaseRecords(self.engine)

    @cached_property
    def sources(self) -> SourceRecords:
        """Where documents come from."""
        return SourceRecords(self.engine)

    @cached_property
    def kept(self) -> RecordsFile:
        """The records as a whole: where they are, and how they are taken elsewhere."""
        return RecordsFile(self.engine)

    @cached_property
    def store(self) -> PassageStore:
        """The passages."""
        from bot.stores.lance import LanceStore

        return LanceStore.open(self.home / "passages", self.embedder.dimension, self.embedder.space)

    @property
    def passages(self) -> PassageStore:
        """The passages for counting, labelling and deleting, which needs no embedder where there are some."""
        from bot.stores.lance import LanceStore

        return LanceStore.open_as_it_is(self.home / "passages") or self.store

    @cached_property
    def embedder(self) -> Embedder:
        """What turns texts into vectors."""
        return model_wiring.embedder(self.settings)

    @cached_property
    def first_release(self) -> Release:
        """What the settings name; it answers until another release is promoted."""
        if self.settings.model == "extractive":
            return self.quoting
        model = self._model(self.settings.model, self.settings.model_name)
        return Release(model=model.name, fingerprint=model.fingerprint, template=DEFAULT)

    @property
    def current(self) -> Release:
        """What answers now; where it was promoted, what the settings name need not be usable."""
        active = self.releases.active()
        return self.releases.get(active) if active else self.first_release

    @property
    def quoting(self) -> Release:
        """What needs no language model: it is there when everything else is off."""
        from bot.models.extractive import ExtractiveModel

        return Release(model=ExtractiveModel.name, fingerprint=ExtractiveModel.fingerprint, template=DEFAULT)

    def model_for(self, release: Release) -> LanguageModel:
        """Return the model that a release names, always the same one for the same name.

        A release names weights without their folder: they are looked for where ATTUNE_MODEL_NAME says, and
        in the package. Loads nothing; raises `ReleaseUnusable` where they are in neither, or a setting is missing.
        """
        kind, _, name = release.model.partition(":")
        configured = Path(self.settings.model_name)
        here = kind == "transformers" and name in {configured.name, configured.stem}
        if kind == "extractive":
            return self._model(kind, name)
        try:
            return self._model(kind, str(configured) if here else name)
        except (SettingError, ModelError) as error:
            why = str(error).removesuffix(".")
            raise ReleaseUnusable(release=release_id(release), model=release.model, why=why) from error

    def ready(self, asked: ReleaseId | None = None) -> None:
        """Raise where a release, by default the one that answers, cannot work; next to nothing is loaded for that."""
        release = self.releases.get(asked) if asked else self.current
        if release.model != self.quoting.model:
            self.model_for(release)
        known = sum(one.passages for one in self.catalogue.held().values() if one.documents)
        if known and not ((self.home / "passages").is_dir() and self.passages.documents()):
            fix = "'attune sources verify' brings them in again"
            raise StoreUnreachable(why=f"none of the {known:,} that were brought in is there", fix=fix)

    @cached_property
    def answering(self) -> "Parts":
        """What answers are made with."""
        from bot.answering import Limits, Parts
        from bot.retrieval import Retriever

        return Parts(
            grants=self.grants,
            retriever=Retriever(self.store, self.embedder, self.documents, self.reranker),
            answers=self.answers,
            releases=self.releases,
            first=self.current,
            model_for=self.model_for,
            catalogue=self.catalogue,
            limits=Limits(question_chars=self.settings.max_question_chars),
        )

    @cached_property
    def answerer(self) -> "Answerer":
        """What answers questions."""
        self.ready()
        from bot.answering import Answerer

        return Answerer(self.answering)

    @cached_property
    def reranker(self) -> Reranker | None:
        """What reads the best passages again, where one is set."""
        return model_wiring.reranker(self.settings)

    @cached_property
    def ingest(self) -> "IngestParts":
        """What documents come in through."""
        from bot.intake import IngestParts
        from bot.language import document_language

        return IngestParts(self.store, self.embedder, self.documents, self._convert, document_language)

    @cached_property
    def syncing(self) -> "SyncParts":
        """What sources are looked after with."""
        from bot.syncing import SyncParts

        return SyncParts(
            self.home, self.sources, self.source, self.documents, lambda: self.ingest, lambda: self.passages
        )

    def reach_store(self) -> None:
        """Raise where the passages cannot be read."""
        self.store.vectors([])

    def hardware(self) -> str:
        """Return what models compute with here."""
        from bot.models import hardware

        place = hardware.device()
        return f"{place}, {str(hardware.precision(place)).removeprefix('torch.')}, {hardware.threads()} threads"

    def source(self, name: str, uri: str) -> Source:
        """Return the place that documents come from."""
        from bot.sources.folder import FolderSource

        return FolderSource(uri, name=name)

    def close(self) -> None:
        """Let go of what was made: the converter's process, the database."""
        if "_convert" in self.__dict__:
            self._convert.close()
        if "engine" in self.__dict__:
            self.engine.dispose()

    @cached_property
    def _convert(self) -> "Sandbox":
        from bot.sources.sandbox import Sandbox

        return Sandbox()

    def _model(self, kind: str, name: str) -> LanguageModel:
        asked = f"{kind}:{name}"
        if asked not in self._models:
            made = model_wiring.language_model(kind, name, self.settings, self.home, lambda: self.embedder)
            self._models |= {asked: made, made.name: made}
        return self._models[asked]


@contextmanager
def opened(home: Path | None = None, *, server: bool = False) -> Iterator[Wiring]:
    """Give the parts of a home, by default the environment's; a server logs more. Raises `SettingError`."""
    chosen = settings.load(home)
    log.set_up(chosen.log_format, chosen.log_level or ("info" if server else "warning"))
    with closing(Wiring(chosen)) as parts:
        yield parts
