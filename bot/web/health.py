"""Whether the process lives, and whether it can answer; asked by programs, without a sign-in."""

from collections.abc import Callable, Mapping

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.routing import Route

from bot.errors import AttuneError

log = structlog.get_logger()


def add_health(app: FastAPI, checks: Mapping[str, Callable[[], object]]) -> None:
    """Add /healthz (the process is up) and /readyz (every check passes) to a door.

    A check is a part's name and a call that raises where the part cannot be used; why it cannot is logged,
    not shown.
    """

    def alive(request: Request) -> JSONResponse:
        del request
        return JSONResponse({"ok": True})

    def ready(request: Request) -> JSONResponse:
        del request
        failing = [name for name, check in checks.items() if not _passes(name, check)]
        return JSONResponse({"ready": not failing, "failing": failing}, status_code=503 if failing else 200)

    # Routes of Starlette's, not of FastAPI's: these need no session, so none is looked up for them.
    app.router.routes += [Route("/healthz", alive), Route("/readyz", ready)]


def _passes(name: str, check: Callable[[], object]) -> bool:
    try:
        check()
    except AttuneError as error:
        log.warning("not_ready", part=name, error=type(error).__name__)
        return False
    return True
