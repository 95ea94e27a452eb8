"""Serving several web doors from one process until it is told to stop."""

import asyncio
import contextlib
import errno
import resource
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Thread
from typing import Final

import uvicorn
from fastapi import FastAPI
from sse_starlette.sse import AppStatus
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.errors import PortTaken, WrongSetting

Listener = socket.socket
_GRACE: Final = 5
"""Seconds that running requests have to finish after a signal."""
_ASKING: Final = 20
"""Seconds in which a connection has to have asked something."""
_FILES: Final = 16_384
"""Files that are enough: each connection is one."""


@dataclass(frozen=True, slots=True)
class Door:
    """An application, and the socket that listens for it."""

    app: FastAPI
    listener: socket.socket


def listening(host: str, port: int, setting: str) -> socket.socket:
    """Return a socket that listens; raises `PortTaken` or `WrongSetting`, which name the port's setting."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port=port, host=host, setting=setting) from error
        name, given = (setting, port) if error.errno == errno.EACCES else ("ATTUNE_WEB_HOST", host)
        raise WrongSetting(name=name, given=given, why=(error.strerror or str(error)).lower()) from error


def run(doors: Sequence[Door], meanwhile: Callable[[], None]) -> None:
    """Serve the doors until Ctrl-C or SIGTERM, and do something in a thread once they are open.

    What `meanwhile` raises closes the doors, and is raised here.
    """
    asyncio.run(_serve(doors, meanwhile))


async def _serve(doors: Sequence[Door], meanwhile: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    servers = [_Server(_config(door.app)) for door in doors]
    failed: list[Exception] = []

    def leave() -> None:
        AppStatus.should_exit = True  # event streams end by themselves, for browsers to come back to
        for server in servers:
            server.force_exit = server.should_exit
            server.should_exit = True

    def work() -> None:
        try:
            meanwhile()
        except Exception as error:  # noqa: BLE001 - raised below, in the thread that everybody waits for
            failed.append(error)
            with contextlib.suppress(RuntimeError):  # the doors are closed already
                loop.call_soon_threadsafe(leave)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, leave)
    Thread(target=work, name="meanwhile", daemon=True).start()
    try:
        await asyncio.gather(*(server.serve([door.listener]) for server, door in zip(servers, doors, strict=True)))
    finally:
        AppStatus.should_exit = False  # it is of the whole process
    if failed:
        raise failed[0]


class _Server(uvicorn.Server):
    """A server that leaves the signals to whoever runs several of them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class _Prompt(H11Protocol):
    """A connection that is closed again where it asks nothing in time, or where there are too many."""

    most = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        if len(self.connections) > self.most:
            transport.abort()
        else:
            self.loop.call_later(_ASKING, self._hurry)

    def _hurry(self) -> None:
        if self.cycle is None:
            self.transport.close()


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=type("Prompt", (_Prompt,), {"most": _connections()}),
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=_GRACE,
    )


def _connections() -> int:
    """Return how many connections a door takes at once: a third of the files that this process may have open.

    Out of files, it could not even say that it is busy. What the system lets it have is taken first.
    """
    allowed, possible = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if possible == resource.RLIM_INFINITY else min(_FILES, possible)
    if allowed != resource.RLIM_INFINITY and allowed < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, possible))
    return wanted // 3
