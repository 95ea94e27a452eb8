"""The web chat of a home: its parts, made from the wiring."""

from collections.abc import Iterator
from typing import Final

import structlog
from fastapi import APIRouter, Request

from bot.access import grant_for
from bot.chat.discreet import discreet
from bot.chat.live import Live
from bot.chat.pool import Pool, Stream
from bot.chat.web.parts import ChatParts, Preparing
from bot.chat.web.places import Places
from bot.chat.web.routes import chat
from bot.domain import Delta, Grant, Question
from bot.errors import AttuneError
from bot.web import passages
from bot.web.visitor import Visitor
from bot.wiring import Wiring

_A_PERSON: Final = "20/minute"
_IN_THE_DEMO: Final = "120/minute"
"""Everybody is one person there."""

log = structlog.get_logger()


def chat_parts(parts: Wiring, places: Places, *, console: str = "", frank: bool = False) -> ChatParts:
    """Return what the web chat of a home is made with; its pool is not started yet.

    `frank` is for the demo, where whoever asks also runs Attune: errors are shown with their folders and addresses.
    """

    def stream(question: Question) -> Iterator[Delta]:
        return parts.answerer.stream(question)  # made at the first question, not before the doors are open

    live = Live()
    answers: Stream = stream if frank else discreet(stream)
    pool = Pool(parts.inbox, answers, live, threads=parts.settings.answer_threads)
    return ChatParts(
        inbox=parts.inbox,
        pool=pool,
        live=live,
        answers=parts.answers,
        grants=parts.grants,
        documents=parts.documents,
        places=places,
        question_chars=parts.settings.max_question_chars,
        questions=_IN_THE_DEMO if frank else _A_PERSON,
        console=console,
        preparing=lambda: preparing(parts, pool),
        roots=lambda: roots(parts),
    )


def preparing(parts: Wiring, pool: Pool) -> Preparing | None:
    """Return what is still being done before every answer can be a good one."""
    filling, waits = parts.syncing.underway.filling, not pool.is_answering
    if filling:
        rest = "what you ask is answered after that" if waits else "answers may lack some until then"
        said = f"Reading the sample documents, {filling.done:,} of {filling.total:,}: {rest}."
    else:
        said = "Attune is getting ready: what you ask is answered in a moment."
    return Preparing(said, waits) if filling or waits else None


def roots(parts: Wiring) -> dict[str, str]:
    """Return the address of each source by its name."""
    return {source.name: source.uri for source in parts.sources.all()}


def chat_routers(parts: Wiring, made: ChatParts) -> list[APIRouter]:
    """Return the pages of the chat, and those of the documents that its answers cite."""

    def grant(request: Request, who: Visitor) -> Grant | None:
        return grant_for(made.places.audience(request, who), parts.grants)

    return [chat(made), passages.router(passages.Passages(parts.documents, grant, lambda: roots(parts)))]


def begin(parts: Wiring, made: ChatParts) -> None:
    """Load the models, then begin to answer: whoever asked before that waits, and nobody waits for a page."""
    try:
        parts.ready()
        parts.embedder.embed(["Are you ready?"], "query")
    except AttuneError as error:  # whoever asks is told, and what is mended meanwhile is used
        log.warning("not_ready", error=type(error).__name__)
    made.pool.start()
