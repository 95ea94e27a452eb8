"""The console: the admin's pages, behind the one sign-in."""

from fastapi import APIRouter

from bot.console import grants, groups, people, seen, sources, start, why
from bot.console.desk import Desk
from bot.console.parts import Parts
from bot.console.runs import Runs
from bot.web import passages
from bot.web.passages import Passages


def console(parts: Parts, runs: Runs | None = None) -> APIRouter:
    """Return the pages of the console; every one of them needs an admin, or an auditor who only looks.

    Whoever gives `runs` can end the syncs that pages started, as the process does.
    """
    desk = Desk(parts, runs or Runs(parts.syncing))
    router = APIRouter()
    for page in (start, sources, grants, seen, people, groups, why):
        router.include_router(page.routes(desk))
    shown = Passages(
        parts.syncing.documents,
        lambda _, who: desk.sees(who),
        lambda: {source.name: source.uri for source in parts.syncing.sources.all()},
        "/answers/{}/why",
    )
    router.include_router(passages.router(shown))
    return router
