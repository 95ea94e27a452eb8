"""Grants: who may see what, and what somebody may see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from bot.console import known
from bot.console.desk import Asked, Desk, Text, Who, address
from bot.console.notices import Act, Notice
from bot.console.people import LOCAL
from bot.console.subjects import Named, meant, named, offers, split
from bot.domain import Scope, Subject, scope, subject
from bot.errors import AttuneError
from bot.web.errors import NothingNamed
from bot.web.visitor import Visitor

_BLANK: Final[Mapping[str, str]] = {"subject": "", "scopes": ""}


@dataclass(frozen=True, slots=True)
class Row:
    """A subject with what it is granted."""

    who: Named
    scopes: Sequence[tuple[Scope, bool]]
    """Each with whether a source carries it."""
    documents: int


@dataclass(frozen=True, slots=True)
class Slip:
    """What somebody may have meant to type."""

    text: str
    offers: Sequence[Named]
    scopes: str
    valid: bool
    """Whether what was typed can be granted something as it is."""


def routes(desk: Desk) -> APIRouter:
    """Return the pages on which grants are given and taken."""
    router = APIRouter(prefix="/grants")
    pages = _Pages(desk)
    router.get("")(pages.all)
    router.post("/allow")(pages.allow)
    router.post("/revoke")(pages.revoke)
    return router


class _Pages:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._grants = desk.parts.grants

    def all(self, request: Request, who: Who, q: Asked = "") -> HTMLResponse:
        return self._list(request, who, q=q)

    def allow(self, request: Request, who: Who, to: Text = "", scopes: Text = "", anyway: Text = "") -> Response:
        typed = {"subject": to, "scopes": scopes}
        try:
            slip = None if anyway else self._slip(to, split(scopes))
            if slip:
                return self._list(request, who, typed=typed, slip=slip)
            whom, what = subject(to), [scope(name) for name in split(scopes)]
            if not what:
                raise NothingNamed(what="at least one scope")
        except AttuneError as error:
            return self._list(request, who, typed=typed, problem=str(error))
        self._grants.allow(whom, what)
        text = f"{named(whom).name} may see {', '.join(what)} from the next question on."
        undo = Act("Undo", "/grants/revoke", {"to": whom, "scopes": ", ".join(what)})
        if whom.startswith("group:") and whom.removeprefix("group:") not in self._desk.parts.groups.all():
            text = f"{text} Nobody is in the group {named(whom).name} yet: put people into it on the page Groups."
            return self._desk.back(who, "/grants", Notice(text, "waiting", act=undo))
        return self._desk.back(who, "/grants", Notice(text, act=undo))

    def revoke(self, who: Who, to: Text = "", scopes: Text = "") -> Response:
        whom, what = subject(to), [scope(name) for name in split(scopes)]
        had = [name for name in what if name in self._grants.scopes_of([whom])]
        self._grants.revoke(whom, what)
        if not had:
            return self._desk.back(who, "/grants", Notice(f"{named(whom).name} had none of these.", "waiting"))
        undo = Act("Undo", "/grants/allow", {"to": whom, "scopes": ", ".join(had), "anyway": "1"})
        text = f"{named(whom).name} may no longer see {', '.join(had)}, from the next question on."
        return self._desk.back(who, "/grants", Notice(text, act=undo))

    def _list(
        self,
        request: Request,
        who: Visitor,
        *,
        q: str = "",
        typed: Mapping[str, str] = _BLANK,
        problem: str = "",
        slip: Slip | None = None,
    ) -> HTMLResponse:
        rows = [row for row in self._rows() if _matches(row, q)]
        wrong = bool(problem or slip)
        return self._desk.show(
            request,
            who,
            "console_grants.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
            rows=rows,
            q=q,
            typed=typed,
            problem=problem,
            slip=slip,
            subjects=known.subjects(self._desk.parts),
            scopes=known.scopes(self._desk.parts),
        )

    def _rows(self) -> Iterable[Row]:
        carried = known.carried(self._desk.parts)
        spread = self._desk.parts.catalogue.spread()
        for whom, scopes in self._grants.all().items():
            seen = sum(count for held, count in spread.items() if not held.isdisjoint(scopes))
            yield Row(named(whom), [(name, name in carried) for name in sorted(scopes)], seen)

    def _slip(self, to: str, scopes: list[str]) -> Slip | None:
        """Return what may have been meant, where a name is unknown and like one that is known, or a bare one."""
        typed = to.strip()
        whom = offers(typed, known.subjects(self._desk.parts)) or _account(typed)
        names = known.scopes(self._desk.parts)
        better = {name: other for name in scopes if (other := meant(name, names))}
        if not whom and not better:
            return None
        found = ", ".join(dict.fromkeys(better.get(name, name) for name in scopes))
        return Slip(
            _said(typed, whom, list(better)),
            [named(Subject(one)) for one in whom or [typed]],
            found,
            valid=_is_subject(typed),
        )


def _said(typed: str, whom: Sequence[str], unknown: Sequence[str]) -> str:
    """Say what is not known, and what is known under more than one name."""
    bare = typed.casefold().lstrip("#@")
    short = any(one.rpartition(":")[2].casefold() == bare for one in whom) and _account(typed) != whom
    new = [*([f"'{typed}'"] if whom and not short else []), *(f"'{name}'" for name in unknown)]
    several = [f"More than one is called '{typed}'."] if short and len(whom) > 1 else []
    return " ".join(
        [*several, *([f"{' and '.join(new)} {'is' if len(new) == 1 else 'are'} not known here yet."] if new else [])]
    )


def _account(typed: str) -> list[str]:
    """Return the web account that a bare name could be; nobody has to be known before."""
    bare = typed.lstrip("@")
    if not bare or ":" in bare or typed.startswith("#") or _is_subject(typed):
        return []
    try:
        return [subject(f"user:{LOCAL}:{bare}")]
    except AttuneError:
        return []


def _is_subject(typed: str) -> bool:
    try:
        subject(typed)
    except AttuneError:
        return False
    return True


def _matches(row: Row, q: str) -> bool:
    text = " ".join([row.who.id, row.who.name, row.who.kind, *(name for name, _ in row.scopes)]).casefold()
    return all(word in text for word in q.casefold().split())


def seen_at(whom: Subject) -> str:
    """Return the address of the page that tells what a subject may see."""
    return address("/grants/seen", who=whom)
