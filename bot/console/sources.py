"""Sources: what comes in from where, for whom, and how that went."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot import syncing
from bot.catalogue import PAGE, Choice, Held
from bot.console import known
from bot.console.desk import Asked, Desk, Number, Text, Who, address
from bot.console.notices import Act, Notice
from bot.console.runs import Run
from bot.console.subjects import split
from bot.domain import Scope, scope
from bot.errors import AttuneError, HomeBusy
from bot.ports import KnownSource
from bot.web.errors import BadSource
from bot.web.visitor import Visitor

_NOTHING: Final = Held(0, 0, 0)
_LONGEST: Final = 128
_FAILURES: Final = 200
"""Failures that are shown at once; the others are found by searching."""


@dataclass(frozen=True, slots=True)
class Line:
    """A source as a line of the list."""

    source: KnownSource
    held: Held
    run: Run | None
    after: str = ""
    """The source that has to be done before this one can begin."""

    @property
    def pending(self) -> bool:
        """Say whether it comes in for the first time once another source is done."""
        return self.source.synced is None and bool(self.after) and not self.run

    @property
    def key(self) -> str:
        """Return what names the line in the page."""
        return "source-" + sha256(self.source.name.encode()).hexdigest()[:12]

    @property
    def summary(self) -> str:
        """Say what the last sync counted, but for what failed, which is said apart."""
        return ", ".join(f"{count:,} {key}" for key in syncing.COUNTED if (count := self.source.counts.get(key)))


def routes(desk: Desk) -> APIRouter:
    """Return the pages of the sources."""
    router = APIRouter(prefix="/sources")
    pages = _Pages(desk)
    router.get("")(pages.all)
    router.get("/one")(pages.one)
    router.get("/progress")(pages.progress)
    router.get("/remove")(pages.leaving)
    router.post("/add")(pages.add)
    router.post("/change")(pages.change)
    router.post("/sync")(pages.sync)
    router.post("/stop")(pages.stop)
    router.post("/remove")(pages.remove)
    return router


class _Pages:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._parts = desk.parts.syncing
        self._catalogue = desk.parts.catalogue

    def all(self, request: Request, who: Who) -> HTMLResponse:
        return self._list(request, who)

    def one(self, request: Request, who: Who, name: Asked = "", q: Asked = "", page: Number = 1) -> HTMLResponse:
        line = self._line(name)
        found = self._catalogue.documents(Choice(source=line.source.name, words=q, answered=True), (page - 1) * PAGE)
        words = q.casefold().split()
        failed = [each for each in line.source.failures if all(word in " ".join(each).casefold() for word in words)]
        return self._desk.show(
            request,
            who,
            "console_source.html",
            line=line,
            found=found,
            placed=known.placed(self._desk.parts),
            q=q,
            page=page,
            more=address("/sources/one", name=name, q=q),
            failed=failed[:_FAILURES],
            failures=len(failed),
            known=sorted(self._scopes()),
        )

    def progress(self, request: Request, who: Who, name: Asked = "", on: Asked = "") -> HTMLResponse:
        template = "console_source_row.html" if on == "list" else "console_source_run.html"
        return self._desk.show(request, who, template, line=self._line(name), watched=True)

    def add(
        self, request: Request, who: Who, name: Text = "", uri: Text = "", scopes: Text = "", sync: Text = ""
    ) -> Response:
        typed = {"name": name, "uri": uri, "scopes": scopes, "sync": sync}
        try:
            name = _name(name)
            if any(source.name == name for source in self._parts.sources.all()):
                raise BadSource(why=f"there is one called {name} already; open it to change it")
            self._desk.runs.change(name, _address(uri), _labels(scopes))
        except AttuneError as error:
            return self._list(request, who, str(error), typed)
        return self._synced(name) if sync else self._back(who, name, f"{name} was added. Sync it to bring it in.")

    def change(self, who: Who, name: Text = "", uri: Text = "", scopes: Text = "") -> Response:
        before = self._parts.sources.get(name)
        try:
            self._desk.runs.change(name, uri.strip() or before.uri, _labels(scopes))
        except AttuneError as error:
            return self._back(who, name, _why(error, name), tone="bad")
        after = self._parts.sources.get(name)
        undo = Act(
            "Undo", "/sources/change", {"name": name, "uri": before.uri, "scopes": ", ".join(sorted(before.scopes))}
        )
        carried = ", ".join(sorted(after.scopes))
        moved = "" if after.uri == before.uri else f", at {after.uri} from the next sync on"
        return self._back(who, name, f"The documents of {name} carry {carried} from now on{moved}.", act=undo)

    def sync(self, who: Who, name: Text = "", allow_deletions: Text = "") -> Response:
        del who  # an admin, which is all there is to know
        if not name:
            for source in self._parts.sources.all():
                self._desk.runs.sync(source.name)
            return RedirectResponse("/sources", HTTPStatus.SEE_OTHER)  # each line says how far it is
        return self._synced(self._parts.sources.get(name).name, allow_deletions=bool(allow_deletions))

    def stop(self, who: Who, name: Text = "") -> Response:
        self._desk.runs.stop(name)
        return self._back(who, name, f"{name} stops after the document that it is at; the next sync goes on there.")

    def leaving(self, request: Request, who: Who, name: Asked = "") -> HTMLResponse:
        return self._desk.show(request, who, "console_source_remove.html", line=self._line(name))

    def remove(self, who: Who, name: Text = "") -> Response:
        try:
            count = syncing.remove(self._parts, name)
        except HomeBusy as error:
            return self._back(who, name, _why(error, name), tone="bad")
        self._desk.runs.forget(name)
        return self._desk.back(
            who, "/sources", Notice(f"{name} is forgotten, with {count:,} document{'' if count == 1 else 's'}.")
        )

    def _synced(self, name: str, *, allow_deletions: bool = False) -> Response:
        self._desk.runs.sync(name, allow_deletions=allow_deletions)
        return RedirectResponse(address("/sources/one", name=name), HTTPStatus.SEE_OTHER)

    def _list(
        self, request: Request, who: Visitor, problem: str = "", typed: Mapping[str, str] | None = None
    ) -> HTMLResponse:
        held = self._catalogue.held()
        lines = [self._told(source, held) for source in self._parts.sources.all()]
        return self._desk.show(
            request,
            who,
            "console_sources.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
            lines=lines,
            problem=problem,
            typed=typed or {"name": "", "uri": "", "scopes": "", "sync": "1"},
            known=sorted(self._scopes()),
        )

    def _line(self, name: str) -> Line:
        return self._told(self._parts.sources.get(name), self._catalogue.held())

    def _told(self, source: KnownSource, held: Mapping[str, Held]) -> Line:
        runs = self._desk.runs
        after = runs.turn
        return Line(
            source, held.get(source.name, _NOTHING), runs.of(source.name), after if after != source.name else ""
        )

    def _scopes(self) -> frozenset[Scope]:
        carried = (source.scopes for source in self._parts.sources.all())
        return frozenset().union(*carried, *self._desk.parts.grants.all().values())

    def _back(self, who: Visitor, name: str, text: str, *, tone: str = "good", act: Act | None = None) -> Response:
        return self._desk.back(who, "/sources/one", Notice(text, tone, act), name=name)  # type: ignore[arg-type]


def _name(text: str) -> str:
    name = unicodedata.normalize("NFC", text).strip()
    if not name or not name.isprintable() or len(name) > _LONGEST:
        raise BadSource(why=f"a name has 1 to {_LONGEST} visible characters")
    return name


def _address(text: str) -> str:
    uri = text.strip()
    if not uri or not uri.isprintable():
        raise BadSource(why="it needs an address, such as /srv/handbook or s3://bucket/handbook")
    return uri


def _labels(text: str) -> frozenset[Scope]:
    labels = frozenset(scope(name) for name in split(text))
    if not labels:
        raise BadSource(why="it needs at least one scope, because only who is granted one may see its documents")
    return labels


def _why(error: AttuneError, name: str) -> str:
    if isinstance(error, HomeBusy):
        return f"{name} is being synced right now: stop that or wait for its end, then try again."
    return str(error)
