"""Every request that could change something must come from a page of ours, in the same session."""

import hmac
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from bot.web.errors import Forged, NotSignedIn
from bot.web.sessions import fresh_token
from bot.web.visitor import SAFE, current, frame_of, leave_cookie

HEADER: Final = "X-CSRF-Token"
FIELD: Final = "csrf"
_OPEN: Final = ("/sign-in", "/welcome/")
"""Where forms are sent by people who are not signed in yet."""
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
_COOKIE: Final = "form"


async def protect(request: Request) -> None:
    """Raise `Forged` for a change that another site, or nobody's page, asks for."""
    session = await run_in_threadpool(current, request)
    if request.method in SAFE:
        return
    if not _from_here(request):
        raise Forged
    given = await _given(request)
    if session is not None:
        expected = session.csrf
    elif request.url.path.startswith(_OPEN):
        expected = request.cookies.get(frame_of(request).cookie_name(_COOKIE), "")
    else:
        raise NotSignedIn
    if not expected or not hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogatepass")):
        raise Forged


def form_token(request: Request) -> str:
    """Return what a form of somebody who is not signed in must carry; a cookie of this browser knows it too."""
    session = current(request)
    if session is not None:
        return session.csrf
    name = frame_of(request).cookie_name(_COOKIE)
    kept = request.cookies.get(name, "")
    if kept:
        return kept
    fresh = fresh_token()
    leave_cookie(request, name, fresh)
    return fresh


def _from_here(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    if origin is None:
        return True  # a browser that sends neither is old, and the token still decides
    try:
        given, ours = urlsplit(origin), urlsplit(frame_of(request).url)
    except ValueError:  # no address at all, such as http://[
        return False
    if ours.netloc:
        return (given.scheme, given.netloc) == (ours.scheme, ours.netloc)
    return bool(given.netloc) and given.netloc == request.headers.get("host")


async def _given(request: Request) -> str:
    header = request.headers.get(HEADER)
    if header is not None:
        return header
    if not request.headers.get("content-type", "").startswith(_FORMS):
        return ""
    field = (await request.form()).get(FIELD, "")
    return "" if isinstance(field, UploadFile) else field
