"""A web door over real records, and browsers in front of it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

from argon2 import PasswordHasher
from fastapi import APIRouter, Depends, FastAPI, Form
from fastapi.responses import PlainTextResponse
from fastapi.testclient import TestClient

from bot.domain import PersonId, Role
from bot.records.accounts import AccountRecords
from bot.records.engine import open_records
from bot.records.groups import GroupRecords
from bot.records.people import PeopleRecords
from bot.records.sessions import SessionRecords
from bot.web.app import build
from bot.web.attempts import Attempts
from bot.web.frame import Frame
from bot.web.invitations import Invitations
from bot.web.oidc import Provider
from bot.web.passwords import Passwords, local_person
from bot.web.sessions import Clock, Sessions, now
from bot.web.signin import Entrance, router
from bot.web.visitor import Visitor, admin, visitor

ANN = PersonId("web:local:ann")
PASSWORD = "correct horse battery"  # noqa: S105 - an example
URL = "http://127.0.0.1:8420"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
Who = Annotated[Visitor, Depends(visitor)]
Chief = Annotated[Visitor, Depends(admin)]


@dataclass(frozen=True)
class WebDoor:
    """An application with the parts behind it."""

    app: FastAPI
    frame: Frame
    people: PeopleRecords
    groups: GroupRecords
    invitations: Invitations
    sessions: SessionRecords

    def browser(self, *, url: str = "", client: str = "127.0.0.1") -> TestClient:
        """Return a browser without cookies, which follows no redirects."""
        base = url or self.frame.url or URL
        return TestClient(self.app, base_url=base, follow_redirects=False, client=(client, 50000))

    def invited(self, name: str = "ann", role: Role | None = None) -> str:
        """Return the path of a link for somebody."""
        return self.invitations.invite(local_person(name), role)

    def joined(self, name: str = "ann", role: Role | None = None) -> TestClient:
        """Return the browser of somebody who has just set a password."""
        browser, link = self.browser(), self.invited(name, role)
        form = {"csrf": csrf(browser, link), "password": PASSWORD, "again": PASSWORD}
        assert browser.post(link, data=form).headers["location"] == "/"
        return browser

    def signed_in(self, name: str = "ann", **fields: str) -> TestClient:
        """Return a browser whose person typed name and password."""
        browser = self.browser()
        form = {"csrf": csrf(browser), "name": name, "password": PASSWORD, **fields}
        assert browser.post("/sign-in", data=form).status_code == 303
        return browser


@contextmanager
def opened(
    home: Path,
    *,
    attempts: Attempts | None = None,
    provider: Provider | None = None,
    clock: Clock = now,
    dressed: Callable[[Frame], Frame] = lambda frame: frame,
) -> Iterator[WebDoor]:
    """Open a door whose records live in `home`; `dressed` changes what it is built with."""
    engine = open_records("", home)
    people, groups, accounts = PeopleRecords(engine), GroupRecords(engine), AccountRecords(engine)
    invitations = Invitations(accounts, clock)
    entrance = Entrance(
        accounts, Passwords(accounts, QUICK), invitations, attempts or Attempts(), provider, groups.assign
    )
    store = SessionRecords(engine)
    frame = dressed(Frame(Sessions(store, 12, clock), people.role_of))
    routers = [pages()] if frame.demo else [pages(), router(entrance)]
    try:
        yield WebDoor(build(frame, routers), frame, people, groups, invitations, store)
    finally:
        engine.dispose()


def pages() -> APIRouter:
    """Return pages that show what a door does around them."""
    made = APIRouter()

    @made.get("/")
    def home(who: Who) -> PlainTextResponse:
        return PlainTextResponse(f"{who.person} {who.name} {who.role or 'no role'} {who.csrf}")

    @made.post("/notes")
    def note(who: Who, text: Annotated[str, Form()]) -> PlainTextResponse:
        return PlainTextResponse(f"{who.person}: {text[:40]}")

    @made.get("/admin")
    @made.post("/admin")
    def only(who: Chief) -> PlainTextResponse:
        return PlainTextResponse(who.name)

    @made.get("/broken")
    def broken() -> None:
        raise ZeroDivisionError("canary")

    return made


def csrf(browser: TestClient, path: str = "/sign-in") -> str:
    """Return the token in the form of a page."""
    found = re.search(r'name="csrf" value="([^"]+)"', browser.get(path).text)
    assert found, f"{path} holds no form"
    return found[1]


def own_csrf(browser: TestClient) -> str:
    """Return the token of a browser's session."""
    return browser.get("/").text.rpartition(" ")[2]


def secure(frame: Frame) -> Frame:
    """Put the door behind https."""
    return replace(frame, url="https://attune.example.org")


class Turned:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.at: datetime = now()

    def __call__(self) -> datetime:
        return self.at
