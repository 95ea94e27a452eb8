"""Whatever went wrong becomes one sentence: on a page, or in a fragment where a page is open already."""

from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse
from starlette.exceptions import HTTPException

from bot.errors import AttuneError, BadInput, HomeError, ModelError, NotFound, SourceError, StoreError
from bot.web.errors import BadRequest, NotHere, NotSignedIn, OtherPerson, TooOften, WebError
from bot.web.pages import render
from bot.web.visitor import is_fragment, local, sign_in_address

_LATER: Final = "Attune cannot do this right now: please try again in a minute. The log says more."
_SENTENCES: Final[dict[int, str]] = {
    HTTPStatus.NOT_FOUND: NotHere.sentence,
    HTTPStatus.METHOD_NOT_ALLOWED: "This address cannot be used like that: please start again from the first page.",
}

log = structlog.get_logger()


def told(request: Request, error: Exception) -> Response:
    """Return the answer to a request that ended with this error."""
    if isinstance(error, NotSignedIn):
        return _signing_in(request, error)
    if isinstance(error, RequestValidationError):
        error = BadRequest(why=_complaint(error))
    status, sentence = _said(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("web.failed", status=status, exc_info=error)
    heading = "Nothing here for you" if status == NotHere.status else "That did not work"
    headers = {"Retry-After": str(error.seconds)} if isinstance(error, TooOften) else {}
    if isinstance(error, HTTPException):
        headers |= error.headers or {}
    reload = _came_from(request) if isinstance(error, OtherPerson) else ""
    return _page(request, status, sentence, headers, heading=heading, reload=reload)


def _page(request: Request, status: int, sentence: str, headers: dict[str, str], **shown: str) -> Response:
    if "text/event-stream" in request.headers.get("accept", ""):
        return PlainTextResponse(sentence, status, headers)
    template = "_error.html" if is_fragment(request) else "error.html"
    response = render(request, template, status=status, sentence=sentence, back=_came_from(request), **shown)
    response.headers.update(headers)
    return response


def _came_from(request: Request) -> str:
    """Return the page of ours that led here; where there is none, or it is this one, the first one."""
    try:
        shown = urlsplit(request.headers.get("hx-current-url") or request.headers.get("referer", ""))
    except ValueError:  # no address at all, such as http://[
        return "/"
    path = f"{shown.path}?{shown.query}" if shown.query else shown.path
    ours = shown.netloc == request.url.netloc and (shown.path != request.url.path or is_fragment(request))
    return local(path) if ours else "/"


def _signing_in(request: Request, error: NotSignedIn) -> Response:
    address = sign_in_address(request)
    if is_fragment(request):
        return _page(request, error.status, str(error), {"HX-Redirect": address})
    if "text/event-stream" in request.headers.get("accept", ""):
        return PlainTextResponse(str(error), error.status)
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def _said(error: Exception) -> tuple[int, str]:
    status, sentence = int(HTTPStatus.INTERNAL_SERVER_ERROR), AttuneError.sentence
    match error:
        case WebError():
            status, sentence = error.status, str(error)
        case NotFound():
            status, sentence = NotHere.status, NotHere.sentence  # theirs names what is missing, and commands
        case BadInput():
            status, sentence = HTTPStatus.BAD_REQUEST, str(error)
        case SourceError():
            status, sentence = HTTPStatus.BAD_GATEWAY, str(error)
        case HomeError() | StoreError() | ModelError():
            status, sentence = HTTPStatus.SERVICE_UNAVAILABLE, _LATER  # theirs name folders and servers
        case HTTPException():
            why = HTTPStatus(error.status_code).phrase.lower()
            status, sentence = error.status_code, _SENTENCES.get(error.status_code) or str(BadRequest(why=why))
    return status, sentence


def _complaint(error: RequestValidationError) -> str:
    first = error.errors()[0]
    name = str(first["loc"][-1])
    return f"{name} is missing" if first["type"] == "missing" else f"{name} is not what it should be"
