"""The first page: what is set up, what is missing, and the one thing to do now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.access import loose_ends
from bot.console.desk import Desk, Who, address
from bot.console.parts import Parts
from bot.console.runs import Runs, State
from bot.console.subjects import named
from bot.domain import Role
from bot.errors import AttuneError
from bot.ports import KnownSource

_FEW = 3
"""Findings of a kind that are named one by one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found."""

    subject: str
    tone: Literal["good", "waiting", "bad"]
    text: str
    to: str
    todo: str = ""
    """What to do about it; empty where nothing is missing."""
    at: datetime | None = None


def routes(desk: Desk) -> APIRouter:
    """Return the first page."""
    router = APIRouter()

    @router.get("/")
    def start(request: Request, who: Who) -> HTMLResponse:
        found = list(findings(desk.parts, desk.runs))
        now = next((one for tone in ("bad", "waiting") for one in found if one.tone == tone and one.todo), None)
        return desk.show(request, who, "console_start.html", findings=found, now=now)

    return router


def findings(parts: Parts, runs: Runs) -> Iterator[Finding]:
    """Yield what there is to say, in the order in which things are set up."""
    sources = parts.syncing.sources.all()
    yield from _sources(sources, parts, runs)
    yield from _grants(sources, parts)
    yield from _people(parts)
    yield _model(parts)
    yield _answers(parts)


def _sources(sources: list[KnownSource], parts: Parts, runs: Runs) -> Iterator[Finding]:
    if not sources:
        text = "There is no source yet, so there is nothing to answer from."
        yield Finding("Sources", "bad", text, "/sources#add", "Add the first source")
        return
    held = parts.catalogue.held().values()
    documents, passages = sum(each.documents for each in held), sum(each.passages for each in held)
    text = f"{_count(len(sources), 'source')} with {_count(documents, 'document')} in {_count(passages, 'passage')}."
    yield Finding("Sources", "good", text, "/sources")
    for source in sources:
        run = runs.of(source.name)
        to = address("/sources/one", name=source.name)
        if run and run.busy:
            yield Finding(source.name, "waiting", "It is being brought in right now.", to)
        elif run and run.state in {State.REFUSED, State.FAILED}:
            yield Finding(source.name, "bad", run.sentence, to, f"Look at {source.name}")
        elif source.synced is None:
            yield Finding(source.name, "bad", "It was never synced.", to, f"Sync {source.name}")
        elif failed := source.counts.get("failed", 0):
            text = f"{_count(failed, 'document')} could not come in at the last sync."
            yield Finding(source.name, "waiting", text, to, f"See what failed in {source.name}", source.synced)


def _grants(sources: list[KnownSource], parts: Parts) -> Iterator[Finding]:
    held = parts.grants.all()
    if not held:
        text = "Nobody may see anything yet, so every question ends without an answer."
        yield Finding("Grants", "bad", text, "/grants#allow", "Allow the first channel or person")
        return
    who = _count(len(held), "channel, person or group", "channels, persons and groups")
    yield Finding("Grants", "good", f"{who} may see something.", "/grants")
    idle, unseen = loose_ends(held, frozenset().union(*(source.scopes for source in sources)))
    for subject, scope in idle[:_FEW]:
        text = f"{named(subject).name} may see {scope}, which no source carries."
        yield Finding("Grants", "waiting", text, address("/grants", q=scope), "Check the spelling")
    for scope in unseen[:_FEW]:
        yield Finding(
            "Grants", "waiting", f"Nobody may see {scope}.", "/grants#allow", f"Allow somebody to see {scope}"
        )


def _people(parts: Parts) -> Iterator[Finding]:
    known = parts.people.all()
    admins = sum(one.role is Role.ADMIN for one in known)
    tone: Literal["good", "waiting"] = "good" if admins else "waiting"
    text = f"{_count(len(known), 'person', 'people')}, {_count(admins, 'admin')}."
    yield Finding("People", tone, text, "/people", "" if admins else "Make somebody an admin")


def _model(parts: Parts) -> Finding:
    try:
        model = parts.release().model
    except AttuneError as error:
        return Finding("Model", "bad", str(error), "/", "Put the model in place, then reload this page")
    kind, _, name = model.partition(":")
    text = (
        "Answers quote the passages; no language model writes." if kind == "extractive" else f"{name} ({kind}) writes."
    )
    return Finding("Model", "good", text, "/answers")


def _answers(parts: Parts) -> Finding:
    last = parts.catalogue.answers(limit=1)
    if not last:
        return Finding("Answers", "good", "Nobody has asked anything yet.", "/answers")
    return Finding("Answers", "good", "The last question was asked", "/answers", at=last[0].created)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
