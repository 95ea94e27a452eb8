"""The pages of the chat: a place with its conversation, the permanent page of an answer, the thumbs."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.chat.web import asking
from bot.chat.web.parts import ChatParts
from bot.chat.web.places import PRIVATE, remember_person, remember_place
from bot.chat.web.reading import Reader, marked
from bot.chat.web.views import AnswerView, Turn
from bot.domain import Answer, Feedback, PersonId, Verdict
from bot.errors import BadVote
from bot.inbox import State
from bot.questions import LONGEST, remark
from bot.web.errors import NotHere
from bot.web.pages import render
from bot.web.visitor import Visitor, is_fragment, visitor

Who = Annotated[Visitor, Depends(visitor)]


def chat(parts: ChatParts) -> APIRouter:
    """Return the pages of the chat."""
    router = APIRouter()
    _add_places(router, parts)
    _add_around(router, parts)
    _add_answers(router, parts)
    asking.add(router, parts)
    return router


def _add_places(router: APIRouter, parts: ChatParts) -> None:
    places = parts.places

    @router.get("/")
    def start(request: Request, who: Who) -> Response:
        return RedirectResponse(places.here(request, places.visitor(request, who)).href, HTTPStatus.SEE_OTHER)

    @router.get("/me")
    def private(request: Request, who: Who) -> Response:
        return _place(request, who, PRIVATE)

    @router.get("/c/{channel}")
    def channel(request: Request, who: Who, channel: str) -> Response:
        if channel == PRIVATE:
            raise NotHere
        return _place(request, who, channel)

    def _place(request: Request, who: Visitor, place: str) -> Response:
        me = places.visitor(request, who)
        here = places.at(place, me)
        if me.demo:
            remember_place(request, here)
        try:
            return render(request, "chat.html", **_page(request, parts, Reader(parts, me, here)))
        except NotHere:
            if not me.demo:
                raise
            # Somebody else was picked since: the conversation in the address is that person's.
            return RedirectResponse(here.href, HTTPStatus.SEE_OTHER)


def _add_around(router: APIRouter, parts: ChatParts) -> None:
    @router.get("/preparing")
    def preparing(request: Request, who: Who) -> HTMLResponse:
        return render(request, "_preparing.html", visitor=who, preparing=parts.preparing())

    @router.post("/as")
    def pick(request: Request, who: Who, person: Annotated[str, Form()]) -> Response:
        if not who.demo:
            raise NotHere
        remember_person(request, parts.places.pick(PersonId(person)))
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)


def _page(request: Request, parts: ChatParts, reader: Reader) -> dict[str, Any]:
    who, here, places = reader.who, reader.here, parts.places
    conversations = reader.conversations()
    named = request.query_params.get("conversation", "")
    if "new" in request.query_params:
        chosen = ""
    elif named:
        chosen = named
    else:
        chosen = conversations[0].id if conversations else ""
    turns = reader.turns(chosen) if chosen else []
    return {
        "visitor": who,
        "demo": who.demo,
        "here": here,
        "channels": [
            {"id": one.id, "name": one.name, "href": f"/c/{one.id}", "active": one.id == here.id, "note": one.note}
            for one in (places.channels if who.demo else ())
        ],
        "people": [
            {"id": one.id, "name": one.name, "note": one.note, "active": one.id == who.person}
            for one in (places.people if who.demo else ())
        ],
        "about": places.about,
        "turns": turns,
        "suggestions": places.suggested(here, who),
        "conversation": chosen if turns else asking.new_conversation(),
        "conversations": marked(conversations, chosen),
        "new_href": f"{here.href}?new=1",
        "key": asking.fresh_key(),
        "limit": parts.question_chars,
        "console": reader.console,
        "preparing": parts.preparing(),
    }


def _add_answers(router: APIRouter, parts: ChatParts) -> None:
    def _reader(request: Request, who: Visitor) -> Reader:
        me = parts.places.visitor(request, who)
        return Reader(parts, me, parts.places.here(request, me))

    @router.get("/answers/{answer}")
    def answered(request: Request, who: Who, answer: str) -> HTMLResponse:
        reader = _reader(request, who)
        found = reader.answer(answer)
        view = reader.view(found)
        turn = Turn(found.id, found.question.text, found.created, State.DONE, view)
        shown: dict[str, Any] = {"visitor": reader.who, "demo": reader.who.demo, "here": reader.here}
        return render(request, "answer.html", **shown, turn=turn, answer=view)

    @router.post("/answers/{answer}/vote")
    def vote(
        request: Request,
        who: Who,
        answer: str,
        verdict: Annotated[str, Form()],
        reason: Annotated[str | None, Form()] = None,
        better: Annotated[str | None, Form()] = None,
    ) -> Response:
        reader = _reader(request, who)
        found = reader.answer(answer)
        said = _feedback(reader.who, found, reader.view(found), verdict, (reason, better))
        parts.answers.vote(said)
        view = reader.view(found)
        if not is_fragment(request):
            return RedirectResponse(view.href, HTTPStatus.SEE_OTHER)
        return render(request, "_vote.html", visitor=reader.who, answer=view, error="")


def _feedback(
    who: Visitor, answer: Answer, now: AnswerView, verdict: str, remarks: tuple[str | None, str | None]
) -> Feedback:
    """Return the press of a thumb; a remark that is not in the form stays as long as the verdict does."""
    try:
        pressed = Verdict(verdict)
    except ValueError as error:
        raise BadVote(given=verdict[:40]) from error
    same = now.vote == pressed.value
    reason, better = (
        _remark(what, given, before if same else "")
        for what, given, before in zip(LONGEST, remarks, (now.reason, now.better), strict=True)
    )
    if pressed is Verdict.NONE:
        reason = better = ""
    return Feedback(answer.id, who.person, pressed, datetime.now(UTC), reason, better)


def _remark(what: str, given: str | None, before: str) -> str:
    return before if given is None else remark(given, what)
