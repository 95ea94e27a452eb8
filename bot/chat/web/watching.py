"""Following an answer in a browser: its pieces while the reader may see them, and at the end the whole turn."""

import time
from collections.abc import AsyncIterator, Callable
from typing import Final

from fastapi.concurrency import run_in_threadpool
from sse_starlette import ServerSentEvent

from bot.chat.live import follow
from bot.chat.web.parts import ChatParts
from bot.chat.web.reading import Reader
from bot.chat.web.views import piece_markup
from bot.inbox import SETTLED, State
from bot.web.pages import fragment

_AGAIN: Final = 1.0
"""Seconds after which pieces are let through only once the reader was looked at anew."""
_NOTHING: Final = " "
"""A browser passes over an event without any data."""
_RESTART: Final = ServerSentEvent(_NOTHING, event="restart")


async def watched(
    parts: ChatParts, question: str, first: Reader, reader: Callable[[], Reader | None]
) -> AsyncIterator[ServerSentEvent]:
    """Yield the pieces of an answer, and at the end the whole turn.

    `first` is who reads as of now; `reader` looks again, and returns None once that person is signed out: then
    nothing more comes. Once the reader is granted less than at first, no piece comes any more, and the turn at
    the end says what may be seen by then.
    """
    view = _View(first, reader, question)

    def settled() -> bool:
        entry = parts.inbox.get(question)
        return entry is None or entry.state in SETTLED

    await run_in_threadpool(view.begin)
    if view.hidden:
        yield await run_in_threadpool(view.whole)
        return
    async for event in follow(parts.live, question, settled):
        if event.kind == "end" or view.is_due:
            shown = not view.hidden
            await run_in_threadpool(view.look)
            if view.over:
                return
            if view.hidden and shown:
                yield _RESTART
        if event.kind == "end":
            yield await run_in_threadpool(view.whole)
        elif event.kind == "restart":
            yield _RESTART
        elif not view.hidden:
            yield ServerSentEvent(piece_markup(event.text, question), event="piece")


class _View:
    """What one reader may see of one answer."""

    def __init__(self, first: Reader, reader: Callable[[], Reader | None], question: str) -> None:
        self.hidden = False
        """Whether pieces are kept back."""
        self.over = False
        """Whether the reader is signed out."""
        self._first = self._reader = first
        self._again = reader
        self._question = question
        self._looked = time.monotonic()

    @property
    def is_due(self) -> bool:
        return not self.hidden and time.monotonic() - self._looked >= _AGAIN

    def begin(self) -> None:
        """Keep back the pieces of an answer that was withdrawn: they are still here for a while."""
        turn = self._first.turn(self._first.entry(self._question))
        self.hidden = turn.state is State.DONE and turn.answer is None

    def look(self) -> None:
        """Look at the reader anew."""
        self._looked = time.monotonic()
        now = self._again()
        self.over = now is None
        self._reader = now or self._reader
        self.hidden = self.hidden or not self._first.scopes <= self._reader.scopes

    def whole(self) -> ServerSentEvent:
        """Return the whole turn, as the reader may see it."""
        who = self._reader.who
        turn = self._reader.turn(self._reader.entry(self._question))
        return ServerSentEvent(fragment("_turn.html", visitor=who, csrf=who.csrf, turn=turn), event="done")
