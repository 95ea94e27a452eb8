"""Asking in a browser: the question is kept first, then its answer is followed piece by piece, or stopped."""

import hashlib
import math
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import quote
from uuid import uuid4

from fastapi import APIRouter, Depends, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from markupsafe import Markup
from sse_starlette import EventSourceResponse

from bot.chat.web.parts import ChatParts
from bot.chat.web.places import PRIVATE
from bot.chat.web.reading import Reader, marked
from bot.chat.web.views import Turn
from bot.chat.web.watching import watched
from bot.domain import Question
from bot.errors import BadInput
from bot.inbox import Asked, State
from bot.questions import clean, readable
from bot.web.errors import BadRequest, NotHere, TooOften
from bot.web.pages import fragment, render
from bot.web.visitor import Visitor, is_fragment, is_signed_in, visitor

DOOR: Final = "web"
_KEY: Final = re.compile(r"[0-9a-f-]{32,36}")
_CONVERSATION: Final = re.compile(r"web:[0-9a-f]{32}")
_PING: Final = 15
_TABS: Final = 8
"""So many tabs may follow one question; each costs the server a connection and looks into the inbox."""

Who = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class Posted:
    """A question as a form carries it."""

    key: str
    text: str
    conversation: str


def fresh_key() -> str:
    """Return what makes the next question of a page one question, however often it is sent."""
    return uuid4().hex


def new_conversation() -> str:
    """Return the id of a conversation that nobody has had."""
    return f"web:{uuid4().hex}"


class Desk:
    """Takes questions from forms."""

    def __init__(self, parts: ChatParts) -> None:
        """Count how often each person asks."""
        self._parts = parts
        self._rate = parse(parts.questions)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def take(self, posted: Posted, reader: Reader) -> tuple[Turn, bool]:
        """Return the turn of a question, kept by then, and whether it was there before.

        What cannot be answered is a turn that says why, and is kept nowhere.
        """
        if not _KEY.fullmatch(posted.key):
            raise BadRequest(why="its key is missing")
        self._check(posted.conversation, reader)
        id_ = _id(posted.key, reader.who)
        known = self._parts.inbox.get(id_)
        if known is not None:
            return reader.turn(known), True
        now = datetime.now(UTC)
        try:
            text = clean(posted.text, self._parts.question_chars)
            self._count(reader.who)
        except (BadInput, TooOften) as error:
            said = readable(posted.text)[: self._parts.question_chars]
            return Turn(id_, said, now, State.FAILED, sentence=str(error)), False
        question = Question(text, reader.who.person, reader.here.audience, posted.conversation)
        self._parts.pool.put(Asked(id_, DOOR, question, now))
        return reader.turn(reader.entry(id_)), False

    def _check(self, conversation: str, reader: Reader) -> None:
        """Raise where a conversation is somebody else's, or was begun where others read along."""
        if not _CONVERSATION.fullmatch(conversation):
            raise BadRequest(why="its conversation is missing")
        entries = self._parts.inbox.of_conversation(conversation, 1)
        answers = self._parts.answers.conversation(conversation, 1)
        questions = [*(entry.asked.question for entry in entries), *(answer.question for answer in answers)]
        if not all(reader.asked_here(question) for question in questions):
            raise NotHere

    def _count(self, who: Visitor) -> None:
        if self._limiter.hit(self._rate, who.person):
            return
        opens, _ = self._limiter.get_window_stats(self._rate, who.person)
        seconds = max(math.ceil(opens - time.time()), 1)
        raise TooOften(wait=f"{seconds} s", seconds=seconds)


def add(router: APIRouter, parts: ChatParts) -> None:
    """Add the addresses at which questions are asked, followed and stopped."""
    desk = Desk(parts)

    def asker(request: Request, who: Visitor, question: str) -> Reader:
        """Return the visitor as a reader where the question was asked, whatever other tabs show."""
        me = parts.places.visitor(request, who)
        entry = Reader(parts, me, parts.places.at(PRIVATE, me)).entry(question)
        return Reader(parts, me, parts.places.of(entry.asked.question.audience))

    @router.post("/questions")
    def ask(
        request: Request,
        who: Who,
        key: Annotated[str, Form()],
        text: Annotated[str, Form()] = "",
        conversation: Annotated[str, Form()] = "",
        channel: Annotated[str, Form()] = PRIVATE,
    ) -> Response:
        me = parts.places.visitor(request, who)
        reader = Reader(parts, me, parts.places.at(channel or PRIVATE, me))
        turn, again = desk.take(Posted(key, text, conversation), reader)
        if not is_fragment(request):
            address = f"{reader.here.href}?conversation={conversation}"
            return RedirectResponse(address, HTTPStatus.SEE_OTHER)
        response = render(request, "_turn.html", visitor=reader.who, turn=turn)
        around = _next_key() if again else _next_key() + _listed(reader, conversation)
        response.body = (_instead_of(turn) if again else b"") + bytes(response.body) + around
        response.headers["content-length"] = str(len(response.body))
        # So that loading the page again shows this conversation, not an empty new one.
        response.headers["HX-Replace-Url"] = f"{reader.here.href}?conversation={quote(conversation)}"
        return response

    @router.get("/questions/{question}/events")
    async def events(request: Request, who: Who, question: str) -> Response:
        def reader() -> Reader | None:
            return asker(request, who, question) if is_signed_in(request) else None

        first = await run_in_threadpool(asker, request, who, question)
        if parts.live.crowd(question) >= _TABS:
            raise TooOften(wait="until another tab with this question is closed", seconds=_PING)
        return EventSourceResponse(watched(parts, question, first, reader), ping=_PING)

    @router.post("/questions/{question}/stop")
    def stop(request: Request, who: Who, question: str) -> Response:
        reader = asker(request, who, question)
        parts.pool.cancel(question)
        if not is_fragment(request):
            return RedirectResponse(reader.here.href, HTTPStatus.SEE_OTHER)
        return render(request, "_turn.html", visitor=reader.who, turn=reader.turn(reader.entry(question)))


def _id(key: str, who: Visitor) -> str:
    """Return the id of a question: one key of one person is one question, and nobody else's."""
    return hashlib.sha256(f"{who.person}\n{key}".encode()).hexdigest()[:32]


def _instead_of(turn: Turn) -> bytes:
    """Return what takes away the turn that a page may show already, before it comes again."""
    return Markup('<div id="turn-{}" hx-swap-oob="delete"></div>').format(turn.question_id).encode()


def _listed(reader: Reader, conversation: str) -> bytes:
    """Return the list of conversations, which this one now leads."""
    conversations = marked(reader.conversations(), conversation)
    return fragment("_conversations.html", conversations=conversations, anew=True).encode()


def _next_key() -> bytes:
    markup = Markup('<input type="hidden" name="key" id="key" value="{}" hx-swap-oob="true">')
    return markup.format(fresh_key()).encode()
