"""The health door: whether the process lives, and whether it can answer."""

from collections.abc import Callable, Mapping
from typing import Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from bot.errors import AttuneError

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

log = structlog.get_logger()


def health(checks: Mapping[str, Callable[[], object]]) -> FastAPI:
    """Return an application with /healthz (the process is up) and /readyz (every check passes).

    A check is a part's name and a call that raises where the part cannot be used; why it cannot is logged,
    not shown.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.middleware("http")
    async def secure(request: Request, call_next: Callable[[Request], object]) -> Response:
        response: Response = await call_next(request)  # type: ignore[misc]  # Starlette types it as a Protocol
        response.headers.update(_HEADERS)
        return response

    @app.get("/healthz")
    def alive() -> Mapping[str, bool]:
        return {"ok": True}

    @app.get("/readyz")
    def ready() -> JSONResponse:
        failing = [name for name, check in checks.items() if not _passes(name, check)]
        return JSONResponse({"ready": not failing, "failing": failing}, status_code=503 if failing else 200)

    return app


def _passes(name: str, check: Callable[[], object]) -> bool:
    try:
        check()
    except AttuneError as error:
        log.warning("not_ready", part=name, error=type(error).__name__)
        return False
    return True
