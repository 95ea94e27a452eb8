"""A real HTTP server on loopback that plays one scene for each request that arrives."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Scene = Callable[["Stage"], None]
DONE = b"data: [DONE]\n\n"


@dataclass(slots=True)
class Request:
    """What arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass(slots=True)
class Server:
    """What tests look at."""

    url: str
    scenes: list[Scene]
    requests: list[Request] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)
    """Set when a client closed its connection while something was being sent."""


class Stage(BaseHTTPRequestHandler):
    """One connection, as a scene sees it."""

    protocol_version = "HTTP/1.1"
    played: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.played.requests.append(Request(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        scene = self.played.scenes.pop(0) if len(self.played.scenes) > 1 else self.played.scenes[0]
        self.close_connection = True
        try:
            scene(self)
        except OSError:
            self.played.hung_up.set()

    def head(self, status: int, **headers: str) -> None:
        """Send the status and the headers, their underscores as hyphens; the end of the text is the end of the line."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("connection", "close")
        self.end_headers()

    def send(self, *chunks: bytes) -> None:
        """Send some bytes at once."""
        for chunk in chunks:
            self.wfile.write(chunk)
            self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def says(*pieces: str, ending: bytes = DONE) -> Scene:
    """Answer with these pieces."""

    def scene(stage: Stage) -> None:
        stage.head(200, content_type="text/event-stream; charset=utf-8")
        stage.send(*map(event, pieces), ending)

    return scene


def answers(status: int, body: str = "", **headers: str) -> Scene:
    """Answer with an error, or whatever else is one text."""

    def scene(stage: Stage) -> None:
        stage.head(status, **headers)
        stage.send(body.encode())

    return scene


def streams(*chunks: bytes) -> Scene:
    """Answer with these bytes, each sent on its own."""

    def scene(stage: Stage) -> None:
        stage.head(200, content_type="text/event-stream")
        for chunk in chunks:
            stage.send(chunk)
            time.sleep(0.001)

    return scene


def hangs(*before: bytes) -> Scene:
    """Answer with these bytes and then keep the line open in silence until the client hangs up."""

    def scene(stage: Stage) -> None:
        if before:
            stage.head(200, content_type="text/event-stream")
            stage.send(*before)
        if not stage.connection.recv(1):
            stage.played.hung_up.set()

    return scene


def goes_on(chunk: bytes, every: float = 0.02) -> Scene:
    """Answer with the same bytes again and again until the client hangs up."""

    def scene(stage: Stage) -> None:
        stage.head(200, content_type="text/event-stream")
        while True:
            stage.send(chunk)
            time.sleep(every)

    return scene


def event(text: str, finish: str | None = None) -> bytes:
    """Return one piece as a server sends it, with characters beyond ASCII as they are."""
    chunk = {"id": "1", "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]}
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode()


@contextmanager
def playing(*scenes: Scene) -> Iterator[Server]:
    """Serve the scenes in order, the last one again and again."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stage)
    server.daemon_threads = True
    played = Server(f"http://127.0.0.1:{server.server_port}", list(scenes))
    server.RequestHandlerClass = type("Playing", (Stage,), {"played": played})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield played
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
