"""Groups of people, as subjects of grants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from bot.console import known
from bot.console.desk import Desk, Text, Who
from bot.console.notices import Act, Notice
from bot.console.people import LOCAL
from bot.console.subjects import Named, listed, somebody, split
from bot.domain import Scope, Subject, person, subject
from bot.errors import AttuneError
from bot.web.errors import NothingNamed
from bot.web.visitor import Visitor

_BLANK: Final[Mapping[str, str]] = {"group": "", "members": ""}


@dataclass(frozen=True, slots=True)
class Row:
    """A group with who is in it and what it is granted."""

    name: str
    members: Sequence[Named]
    scopes: Sequence[Scope]


def routes(desk: Desk) -> APIRouter:
    """Return the page of the groups, and what is done on it."""
    router = APIRouter(prefix="/groups")
    pages = _Pages(desk)
    router.get("")(pages.all)
    router.post("/add")(pages.add)
    router.post("/remove")(pages.remove)
    return router


class _Pages:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._groups = desk.parts.groups

    def all(self, request: Request, who: Who) -> HTMLResponse:
        return self._list(request, who)

    def add(self, request: Request, who: Who, group: Text = "", members: Text = "") -> Response:
        try:
            name = subject(f"group:{group}").removeprefix("group:") if group.strip() else ""
            joining = [person(one, LOCAL) for one in split(members)]
            if not name or not joining:
                raise NothingNamed(what="the group and at least one person")
            before = set(known.identities(self._desk.parts))
            self._groups.add(name, joining)
        except AttuneError as error:
            return self._list(request, who, str(error), {"group": group, "members": members})
        text = f"{listed(map(somebody, joining))} {'is' if len(joining) == 1 else 'are'} in {name} now."
        new = [one for one in joining if one not in before]
        undo = Act("Undo", "/groups/remove", {"group": name, "member": joining[0]}) if len(joining) == 1 else None
        if not new:
            return self._desk.back(who, "/groups", Notice(text, act=undo))
        text = f"{text} {listed(map(somebody, new))} {'was' if len(new) == 1 else 'were'} not known here before:"
        return self._desk.back(who, "/groups", Notice(f"{text} check the spelling.", "waiting", act=undo))

    def remove(self, request: Request, who: Who, group: Text = "", member: Text = "") -> Response:
        try:
            leaving = person(member, LOCAL)
            left = self._groups.remove(group, [leaving])
        except AttuneError as error:
            return self._list(request, who, str(error))
        if not left:
            return self._desk.back(who, "/groups", Notice(f"{somebody(leaving).name} was not in {group}.", "waiting"))
        undo = Act("Undo", "/groups/add", {"group": group, "members": leaving})
        return self._desk.back(who, "/groups", Notice(f"{somebody(leaving).name} is no longer in {group}.", act=undo))

    def _list(
        self, request: Request, who: Visitor, problem: str = "", typed: Mapping[str, str] = _BLANK
    ) -> HTMLResponse:
        scopes_of = self._desk.parts.grants.scopes_of
        rows = [
            Row(name, [somebody(one) for one in sorted(members)], sorted(scopes_of([Subject(f"group:{name}")])))
            for name, members in self._groups.all().items()
        ]
        return self._desk.show(
            request,
            who,
            "console_groups.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
            rows=rows,
            problem=problem,
            typed=typed,
            identities=known.identities(self._desk.parts),
        )
