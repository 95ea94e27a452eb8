"""The console: the admin's pages, behind the one sign-in."""

from fastapi import APIRouter

from bot.console import grants, groups, people, seen, sources, start, why
from bot.console.desk import Desk
from bot.console.parts import Parts
from bot.console.runs import Runs


def console(parts: Parts, runs: Runs | None = None) -> APIRouter:
    """Return the pages of the console; every one of them needs an admin, or an auditor who only looks.

    Whoever gives `runs` can end the syncs that pages started, as the process does.
    """
    desk = Desk(parts, runs or Runs(parts.syncing))
    router = APIRouter()
    for page in (start, sources, grants, seen, people, groups, why):
        router.include_router(page.routes(desk))
    return router
