"""The first page: what is set up, what is missing, and what to do first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.access import loose_ends
from bot.console.desk import Desk, Who, address
from bot.console.parts import Parts
from bot.console.runs import Runs, State
from bot.console.subjects import named
from bot.domain import Role, Scope
from bot.errors import AttuneError
from bot.ports import KnownSource
from bot.underway import Filling

_FEW: Final = 3
"""Issues of a kind that are named one by one."""
_WORST: Final[Sequence["Tone"]] = ("bad", "waiting", "good")
Tone = Literal["good", "waiting", "bad"]


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that is missing or worth a look."""

    tone: Tone
    text: str
    to: str
    todo: str = ""
    """What to do about it; empty where waiting is enough."""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found."""

    subject: str
    text: str
    to: str
    issues: Sequence[Issue] = ()
    at: datetime | None = None

    @property
    def tone(self) -> Tone:
        """Return the tone of its worst issue."""
        tones = {issue.tone for issue in self.issues}
        return next((tone for tone in _WORST if tone in tones), "good")


def routes(desk: Desk) -> APIRouter:
    """Return the first page."""
    router = APIRouter()

    @router.get("/")
    def start(request: Request, who: Who) -> HTMLResponse:
        found = list(findings(desk.parts, desk.runs, demo=who.demo))
        todo = [
            (finding.subject, issue)
            for tone in _WORST
            for finding in found
            for issue in finding.issues
            if issue.tone == tone and issue.todo
        ]
        busy = _is_busy(desk.parts, desk.runs)
        return desk.show(request, who, "console_start.html", findings=found, todo=todo, busy=busy)

    return router


def findings(parts: Parts, runs: Runs, *, demo: bool = False) -> Iterator[Finding]:
    """Yield what there is to say, in the order in which things are set up.

    While documents come in, what they will settle by themselves is no issue; in the demo nobody needs a role.
    """
    sources = parts.syncing.sources.all()
    yield _sources(sources, parts, runs)
    yield _grants(sources, parts, runs)
    yield _people(parts, demo=demo)
    yield _model(parts)
    yield _answers(parts)


def _is_busy(parts: Parts, runs: Runs) -> bool:
    return (
        runs.filling is not None
        or bool(runs.turn)
        or any(run.busy for source in parts.syncing.sources.all() if (run := runs.of(source.name)))
    )


def _sources(sources: list[KnownSource], parts: Parts, runs: Runs) -> Finding:
    filling = runs.filling
    if not sources and not filling:
        text = "There is no source yet, so there is nothing to answer from."
        return Finding("Sources", text, "/sources", [Issue("bad", text, "/sources#add", "Add the first source")])
    held = parts.catalogue.held().values()
    documents, passages = sum(each.documents for each in held), sum(each.passages for each in held)
    text = f"{_count(len(sources), 'source')} with {_count(documents, 'document')} in {_count(passages, 'passage')}."
    coming = [Issue("waiting", _coming(filling), "/sources")] if filling else []
    busy = _is_busy(parts, runs)
    issues = [issue for source in sources for issue in _source(source, runs, busy=busy)]
    return Finding("Sources", text, "/sources", [*coming, *issues])


def _coming(filling: Filling) -> str:
    return f"The sample documents are being read, {filling.done:,} of {filling.total:,}."


def _source(source: KnownSource, runs: Runs, *, busy: bool) -> Iterator[Issue]:
    run = runs.of(source.name)
    to = address("/sources/one", name=source.name)
    if run and run.busy:
        if not runs.filling:
            yield Issue("waiting", f"{source.name} is being brought in right now.", to)
    elif run and run.state in {State.REFUSED, State.FAILED}:
        yield Issue("bad", run.sentence, to, f"Look at {source.name}")
    elif source.synced is None:
        if not busy:
            yield Issue("bad", f"{source.name} was never synced.", to, f"Sync {source.name}")
    elif failed := source.counts.get("failed", 0):
        text = f"{_count(failed, 'document')} of {source.name} could not come in at the last sync."
        yield Issue("waiting", text, f"{to}#failed", f"See what failed in {source.name}", source.synced)


def _grants(sources: list[KnownSource], parts: Parts, runs: Runs) -> Finding:
    held = parts.grants.all()
    settled = any(source.synced for source in sources) and not _is_busy(parts, runs)
    if not held:
        text = "Nobody may see anything yet, so every question ends without an answer."
        first = Issue("bad", text, "/grants#allow", "Allow the first channel or person")
        return Finding("Grants", text, "/grants", [first] if settled or not runs.filling else [])
    who = _count(len(held), "channel, person or group", "channels, persons and groups")
    issues = list(_loose(sources, parts)) if settled else []
    return Finding("Grants", f"{who} may see something.", "/grants", issues)


def _loose(sources: list[KnownSource], parts: Parts) -> Iterator[Issue]:
    carried = frozenset[Scope]().union(*(source.scopes for source in sources))
    idle, unseen = loose_ends(parts.grants.all(), carried)
    for subject, scope in idle[:_FEW]:
        text = f"{named(subject).name} may see {scope}, which no source carries."
        yield Issue("waiting", text, address("/grants", q=scope), "Check the spelling")
    for scope in unseen[:_FEW]:
        yield Issue("waiting", f"Nobody may see {scope}.", "/grants#allow", f"Allow somebody to see {scope}")


def _people(parts: Parts, *, demo: bool) -> Finding:
    known = parts.people.all()
    admins = sum(one.role is Role.ADMIN for one in known)
    text = f"{_count(len(known), 'person', 'people')}, {_count(admins, 'admin')}."
    if demo:
        return Finding(
            "People", f"{_count(len(known), 'person', 'people')}. In the demo nobody needs a role.", "/people"
        )
    nobody = Issue("waiting", "Nobody is an admin.", "/people#add", "Make somebody an admin")
    return Finding("People", text, "/people", [] if admins else [nobody])


def _model(parts: Parts) -> Finding:
    try:
        model = parts.release().model
    except AttuneError as error:
        todo = "Put the model in place, then reload this page"
        return Finding("Model", str(error), "/", [Issue("bad", str(error), "/", todo)])
    kind, _, name = model.partition(":")
    text = (
        "Answers quote the passages; no language model writes." if kind == "extractive" else f"{name} ({kind}) writes."
    )
    return Finding("Model", text, "/answers")


def _answers(parts: Parts) -> Finding:
    last = parts.catalogue.answers(limit=1)
    if not last:
        return Finding("Answers", "Nobody has asked anything yet.", "/answers")
    return Finding("Answers", "The last question was asked", "/answers", at=last[0].created)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
