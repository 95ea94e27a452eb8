"""`attune serve`: the doors, until it is told to stop."""

import errno
import signal
import socket
import sys
from typing import NoReturn

import structlog
import uvicorn
from fastapi import FastAPI

from bot.commands import output
from bot.commands.options import Home
from bot.errors import PortTaken, WrongSetting
from bot.home import held
from bot.web.health import health
from bot.wiring import opened

_GRACE = 5
"""Seconds that running requests have to finish after a signal."""

log = structlog.get_logger()


def serve(home: Home = None) -> None:
    """Run the doors until Ctrl-C or SIGTERM; in this version the health door, with /healthz and /readyz.

    Example: ATTUNE_WEB_PORT=8420 attune serve
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    with opened(home, server=True) as parts, held(parts.home, "serve", "serving"):
        app = health({"records": parts.schema, "store": parts.reach_store})
        host, port = parts.settings.web_host, parts.settings.web_port
        with _listening(host, port) as listener:
            parts.schema()
            output.say(f"http://{host}:{port}/readyz says whether all is well; Ctrl-C stops it.")
            log.info("serving", host=host, port=port)
            uvicorn.Server(_config(app)).run(sockets=[listener])


def _leave(number: int, frame: object) -> NoReturn:
    """End with exit code 0; while requests run, the server takes the signal and finishes them first."""
    del number, frame
    log.info("stopped")
    sys.exit(0)


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, lifespan="off", timeout_graceful_shutdown=_GRACE
    )


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port=port, host=host, setting="ATTUNE_WEB_PORT") from error
        name, given = ("ATTUNE_WEB_PORT", port) if error.errno == errno.EACCES else ("ATTUNE_WEB_HOST", host)
        raise WrongSetting(name=name, given=given, why=(error.strerror or str(error)).lower()) from error
