"""Ctrl-C, SIGTERM and servers: how commands end when they are told to, and what the health door says."""

import json
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

from tests.functional.command import run, running
from tests.functional.scripted_server import Server, event, hangs, playing, says

pytestmark = pytest.mark.slow

SECONDS = 30
"""More than a command takes to end on a busy machine; it would take far longer if it waited for the model."""


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """Let commands be interrupted also where the tests run in the background: a shell has Ctrl-C ignored there."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with one document that everyone may see, and no release yet."""
    base = tmp_path_factory.mktemp("signals")
    (base / "documents").mkdir()
    (base / "documents" / "leave.md").write_text("# Leave\n\nEverybody gets 26 days of leave a year.\n")
    for command in (
        ("sources", "add", "docs", base / "documents", "--scope", "everyone"),
        ("sources", "sync"),
        ("grants", "allow", "everyone", "everyone"),
    ):
        assert run(*command, "--home", base / "home").code == 0
    return base / "home"


def openai(server: Server) -> dict[str, str]:
    return {"ATTUNE_MODEL": "openai", "ATTUNE_MODEL_NAME": "scripted", "ATTUNE_MODEL_URL": server.url}


def asked(server: Server) -> None:
    """Wait until the model was asked."""
    deadline = time.monotonic() + 200
    while not server.requests:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_answering_ends_the_command_and_the_model(home: Path, number: signal.Signals, code: int) -> None:
    with (
        playing(hangs(event("Everybody"))) as server,
        running("ask", "How many days of leave?", "--home", home, **openai(server)) as process,
    ):
        asked(server)
        process.send_signal(number)
        _, said = process.communicate(timeout=SECONDS)
        assert process.returncode == code
        assert said.rstrip().endswith("Stopped.")
        assert "Traceback" not in said
        assert server.hung_up.wait(SECONDS)


def test_ctrl_c_in_a_chat_stops_the_answer_and_the_next_question_is_answered(home: Path) -> None:
    reply = says("Everybody gets 26 days of leave a year [1].")
    with (
        playing(hangs(event("Everybody")), reply) as server,
        running("chat", "--home", home, **openai(server)) as process,
    ):
        assert process.stdin is not None
        process.stdin.write("How many days of leave?\n")
        process.stdin.flush()
        asked(server)
        process.send_signal(signal.SIGINT)
        printed, said = process.communicate("How many days of leave are there?\n", timeout=120)
        assert process.returncode == 0, said
        before, _, after = printed.partition("Stopped.")
        assert "26 days" not in before
        assert "Everybody gets 26 days of leave a year" in after
        assert "leave.md" in after


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def get(port: int, path: str) -> tuple[int, dict[str, str], object]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=120) as reply:
            return reply.status, lower(reply.headers), json.load(reply)
    except urllib.error.HTTPError as error:
        with error:
            return (
                error.code,
                lower(error.headers),
                json.load(error) if "json" in error.headers.get_content_type() else "",
            )


def lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def ports(web: int | None = None) -> dict[str, str]:
    return {"ATTUNE_WEB_PORT": str(web or free_port()), "ATTUNE_CONSOLE_PORT": str(free_port())}


def test_one_server_a_home_and_a_clean_end(home: Path, tmp_path: Path) -> None:
    port = free_port()
    with running("serve", "--home", home, **ports(port)) as server:
        assert server.stdout is not None
        assert f"http://127.0.0.1:{port}/readyz" in server.stdout.readline()
        status, headers, content = get(port, "/healthz")
        assert (status, content) == (200, {"ok": True})
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers
        assert get(port, "/readyz")[::2] == (200, {"ready": True, "failing": []})
        assert get(port, "/docs")[0] == 404

        second = run("serve", "--home", home, **ports())
        assert second.code == 1
        assert second.said == (
            f"Another attune process (pid {server.pid}) is serving this home already: stop it, or use another --home.\n"
        )
        elsewhere = run("serve", "--home", tmp_path / "other", **ports(port))
        assert elsewhere.code == 1
        assert elsewhere.said == (
            f"Port {port} on 127.0.0.1 is in use by another program: set ATTUNE_WEB_PORT to a free one.\n"
        )

        server.send_signal(signal.SIGTERM)
        _, said = server.communicate(timeout=SECONDS)
        assert server.returncode == 0
        events = [json.loads(line)["event"] for line in said.splitlines() if line.startswith("{")]
        assert (events[0], events[-1]) == ("serving", "stopped")


def test_a_home_that_cannot_answer_is_not_ready_and_tells_nothing(tmp_path: Path) -> None:
    port = free_port()
    home = tmp_path / "home"
    settings = {**ports(port), "ATTUNE_EMBEDDER_NAME": "/nowhere"}
    with running("serve", "--home", home, **settings) as server:
        assert server.stdout is not None
        server.stdout.readline()
        assert get(port, "/readyz")[::2] == (503, {"ready": False, "failing": ["store"]})
        assert get(port, "/healthz")[0] == 200
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=SECONDS)
        assert server.returncode == 0


def test_a_reader_that_leaves_is_no_trouble(home: Path) -> None:
    with running("grants", "list", "--home", home) as process:
        assert process.stdout is not None
        process.stdout.close()
        process.stdout = None
        _, said = process.communicate(timeout=SECONDS)
        assert said == ""
