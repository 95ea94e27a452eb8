"""What surrounds every request: limits on what comes in, headers on what goes out, and a page when all else fails."""

import asyncio
import re
from typing import Final

import structlog
from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web import failing
from bot.web.errors import TooMuch, TooSlow, WrongHost
from bot.web.frame import LOOPBACK, Frame
from bot.web.visitor import SAFE, cookies_of

POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_HOST: Final = re.compile(r"(?P<name>\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::[0-9]{1,5})?", re.IGNORECASE)
_DRAINED: Final = 64 * 2**20
"""A body up to here is read and thrown away: a browser shows our sentence only once it has sent everything."""

_STALLED: Final = 20
"""Seconds that may pass without anything of a form arriving."""

log = structlog.get_logger()


class Door:
    """The outermost layer of a door."""

    def __init__(self, app: ASGIApp, frame: Frame) -> None:
        """Surround an application."""
        self._app = app
        self._frame = frame
        self._headers = _HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if frame.secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        started = False

        async def dressed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._dress(request, message)
            await send(message)

        try:
            self._check_host(request)
            await self._app(scope, await self._limited(request, receive), dressed)
        except Exception as error:
            if started:
                raise
            await failing.told(request, error)(scope, receive, dressed)

    def _dress(self, request: Request, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in {**self._headers, "Cache-Control": "no-store"}.items():
            headers.setdefault(name, value)
        for line in cookies_of(request):
            headers.append("Set-Cookie", line)

    def _check_host(self, request: Request) -> None:
        """Keep a page elsewhere from reaching the demo under a name that it made to mean this machine."""
        if self._frame.demo is None:
            return
        client = request.client.host if request.client else ""
        named = _HOST.fullmatch(request.headers.get("host", ""))
        if named is None or named["name"].strip("[]").lower() not in LOOPBACK or client not in LOOPBACK:
            raise WrongHost

    async def _limited(self, request: Request, receive: Receive) -> Receive:
        """Return a receive that gives the body, read already and not too large; raises `TooMuch`."""
        if request.method in SAFE:
            return receive
        limit, body, size = self._frame.body_bytes, bytearray(), 0
        announced = request.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > _DRAINED:
            raise self._too_much()
        more = True
        while more and size <= _DRAINED:
            try:
                message = await asyncio.wait_for(receive(), _STALLED)
            except TimeoutError as error:
                raise TooSlow from error
            if message["type"] == "http.disconnect":
                break
            size += len(message.get("body", b""))
            if size <= limit:
                body += message.get("body", b"")
            more = message.get("more_body", False)
        if size > limit:
            raise self._too_much()
        return _replayed(bytes(body), receive)

    def _too_much(self) -> TooMuch:
        return TooMuch(limit=f"{self._frame.body_bytes / 2**20:g} MB")


def _replayed(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replaying() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replaying
