"""Who a request comes from: the session in its cookie, as a visitor that pages can be made for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlsplit

from fastapi import Request, Response

from bot.accounts import Session
from bot.domain import PersonId, Role
from bot.web.errors import NotAllowed, NotSignedIn
from bot.web.frame import Frame

SAFE: Final = frozenset({"GET", "HEAD"})
"""Methods that change nothing."""
MADE_FOR: Final = "x-person"
"""The header in which a page of the demo says for whom it was made."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person for whom a page is made."""

    person: PersonId
    name: str
    role: Role | None
    csrf: str
    demo: bool


def visitor(request: Request) -> Visitor:
    """Return who this is; raises `NotSignedIn`, which leads to the sign-in page and back."""
    known: Visitor | None = getattr(request.state, "visitor", None)
    if known is not None:
        return known
    session = current(request)
    if session is None:
        raise NotSignedIn
    frame = frame_of(request)
    role = frame.demo.role if frame.demo else frame.role_of(session.person)
    name = session.claims.get("name") or session.person.rpartition(":")[2]
    found = Visitor(session.person, name, role, session.csrf, demo=frame.demo is not None)
    request.state.visitor = found
    return found


def remember(request: Request, who: Visitor) -> None:
    """Have whatever this request ends in be made for this visitor."""
    request.state.visitor = who


def admin(request: Request) -> Visitor:
    """Return who this is, if it is an admin, or an auditor who only looks; raises `NotAllowed`."""
    known = visitor(request)
    looking = known.role is Role.AUDITOR and request.method in SAFE
    if known.role is not Role.ADMIN and not looking:
        raise NotAllowed(role=Role.ADMIN)
    return known


def frame_of(request: Request) -> Frame:
    """Return what the request's door was built with."""
    frame: Frame = request.app.state.frame
    return frame


def current(request: Request) -> Session | None:
    """Return the session of this request, None where nobody is signed in; looked up once.

    In the demo everybody is: a browser that comes without a session gets one.
    """
    if hasattr(request.state, "session"):
        known: Session | None = request.state.session
        return known
    frame = frame_of(request)
    session = frame.sessions.find(request.cookies.get(frame.cookie_name(), ""))
    if session is None and frame.demo and request.method in SAFE:
        session = begin(request, frame.demo.person, {"name": frame.demo.name})
    request.state.session = session
    return session


def is_signed_in(request: Request) -> bool:
    """Say whether the visitor of a request that takes long is still signed in; looked up each time."""
    frame = frame_of(request)
    return frame.demo is not None or frame.sessions.find(request.cookies.get(frame.cookie_name(), "")) is not None


def begin(request: Request, person: PersonId, claims: Mapping[str, str], *, renewable: bool = True) -> Session:
    """Sign a person in on this browser, under a new token; an earlier session of it ends."""
    frame = frame_of(request)
    frame.sessions.end(request.cookies.get(frame.cookie_name(), ""))
    token, session = frame.sessions.begin(person, claims, renewable=renewable)
    request.state.session = session
    leave_cookie(request, frame.cookie_name(), token, until=session.expires)
    return session


def end(request: Request) -> None:
    """Sign out on this browser."""
    frame = frame_of(request)
    frame.sessions.end(request.cookies.get(frame.cookie_name(), ""))
    request.state.session = None
    leave_cookie(request, frame.cookie_name(), "")


def leave_cookie(request: Request, name: str, value: str, until: datetime | None = None) -> None:
    """Have the response to this request set a cookie that only we can read; an empty value removes it."""
    made = Response()
    secure = frame_of(request).secure
    age = None if value else 0
    made.set_cookie(name, value, max_age=age, expires=until, secure=secure, httponly=True, samesite="lax")
    cookies_of(request).append(made.headers["set-cookie"])


def cookies_of(request: Request) -> list[str]:
    """Return the Set-Cookie lines that the response will carry."""
    if not hasattr(request.state, "cookies"):
        request.state.cookies = []
    lines: list[str] = request.state.cookies
    return lines


def sign_in_address(request: Request) -> str:
    """Return the address of the sign-in page that leads back to where the visitor is."""
    shown = request.headers.get("hx-current-url") or request.headers.get("referer", "")
    try:
        back = urlsplit(str(request.url) if request.method in SAFE and not is_fragment(request) else shown)
    except ValueError:  # no address at all, such as http://[
        back = urlsplit("/")
    path = f"{back.path or '/'}?{back.query}" if back.query else back.path or "/"
    return f"/sign-in?next={quote(path, safe='/')}"


def is_fragment(request: Request) -> bool:
    """Say whether htmx asks for a part of a page that is open already."""
    return request.headers.get("hx-request") == "true" and "hx-history-restore-request" not in request.headers


def local(path: str) -> str:
    """Return a path of ours that somebody may be led to, '/' for everything else.

    Browsers read a backslash as a slash and leave out white space and control characters.
    """
    plain = path.startswith("/") and not path.startswith("//") and path.isprintable()
    if not plain or "\\" in path or any(character.isspace() for character in path):
        return "/"
    return "/" if urlsplit(path).netloc or urlsplit(path).path.startswith(("/sign-in", "/welcome")) else path
