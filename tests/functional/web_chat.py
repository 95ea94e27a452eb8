"""A web chat on loopback with real records and fakes for the engines, and people who visit it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Semaphore, Thread
from uuid import uuid4

import httpx
import uvicorn
from fastapi import FastAPI

from bot.accounts import Session
from bot.chat.live import Live
from bot.chat.pool import Pace, Pool, Stream
from bot.chat.web.parts import ChatParts
from bot.chat.web.places import Channel, Places, Somebody
from bot.chat.web.routes import chat
from bot.domain import ChannelId, Delta, PersonId, Question
from bot.records.engine import open_records
from bot.records.inbox import InboxRecords
from bot.records.sessions import SessionRecords
from bot.web.app import build
from bot.web.frame import Demo, Frame
from bot.web.sessions import Sessions
from tests.unit.made import document
from tests.unit.parts import Assistant, assistant

SECONDS = 30
LEAVE = "Everybody gets 26 days of leave a year."
BONUS = "The highest sign-on bonus for a candidate is 10% of the salary."
ASKED = "How many days of leave does everybody get a year?"
GENERAL = ChannelId("terminal:local:general")
PEOPLE = ChannelId("terminal:local:people-team")
PLACES = Places(
    channels=(Channel("general", "general", GENERAL, "everyone"), Channel("people-team", "people-team", PEOPLE)),
    people=(Somebody(PersonId("web:local:bea"), "Bea from People"),),
    suggestions={
        "general": (ASKED,),
        "web:local:bea": ("What is the highest sign-on bonus for a candidate?",),
    },
    about="This is a demo.",
)
DEMO = Demo(PersonId("web:demo:guest"), "Guest")


@dataclass
class Visit:
    """One person's browser."""

    client: httpx.Client
    csrf: str = ""
    conversation: str = field(default_factory=lambda: f"web:{uuid4().hex}")

    def page(self, path: str = "/me") -> str:
        """Open a page, as who follows redirects, and take over what its forms carry."""
        page = self.client.get(path, follow_redirects=True)
        assert page.status_code == 200, page.text
        self.csrf = first(r'name="csrf" value="([^"]+)"', page.text)
        self.conversation = first(r'name="conversation" value="([^"]+)"', page.text)
        return page.text

    def post(self, path: str, **form: str) -> httpx.Response:
        """Send a form as htmx does."""
        headers = {"X-CSRF-Token": self.csrf, "HX-Request": "true"}
        return self.client.post(path, data=form, headers=headers)

    def ask(self, text: str = ASKED, channel: str = "me", key: str = "") -> str:
        """Ask, and return the id of the question."""
        response = self.turn(text, channel, key)
        return question_id(response)

    def turn(self, text: str = ASKED, channel: str = "me", key: str = "") -> str:
        """Ask, and return the markup of the turn."""
        form = {"text": text, "conversation": self.conversation, "channel": channel, "key": key or uuid4().hex}
        response = self.post("/questions", **form)
        assert response.status_code == 200, response.text
        return response.text

    def events(self, question: str) -> Iterator[tuple[str, str]]:
        """Follow an answer, as pairs of event and data."""
        with self.client.stream("GET", f"/questions/{question}/events", timeout=SECONDS) as response:
            assert response.status_code == 200, response.read()
            name, data = "", []
            for line in response.iter_lines():
                kind, _, value = line.partition(":")
                if kind == "event":
                    name = value.strip()
                elif kind == "data":
                    data.append(value.removeprefix(" "))
                elif not line and name:
                    yield name, "\n".join(data)
                    name, data = "", []

    def answer(self, question: str) -> str:
        """Wait for the end, and return the markup of the finished turn."""
        return next(data for name, data in self.events(question) if name == "done")


def question_id(turn: str) -> str:
    """Return the id of the question whose turn this is."""
    return first(r'id="turn-([0-9a-f]+)"', turn)


