"""The reverse of the grants: what a channel or a person may see, and who sees a scope."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.access import grant_for
from bot.catalogue import PAGE, Choice, Listing
from bot.console import known
from bot.console.desk import Asked, Desk, Number, Who, address
from bot.console.parts import Parts
from bot.console.subjects import Named, audience, meant, named, somebody
from bot.domain import EVERYONE, OUTSIDERS, Scope, Subject, scope, subject
from bot.errors import AttuneError


@dataclass(frozen=True, slots=True)
class Through:
    """A subject that somebody sees scopes through."""

    who: Named
    scopes: Sequence[Scope]


def routes(desk: Desk) -> APIRouter:
    """Return the two pages."""
    router = APIRouter(prefix="/grants")

    @router.get("/seen")
    def seen(request: Request, who: Who, of: Asked = "", q: Asked = "", page: Number = 1) -> HTMLResponse:
        whom, problem = _given(of, desk.parts)
        scopes = seen_by(whom, desk.parts) if whom else frozenset[Scope]()
        choice = Choice(scopes=scopes, words=q, answered=True)
        found = desk.parts.catalogue.documents(choice, (page - 1) * PAGE) if scopes else Listing(0, ())
        return desk.show(
            request,
            who,
            "console_seen.html",
            of=of,
            whom=named(whom) if whom else None,
            problem=problem,
            scopes=sorted(scopes),
            through=list(_through(whom, desk.parts)) if whom else [],
            found=found,
            placed=known.placed(desk.parts),
            q=q,
            page=page,
            more=address("/grants/seen", of=of, q=q),
            subjects=known.subjects(desk.parts),
        )

    @router.get("/scope")
    def seers(request: Request, who: Who, name: Asked = "") -> HTMLResponse:
        label = scope(name)
        reached = desk.parts.grants.reach(label)
        groups = desk.parts.groups.all()
        members = {f"group:{group}": [somebody(one) for one in sorted(held)] for group, held in groups.items()}
        spread = desk.parts.catalogue.spread()
        return desk.show(
            request,
            who,
            "console_scope.html",
            label=label,
            reached=[named(one) for one in sorted(reached)],
            members=members,
            everyone=EVERYONE in reached,
            sources=[one.name for one in desk.parts.syncing.sources.all() if label in one.scopes],
            documents=sum(count for held, count in spread.items() if label in held),
            scopes=known.scopes(desk.parts),
        )

    return router


def seen_by(whom: Subject, parts: Parts) -> frozenset[Scope]:
    """Return the scopes that count where only this subject reads; of a group, what each member has at least."""
    readers = audience(whom)
    if readers is None:
        return parts.grants.scopes_of([whom] if whom == OUTSIDERS else [whom, EVERYONE])
    grant = grant_for(readers, parts.grants)
    return grant.scopes if grant else frozenset()


def _through(whom: Subject, parts: Parts) -> Iterator[Through]:
    """Yield the subjects that it sees something through, itself first, each with its scopes."""
    readers = audience(whom)
    subjects = {whom} if whom == OUTSIDERS else {whom, EVERYONE}
    for person in readers.members if readers else ():
        subjects |= {Subject(f"user:{identity}") for identity in parts.grants.identities(person)}
        subjects |= {Subject(f"group:{group}") for group in parts.grants.groups(person)}
    for one in sorted(subjects, key=lambda one: (one != whom, one)):
        if scopes := parts.grants.scopes_of([one]):
            yield Through(named(one), sorted(scopes))


def _given(of: str, parts: Parts) -> tuple[Subject | None, str]:
    """Return the subject that was typed, or why it is none; a name that only one known subject ends with will do."""
    if not of.strip():
        return None, ""
    try:
        return subject(of), ""
    except AttuneError as error:
        other = meant(of.strip(), known.subjects(parts))
        return (subject(other), "") if other else (None, str(error))
