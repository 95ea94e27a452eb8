"""The way in and out: the sign-in page, one-time links, the provider's button, signing out."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from bot.accounts import Accounts
from bot.domain import PersonId
from bot.web.attempts import Attempts
from bot.web.errors import BadName, NotSignedIn, SignInFailed, TooOften, WeakPassword, WebError, WrongPassword
from bot.web.guard import form_token
from bot.web.invitations import Invitations
from bot.web.oidc import Provider
from bot.web.pages import render
from bot.web.passwords import SHORTEST, Passwords, local_person, name_of
from bot.web.visitor import begin, current, end, frame_of, local

_BACK: Final = "/sign-in/oidc/done"

log = structlog.get_logger()


def _nothing(*of: object) -> None:
    del of


@dataclass(frozen=True, slots=True)
class Entrance:
    """What people come in with."""

    accounts: Accounts
    passwords: Passwords
    invitations: Invitations
    attempts: Attempts = field(default_factory=Attempts)
    provider: Provider | None = None
    assign_groups: Callable[[PersonId, Collection[str]], object] = _nothing
    """Makes these the groups of an identity, and no others."""
    joined: Callable[[PersonId], object] = _nothing
    """Told of everybody who gets a first password."""


def router(entrance: Entrance) -> APIRouter:
    """Return the pages that somebody sees before being signed in, and the way out."""
    made = APIRouter()

    @made.get("/sign-in")
    def page(request: Request, target: Annotated[str, Query(alias="next")] = "/") -> Response:
        if current(request) is not None:
            return _led_to(target)
        ended = frame_of(request).cookie_name() in request.cookies
        return _page(request, entrance, target, sentence=NotSignedIn.sentence if ended else "")

    @made.post("/sign-in")
    def sign_in(
        request: Request,
        name: Annotated[str, Form()],
        password: Annotated[str, Form()],
        target: Annotated[str, Form(alias="next")] = "/",
    ) -> Response:
        try:
            person = _recognised(request, entrance, name, password)
        except WebError as error:
            return _page(request, entrance, target, error=error, name=name)
        begin(request, person, {"name": name_of(person)})
        return _led_to(target)

    @made.post("/sign-out")
    def sign_out(request: Request) -> Response:
        end(request)
        return RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)

    _add_welcome(made, entrance)
    if entrance.provider is not None:
        _add_provider(made, entrance, entrance.provider)
    return made


def _add_welcome(made: APIRouter, entrance: Entrance) -> None:
    @made.get("/welcome/{token}")
    def welcome(request: Request, token: str) -> Response:
        return _welcome(request, entrance.invitations.find(token).person)

    @made.post("/welcome/{token}")
    def accept(
        request: Request, token: str, password: Annotated[str, Form()], again: Annotated[str, Form()]
    ) -> Response:
        person = entrance.invitations.find(token).person
        new = entrance.accounts.password(person) is None
        try:
            entrance.invitations.accept(token, _typed_twice(password, again), entrance.passwords)
        except WeakPassword as error:
            return _welcome(request, person, error)
        if new:
            entrance.joined(person)
        frame_of(request).sessions.end_all(person)
        begin(request, person, {"name": name_of(person)})
        log.info("invitation_used")
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)


def _add_provider(made: APIRouter, entrance: Entrance, provider: Provider) -> None:
    @made.get("/sign-in/oidc")
    async def leave(request: Request, target: Annotated[str, Query(alias="next")] = "/") -> Response:
        try:
            return await provider.send(request, _base(request) + _BACK, local(target))
        except SignInFailed as error:
            return await run_in_threadpool(_page, request, entrance, target, error=error)

    @made.get(_BACK)
    async def arrive(request: Request) -> Response:
        try:
            arrival = await provider.arrive(request)
        except SignInFailed as error:
            return await run_in_threadpool(_page, request, entrance, "/", error=error)

        def enter() -> None:
            if arrival.groups is not None:
                entrance.assign_groups(arrival.person, arrival.groups)
            begin(request, arrival.person, {"name": arrival.name}, renewable=False)

        await run_in_threadpool(enter)
        return _led_to(arrival.next)


def _typed_twice(password: str, again: str) -> str:
    if password != again:
        raise WeakPassword(why="the two are not the same")
    return password


def _recognised(request: Request, entrance: Entrance, name: str, password: str) -> PersonId:
    try:
        person = local_person(name)
    except BadName:
        person = None
    address = request.client.host if request.client else ""
    entrance.attempts.count(person or "", address)
    if not entrance.passwords.right(person, password) or person is None:
        entrance.attempts.failed(address)
        raise WrongPassword
    entrance.attempts.succeeded(person, address)
    return person


def _page(
    request: Request,
    entrance: Entrance,
    target: str,
    *,
    error: WebError | None = None,
    sentence: str = "",
    name: str = "",
) -> Response:
    status = HTTPStatus.OK if error is None else error.status
    context = {
        "sentence": sentence if error is None else str(error),
        "name": name,
        "next": local(target),
        "provider": entrance.provider.host if entrance.provider else "",
        "local": entrance.accounts.any(),
        "csrf": form_token(request),
    }
    response = render(request, "sign_in.html", status=status, **context)
    if isinstance(error, TooOften):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _welcome(request: Request, person: PersonId, error: WeakPassword | None = None) -> Response:
    status = HTTPStatus.OK if error is None else error.status
    context = {"name": name_of(person), "shortest": SHORTEST, "sentence": str(error or ""), "csrf": form_token(request)}
    return render(request, "welcome.html", status=status, **context)


def _led_to(target: str) -> Response:
    return RedirectResponse(local(target), HTTPStatus.SEE_OTHER)


def _base(request: Request) -> str:
    return frame_of(request).url.rstrip("/") or str(request.base_url).rstrip("/")