def plain(markup: str) -> str:
    """Return the words of markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def vote_href(turn: str) -> str:
    """Return where the thumbs of a turn post to."""
    return first(r'hx-post="(/answers/[^"]+/vote[^"]*)"', turn).replace("&amp;", "&")


def first(pattern: str, markup: str) -> str:
    """Return what the pattern's group matches first."""
    found = re.search(pattern, markup)
    assert found, markup
    return found[1]


class Gate:
    """Holds answers back: each says 'Wait. ' and then nothing until it is let go; a closed one never does."""

    def __init__(self, stream: Stream) -> None:
        self.begun = Semaphore(0)
        self.go = Event()
        self.closed = Event()
        self._stream = stream

    def __call__(self, question: Question) -> Iterator[Delta]:
        yield Delta("Wait.")
        self.begun.release()
        try:
            while not self.go.wait(0.01):
                yield Delta("")
        except GeneratorExit:
            self.closed.set()
            raise
        yield from self._stream(question)


@dataclass
class Chat:
    """A running web chat."""

    url: str
    home: Path
    known: Assistant
    parts: ChatParts
    sessions: Sessions
    frame: Frame

    @contextmanager
    def visit(self, name: str = "", path: str = "/me") -> Iterator[Visit]:
        """Give the browser of a person who is signed in, or of whoever uses the demo."""
        with httpx.Client(base_url=self.url, timeout=SECONDS) as client:
            visit = Visit(client)
            if name:
                token, _ = self.signed_in(name)
                client.cookies.set(self.frame.cookie_name(), token)
            visit.page(path)
            yield visit

    def signed_in(self, name: str) -> tuple[str, Session]:
        """Begin a session of this person."""
        return self.sessions.begin(PersonId(f"web:local:{name}"), {"name": name.title()})


@contextmanager
def chatting(
    home: Path,
    stream: Callable[[Stream], Stream] = lambda stream: stream,
    *,
    demo: bool = False,
    questions: str = "1000/minute",
    threads: int = 2,
) -> Iterator[Chat]:
    """Run a web chat whose answers come from the quoting model, perhaps through another stream."""
    engine = open_records("", home)
    try:
        with assistant(home) as known:
            _fill(known)
            inbox, live = InboxRecords(engine), Live()
            pace = Pace(heartbeat=0.05, poll=0.05)
            pool = Pool(inbox, stream(known.answerer.stream), live, threads=threads, pace=pace)
            places = PLACES if demo else Places()
            parts = ChatParts(
                inbox, pool, live, known.answers, known.grants, known.documents, places=places, questions=questions
            )
            sessions = Sessions(SessionRecords(engine), hours=12)
            frame = Frame(sessions, role_of=lambda _: None, demo=DEMO if demo else None)
            pool.start()
            try:
                with serving(build(frame, [chat(parts)])) as url:
                    yield Chat(url, home, known, parts, sessions, frame)
            finally:
                pool.stop()
    finally:
        engine.dispose()


def _fill(known: Assistant) -> None:
    known.learn(document("leave", title="Leave <b>policy</b>", on="2026-03-02"), LEAVE)
    known.learn(document("bonus", title="Hiring", scoped="people"), BONUS)
    known.allow(GENERAL, "everyone")
    known.allow(PEOPLE, "everyone", "people")
    known.allow("everyone", "everyone")
    known.allow("user:web:local:bea", "people")


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free port of loopback."""
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_config=None, lifespan="off", timeout_graceful_shutdown=1, access_log=False)
    )
    started = Event()
    tell = server.startup

    async def startup(*given: object, **more: object) -> None:
        await tell(*given, **more)  # type: ignore[arg-type]  # whatever uvicorn gives it
        started.set()

    server.startup = startup  # type: ignore[method-assign]  # uvicorn has no other way to tell when it listens
    thread = Thread(target=server.run)
    thread.start()
    try:
        assert started.wait(SECONDS)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(SECONDS)
