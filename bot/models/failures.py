"""What can go wrong with a model's server, put into our errors: httpx's exceptions and the server's own answers."""

import json
import re
from collections.abc import Mapping
from typing import Final

import httpx

from bot.errors import ModelError, ModelRefused, ModelTooSlow, ModelUnreachable
from bot.reasons import reason

_BROKE: Final = "the connection broke off"
_ADDRESS: Final = "ATTUNE_MODEL_URL must be an address that begins with http:// or https://"
_OURS: Final = "the request could not be made; this is a fault in Attune"

WHY: Final[Mapping[type[Exception], tuple[type[ModelError], str]]] = {
    httpx.ConnectError: (ModelUnreachable, "nothing answers there"),
    httpx.ConnectTimeout: (ModelUnreachable, "no connection came about in time"),
    httpx.ProxyError: (ModelUnreachable, "the proxy between here and there refuses"),
    httpx.ReadError: (ModelUnreachable, _BROKE),
    httpx.WriteError: (ModelUnreachable, _BROKE),
    httpx.CloseError: (ModelUnreachable, _BROKE),
    httpx.NetworkError: (ModelUnreachable, _BROKE),
    httpx.RemoteProtocolError: (ModelUnreachable, _BROKE),
    httpx.ProtocolError: (ModelUnreachable, _BROKE),
    httpx.TransportError: (ModelUnreachable, _BROKE),
    httpx.RequestError: (ModelUnreachable, _BROKE),
    httpx.HTTPError: (ModelUnreachable, _BROKE),
    httpx.UnsupportedProtocol: (ModelUnreachable, _ADDRESS),
    httpx.InvalidURL: (ModelUnreachable, _ADDRESS),
    httpx.TimeoutException: (ModelTooSlow, ""),
    httpx.ReadTimeout: (ModelTooSlow, ""),
    httpx.WriteTimeout: (ModelTooSlow, ""),
    httpx.PoolTimeout: (ModelTooSlow, ""),
    httpx.DecodingError: (ModelRefused, "its answer cannot be unpacked"),
    httpx.TooManyRedirects: (ModelRefused, "it redirects without end"),
    httpx.HTTPStatusError: (ModelRefused, "it answered with an error"),
    httpx.LocalProtocolError: (ModelRefused, _OURS),
    httpx.CookieConflict: (ModelRefused, _OURS),
    httpx.StreamError: (ModelRefused, _OURS),
    httpx.StreamConsumed: (ModelRefused, _OURS),
    httpx.StreamClosed: (ModelRefused, _OURS),
    httpx.ResponseNotRead: (ModelRefused, _OURS),
    httpx.RequestNotRead: (ModelRefused, _OURS),
}
"""Every exception of httpx. Its texts are not repeated, since one of them holds the header with the key."""

VENDOR: Final = tuple(WHY)


def translated(error: Exception, url: str, seconds: float) -> ModelError:
    """Return our error for one of httpx; `seconds` is what was waited for, where time ran out."""
    kind, why = next(WHY[known] for known in type(error).__mro__ if known in WHY)
    return ModelTooSlow(seconds=seconds) if kind is ModelTooSlow else kind(url=url, why=why)


def refusal(response: httpx.Response, body: bytes, url: str, model: str) -> ModelError:
    """Return our error for an answer that is no success; `body` is what there is of its text."""
    said, status = message(body), response.status_code
    if status == httpx.codes.UNAUTHORIZED:  # whose message may quote part of the key
        return ModelRefused(url=url, why="it does not accept the key: check ATTUNE_MODEL_API_KEY")
    if status == httpx.codes.FORBIDDEN:
        return ModelRefused(url=url, why=f"it forbids it ({said}): check ATTUNE_MODEL_API_KEY")
    if status == httpx.codes.NOT_FOUND:
        why = f"it has no model {model!r} ({said}): check ATTUNE_MODEL_NAME and ATTUNE_MODEL_URL"
        return ModelRefused(url=url, why=why)
    if response.is_redirect:
        there = response.next_request.url.host if response.next_request else "nowhere"
        return ModelRefused(url=url, why=f"it redirects to {there}: set ATTUNE_MODEL_URL to the address that answers")
    if response.is_server_error:
        return ModelUnreachable(url=url, why=f"it answers {status}: {said}")
    return ModelRefused(url=url, why=f"it answers {status}: {said}")


def message(body: bytes) -> str:
    """Return what an error's text says, in whichever of the usual forms, on one short line."""
    text = body.decode(errors="replace").strip()
    try:
        said = json.loads(text)
    except ValueError:
        said = "a web page" if re.match(r"<!doctype|<html", text, re.IGNORECASE) else text
    for key in ("error", "message", "detail"):
        if isinstance(said, dict) and said.get(key):
            said = said[key]
    return reason(str(said) or "nothing more")
