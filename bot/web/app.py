"""Building a web door: routers behind one guard, static files, and one way to fail."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.errors import AttuneError
from bot.web import failing
from bot.web.door import Door
from bot.web.frame import Frame
from bot.web.guard import protect
from bot.web.pages import STATIC

_FOREVER: Final = "public, max-age=31536000, immutable"


def build(frame: Frame, routers: Sequence[APIRouter]) -> FastAPI:
    """Return an application with these routers, every one of them protected in the same way."""
    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # such a redirect would lead to whatever host the request names
        dependencies=[Depends(protect)],
    )
    app.state.frame = frame
    app.mount("/static", GZipMiddleware(_Static(directory=STATIC)), name="static")
    for router in routers:
        app.include_router(router)
    for kind in (AttuneError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, _failed)
    app.add_middleware(Door, frame=frame)
    return app


async def _failed(request: Request, error: Exception) -> Response:
    return failing.told(request, error)


class _Static(StaticFiles):
    """Files that browsers keep for ever under the address with their hash, and ask about under any other."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        hashed = b"v=" in scope.get("query_string", b"")
        response.headers["Cache-Control"] = _FOREVER if hashed else "no-cache"
        return response
