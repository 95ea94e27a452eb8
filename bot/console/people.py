"""People: who is known, under which identities, and what each may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from bot.console import known
from bot.console.desk import Asked, Desk, Text, Who
from bot.console.notices import Act, Notice
from bot.console.subjects import Named, face, somebody
from bot.domain import PersonId, Role, person
from bot.errors import AttuneError, NotFound
from bot.web.errors import LastAdmin, NotHere, NothingNamed, OwnIdentity
from bot.web.visitor import Visitor

LOCAL: Final = "web:local"
"""Where a name without a platform is from on these pages: a web account with a password."""
_BLANK: Final[Mapping[str, str]] = {"who": "", "role": "", "first": "", "second": ""}


@dataclass(frozen=True, slots=True)
class Row:
    """A person as a line of the list."""

    identities: Sequence[Named]
    role: Role | None
    groups: Sequence[str]
    asked: datetime | None
    account: str
    """The identity that signs in with a password, empty where there is none."""


def routes(desk: Desk) -> APIRouter:
    """Return the page of the people, and what is done on it."""
    router = APIRouter(prefix="/people")
    pages = _Pages(desk)
    router.get("")(pages.all)
    router.post("/add")(pages.add)
    router.post("/role")(pages.role)
    router.post("/link")(pages.link)
    router.post("/unlink")(pages.unlink)
    router.post("/invite")(pages.invite)
    return router


class _Pages:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._people = desk.parts.people

    def all(self, request: Request, who: Who, q: Asked = "") -> HTMLResponse:
        return self._list(request, who, q=q)

    def add(self, request: Request, who: Who, name: Text = "", role: Text = "", invite: Text = "") -> Response:
        try:
            identity = self._identity(name)
            self._give(identity, _role(role))
            if invite and self._desk.parts.invite and identity.startswith(f"{LOCAL}:"):
                return self._invited(who, identity, _role(role))
        except AttuneError as error:
            return self._list(request, who, problem=str(error), typed={**_BLANK, "who": name, "role": role})
        return self._desk.back(who, "/people", Notice(f"{somebody(identity).name} is known now: {_said(_role(role))}."))

    def role(self, request: Request, who: Who, name: Text = "", role: Text = "") -> Response:
        try:
            identity = self._identity(name)
            before = self._people.role_of(identity)
            self._give(identity, _role(role))
        except AttuneError as error:
            return self._list(request, who, problem=str(error))
        undo = Act("Undo", "/people/role", {"name": identity, "role": before or ""})
        text = f"{somebody(identity).name} now has {_said(_role(role))}."
        return self._desk.back(who, "/people", Notice(text, act=undo))

    def link(self, request: Request, who: Who, first: Text = "", second: Text = "") -> Response:
        try:
            one, two = self._identity(first), self._identity(second)
            self._people.link(one, two)
        except AttuneError as error:
            typed = {**_BLANK, "first": first, "second": second}
            return self._list(request, who, problem=str(error), typed=typed)
        both = " and ".join(f"{each.name} ({each.place})" for each in map(somebody, (one, two)))
        text = f"{both} are one person now, with the grants, groups and votes of both: "
        return self._desk.back(who, "/people", Notice(text + _said(self._people.role_of(one)) + "."))

    def unlink(self, request: Request, who: Who, name: Text = "") -> Response:
        try:
            identity = self._identity(name)
            if identity == who.person:
                raise OwnIdentity(person=somebody(identity).name)
            others = sorted(self._people.get(identity).identities - {identity})
            self._people.unlink(identity)
        except AttuneError as error:
            return self._list(request, who, problem=_sentence(error))
        undo = Act("Undo", "/people/link", {"first": others[0], "second": identity}) if others else None
        alone = somebody(identity)
        text = f"{alone.name} ({alone.place}) is a person of its own now, without a role."
        return self._desk.back(who, "/people", Notice(text, act=undo))

    def invite(self, request: Request, who: Who, name: Text = "") -> Response:
        try:
            identity = self._identity(name)
            return self._invited(who, identity, None)
        except AttuneError as error:
            return self._list(request, who, problem=str(error))

    def _invited(self, who: Visitor, identity: PersonId, role: Role | None) -> Response:
        """Show a link once: whoever has it can set the password."""
        if self._desk.parts.invite is None or not identity.startswith(f"{LOCAL}:"):
            raise NotHere
        link = self._desk.parts.invite(identity, role)
        text = f"Give this link to {somebody(identity).name}: it works once, sets the password, and is shown only now."
        return self._desk.back(who, "/people", Notice(text, "waiting", link=link))

    def _identity(self, name: str) -> PersonId:
        if not name.strip():
            raise NothingNamed(what="the person")
        return person(name, LOCAL)

    def _give(self, identity: PersonId, role: Role | None) -> None:
        if not self._people.set_role(identity, role):
            raise LastAdmin(person=somebody(identity).name)

    def _list(
        self,
        request: Request,
        who: Visitor,
        *,
        q: str = "",
        problem: str = "",
        typed: Mapping[str, str] = _BLANK,
    ) -> HTMLResponse:
        rows = [row for row in self._rows() if _matches(row, q)]
        return self._desk.show(
            request,
            who,
            "console_people.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
            rows=rows,
            q=q,
            problem=problem,
            typed=typed,
            roles=list(Role),
            invites=self._desk.parts.invite is not None,
            identities=known.identities(self._desk.parts),
        )

    def _rows(self) -> list[Row]:
        asked = self._desk.parts.catalogue.last_asked()
        return [
            Row(
                [somebody(identity) for identity in face(one.identities)],
                one.role,
                sorted(one.groups),
                max((asked[identity] for identity in one.identities if identity in asked), default=None),
                next((identity for identity in sorted(one.identities) if identity.startswith(f"{LOCAL}:")), ""),
            )
            for one in self._people.all()
        ]


def _matches(row: Row, q: str) -> bool:
    text = " ".join([*(one.id for one in row.identities), row.role or "", *row.groups]).casefold()
    return all(word in text for word in q.casefold().split())


def _role(text: str) -> Role | None:
    return Role(text) if text in set(Role) else None


def _said(role: Role | None) -> str:
    return f"the role {role}" if role else "no role"


def _sentence(error: AttuneError) -> str:
    return (
        f"{somebody(PersonId(str(error.facts['name']))).name} is not known here."
        if isinstance(error, NotFound)
        else str(error)
    )
