"""A console on real records with fakes for the engines, and the people who open it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx2
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.answering import Answerer
from bot.answering import Parts as AnsweringParts
from bot.catalogue import Catalogue
from bot.console.parts import Parts
from bot.console.routes import console
from bot.console.runs import Runs
from bot.domain import PersonId, Role, Scope, Subject
from bot.intake import SourceTarget
from bot.models.extractive import ExtractiveModel
from bot.records.answers import AnswerRecords
from bot.records.catalogue import CatalogueRecords
from bot.records.documents import DocumentRecords
from bot.records.engine import open_records
from bot.records.grants import GrantRecords
from bot.records.groups import GroupRecords
from bot.records.people import PeopleRecords
from bot.records.releases import ReleaseRecords
from bot.records.sources import SourceRecords
from bot.retrieval import Retriever
from bot.syncing import SyncParts
from bot.web.app import build
from bot.web.frame import Demo, Frame
from bot.web.sessions import Sessions
from tests.fakes_web import FakeSessions
from tests.unit.ingesting import EVERYONE, Folder, House
from tests.unit.parts import RELEASE

ADMIN, AUDITOR, NOBODY = (PersonId(f"web:local:{name}") for name in ("ann", "otto", "nora"))
URI = "memory://docs"
SECONDS = 30


@dataclass
class Visit:
    """One person's browser."""

    client: TestClient
    csrf: str

    def get(self, path: str, **query: str) -> str:
        """Open a page that has to be there."""
        page = self.client.get(path, params=query or None)
        assert page.status_code == 200, page.text
        return page.text

    def post(self, path: str, **form: str) -> httpx2.Response:
        """Send a form, and follow where it leads."""
        return self.client.post(path, data={"csrf": self.csrf, **form})

    def done(self, path: str, **form: str) -> str:
        """Send a form that has to work; return the sentence that the next page says."""
        page = self.post(path, **form)
        assert page.status_code == 200, page.text
        return said(page.text)

    def refused(self, path: str, **form: str) -> str:
        """Send a form that has to be refused on its own page; return the sentence."""
        page = self.post(path, **form)
        assert page.status_code == 422, page.text
        return said(page.text)


@dataclass
class Place:
    """A console with everything behind it."""

    app: FastAPI
    sessions: Sessions
    parts: Parts
    runs: Runs
    folder: Folder
    answering: AnsweringParts
    people: PeopleRecords
    grants: GrantRecords
    groups: GroupRecords
    answers: AnswerRecords
    sources: SourceRecords
    catalogue: Catalogue

    def visit(self, person: PersonId = ADMIN) -> Visit:
        """Sign a person in."""
        token, session = self.sessions.begin(person, {})
        client = TestClient(self.app, base_url="http://127.0.0.1:8421", client=("127.0.0.1", 50000))
        client.cookies.set("attune", token)
        return Visit(client, session.csrf)

    def fill(self, name: str = "handbook", scopes: frozenset[Scope] = EVERYONE) -> None:
        """Add a source and bring it in."""
        self.sources.add(name, URI, scopes)
        self.runs.sync(name)
        self.runs.wait(SECONDS)

    def allow(self, who: str, *names: str) -> None:
        """Grant scopes to a subject."""
        self.grants.allow(Subject(who), [Scope(name) for name in names])

    @property
    def answerer(self) -> Answerer:
        """Return what answers questions over the same records."""
        return Answerer(self.answering)


@contextmanager
def place(home: Path, *, demo: bool = False, house: House | None = None) -> Iterator[Place]:
    """Make a console in `home`, with an admin, an auditor and somebody without a role."""
    engine = open_records("", home)
    documents, grants, people = DocumentRecords(engine), GrantRecords(engine), PeopleRecords(engine)
    sources, answers = SourceRecords(engine), AnswerRecords(engine)
    house = house or House(documents, SourceTarget("handbook", URI, EVERYONE))
    for person, role in ((ADMIN, Role.ADMIN), (AUDITOR, Role.AUDITOR), (NOBODY, None)):
        people.add(person, role)
    syncing = SyncParts(home, sources, lambda *_: house.folder, documents, lambda: house.parts, lambda: house.store)
    parts = Parts(
        syncing=syncing,
        catalogue=CatalogueRecords(engine),
        grants=grants,
        people=people,
        groups=GroupRecords(engine),
        answers=answers,
        releases=ReleaseRecords(engine),
        release=lambda: RELEASE,
        invite=lambda person, role: f"http://127.0.0.1:8420/welcome/for-{person.rpartition(':')[2]}-{role}",
    )
    answering = AnsweringParts(
        grants=grants,
        retriever=Retriever(house.store, house.embedder, documents),
        answers=answers,
        releases=ReleaseRecords(engine),
        first=RELEASE,
        model_for=lambda _: ExtractiveModel(house.embedder),
        catalogue=CatalogueRecords(engine),
    )
    sessions, runs = Sessions(FakeSessions(), hours=12), Runs(syncing)
    frame = Frame(sessions, people.role_of, demo=Demo(PersonId("web:demo:guest"), "Guest") if demo else None)
    app = build(frame, [console(parts, runs)])
    groups, catalogue = GroupRecords(engine), CatalogueRecords(engine)
    try:
        yield Place(
            app, sessions, parts, runs, house.folder, answering, people, grants, groups, answers, sources, catalogue
        )
    finally:
        runs.close()
        engine.dispose()


def text(page: str) -> str:
    """Return what a page says, without its tags and with one space between words."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def said(page: str) -> str:
    """Return the sentence of the page's notice."""
    found = re.findall(r'<(?:div|p) class="notice[^>]*>.*?<span[^>]*>(.*?)</span>', page, re.DOTALL)
    return text(found[0]) if found else ""
