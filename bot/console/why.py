"""Answers, and why each is as it is: what was searched, how it ranked, what was left out, how long it took."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.catalogue import PAGE
from bot.console import known
from bot.console.desk import Asked, Desk, Number, Who
from bot.console.subjects import Named, named, somebody
from bot.domain import Answer, AnswerId, PassageId, Ranked, Release, ReleaseId, Subject, Verdict
from bot.errors import NotFound
from bot.retrieval import standings
from bot.web.visitor import Visitor

_REFUSED: Final = "refused"
_READ: Final = "used"
"""What is given to the model; what it made of that, the citations say."""
_STEPS: Final = {
    "retrieval": "Searching and ranking",
    "first": "Until the first piece was shown",
    "model": "Writing and checking",
    "total": "In all",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """How long a step took."""

    step: str
    seconds: float
    share: float
    """Of the longest, in percent."""


@dataclass(frozen=True, slots=True)
class Thumb:
    """What a person thinks of an answer."""

    who: Named
    up: bool
    reason: str
    better: str


def routes(desk: Desk) -> APIRouter:
    """Return the list of answers, and the page that explains one."""
    router = APIRouter(prefix="/answers")

    @router.get("")
    def lately(request: Request, who: Who, down: Asked = "", page: Number = 1) -> HTMLResponse:
        return _listed(desk, request, who, down=bool(down), page=page)

    @router.get("/open")
    def opened(request: Request, who: Who, of: Asked = "") -> Response:
        given = _id(of)
        try:
            desk.parts.answers.get(given)
        except NotFound:
            problem = f"There is no answer {of.strip()!r} here: copy its link or its id from the chat."
            return _listed(desk, request, who, problem=problem)
        return RedirectResponse(f"/answers/{given}/why", HTTPStatus.SEE_OTHER)

    @router.get("/{answer}/why")
    def why(request: Request, who: Who, answer: str) -> HTMLResponse:
        found = desk.parts.answers.get(AnswerId(answer))
        return desk.show(request, who, "console_why.html", answer=found, **_explained(desk, found, who))

    return router


def _listed(
    desk: Desk, request: Request, who: Visitor, *, down: bool = False, page: int = 1, problem: str = ""
) -> HTMLResponse:
    found = desk.parts.catalogue.answers(downs=down, offset=(page - 1) * PAGE, limit=PAGE + 1)
    lines, older = found[:PAGE], len(found) > PAGE
    asked = [(line, somebody(line.asker), named(Subject(line.channel)) if line.channel else None) for line in lines]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    shown = {
        "lines": asked,
        "down": down,
        "of": request.query_params.get("of", ""),
        "problem": problem,
        "page": page,
        "older": older,
    }
    return desk.show(request, who, "console_answers.html", status=status, **shown)


def _explained(desk: Desk, answer: Answer, who: Visitor) -> dict[str, Any]:
    ranks = [ranked for ranked in answer.trace if ranked.fate != _REFUSED]
    cited = {citation.passage for citation in answer.citations}
    audience = answer.question.audience
    release = _release(desk, answer.release)
    return {
        "asker": somebody(answer.question.asker),
        "channel": named(Subject(audience.channel)) if audience.channel else None,
        "members": [somebody(member) for member in sorted(audience.members)],
        "readable": _readable(desk, answer, who),
        "ranks": standings(ranks),
        "placed": known.placed(desk.parts),
        "fate": lambda ranked: _fate(ranked, cited),
        "is_reranked": any(ranked.reranked is not None for ranked in ranks),
        "refused": len(answer.trace) - len(ranks),
        "documents": len({ranked.document for ranked in ranks}),
        "fates": _counted([_fate(ranked, cited) for ranked in ranks]),
        "release": release,
        "template_id": hashlib.sha256(release.template.encode()).hexdigest()[:12] if release else "",
        "bars": _bars(answer.seconds),
        "thumbs": [
            Thumb(somebody(vote.person), vote.verdict is Verdict.UP, vote.reason, vote.better)
            for vote in desk.parts.answers.votes(answer.id)
        ],
    }


def _readable(desk: Desk, answer: Answer, who: Visitor) -> bool:
    """Say whether the visitor may read what the answer was made from, as of now; the role alone does not say so."""
    grant = desk.sees(who)
    if not answer.scopes:
        return True
    if grant is None:
        return False
    used = {ranked.document for ranked in answer.trace if ranked.fate == _READ} | {
        citation.document for citation in answer.citations
    }
    now = desk.parts.syncing.documents.by_id(used)
    return all(grant.admits(scopes) for scopes in answer.scopes) and all(
        document in now and grant.admits(now[document].scopes) for document in used
    )


def _release(desk: Desk, id_: ReleaseId) -> Release | None:
    try:
        return desk.parts.releases.get(id_) if id_ else None
    except NotFound:
        return None


def _fate(ranked: Ranked, cited: Collection[PassageId]) -> str:
    """Say what became of a passage: the model read it and the answer cites it, or how far it came."""
    if ranked.fate != _READ:
        return ranked.fate
    return "cited" if ranked.passage in cited else "read"


def _counted(fates: Sequence[str]) -> dict[str, int]:
    return {fate: fates.count(fate) for fate in dict.fromkeys(fates)}


def _bars(seconds: Mapping[str, float]) -> list[Bar]:
    longest = max(seconds.values(), default=0.0) or 1.0
    order = [*(step for step in _STEPS if step in seconds), *(step for step in seconds if step not in _STEPS)]
    return [Bar(_STEPS.get(step, step), seconds[step], round(100 * seconds[step] / longest, 2)) for step in order]


def _id(of: str) -> AnswerId:
    """Return the id in what somebody pasted: an id, or a link to the answer or to its explanation."""
    path = of.strip().partition("?")[0].partition("#")[0].rstrip("/").removesuffix("/why")
    return AnswerId(path.rpartition("/")[2])
