"""What all pages of the console share: their parts, how they are shown, how one leads to the next."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.access import grant_for
from bot.catalogue import PAGE
from bot.console import known
from bot.console.notices import Notice, Notices
from bot.console.parts import Parts
from bot.console.runs import Runs
from bot.domain import Audience, Grant, Role
from bot.web.pages import render
from bot.web.visitor import Visitor, admin

TABS: Final = {
    "/": "Start",
    "/sources": "Sources",
    "/grants": "Grants",
    "/people": "People",
    "/groups": "Groups",
    "/answers": "Answers",
}

Who = Annotated[Visitor, Depends(admin)]
Text = Annotated[str, Form()]
Asked = Annotated[str, Query()]
Number = Annotated[int, Query(ge=1, le=1_000_000)]


@dataclass(frozen=True, slots=True)
class Desk:
    """The console of one process."""

    parts: Parts
    runs: Runs
    notices: Notices = field(default_factory=Notices)

    def show(
        self, request: Request, who: Visitor, template: str, *, status: int = HTTPStatus.OK, **context: object
    ) -> HTMLResponse:
        """Return a page; it may be changed by an admin and looked at by others."""
        notice = self.notices.take(who.person, request.query_params.get("notice", ""))
        context.setdefault("notice", notice)
        return render(
            request,
            template,
            status=status,
            tabs=TABS,
            may_change=who.role is Role.ADMIN,
            page_size=PAGE,
            chat=self.parts.chat,
            **context,
        )

    def back(self, who: Visitor, to: str, notice: Notice, **query: str) -> RedirectResponse:
        """Lead to a page that says what was done."""
        query["notice"] = self.notices.put(who.person, notice)
        return RedirectResponse(address(to, **query), HTTPStatus.SEE_OTHER)

    def sees(self, who: Visitor) -> Grant | None:
        """Return what the visitor may read, as of now: an admin has no special right to read, but in the demo."""
        if who.demo:
            every = known.carried(self.parts)
            return Grant(every) if every else None
        return grant_for(Audience(members=frozenset({who.person})), self.parts.grants)


def address(path: str, **query: str | int) -> str:
    """Return an address with a query, in which names may hold anything."""
    return f"{path}?{urlencode(query, errors='replace')}" if query else path
