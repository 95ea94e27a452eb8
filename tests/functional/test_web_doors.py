"""Opening the doors of a home: what is refused, and what happens when the work behind them fails."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot import settings
from bot.chat.web.places import Places
from bot.commands import doors, floor
from bot.commands.doors import Door
from bot.errors import AttuneError, PortTaken
from bot.wiring import Wiring
from tests.functional.browsing import free_port
from tests.functional.command import Attune


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104 - that is what is refused
def test_the_demo_listens_on_this_machine_only(attune: Attune, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("ATTUNE_WEB_HOST", host)
    done = attune("demo")
    assert done.code == 1
    assert "asks nobody for a password" in done.said
    assert done.said.count("\n") == 1


@pytest.mark.parametrize("setting", ["ATTUNE_WEB_PORT", "ATTUNE_CONSOLE_PORT"])
@pytest.mark.parametrize("verb", ["demo", "serve"])
def test_a_port_that_is_taken_names_its_setting(
    attune: Attune, monkeypatch: pytest.MonkeyPatch, taken: int, verb: str, setting: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        free = other.getsockname()[1]
    for name in ("ATTUNE_WEB_PORT", "ATTUNE_CONSOLE_PORT"):
        monkeypatch.setenv(name, str(taken if name == setting else free))
    done = attune(verb)
    assert done.code == 1
    assert done.said.splitlines()[-1] == (
        f"Port {taken} on 127.0.0.1 is in use by another program: set {setting} to a free one."
    )


def test_work_that_fails_behind_open_doors_closes_them_and_is_told() -> None:
    def fails() -> None:
        raise PortTaken(port=1, host="x", setting="y")

    with (
        doors.listening("127.0.0.1", 0, "ATTUNE_WEB_PORT") as listener,
        pytest.raises(AttuneError, match="Port 1 on x"),
    ):
        doors.run([Door(FastAPI(), listener)], fails)


def test_connections_that_ask_nothing_are_closed_and_others_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "_connections", lambda: 4)
    monkeypatch.setattr(doors, "_ASKING", 0.5)
    app = FastAPI()
    app.get("/")(lambda: "here")
    statuses: list[int] = []

    def visited(port: int) -> None:
        with ExitStack() as stack:
            silent = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(4)]
            for one in silent:
                one.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: ")
            time.sleep(0.1)
            with pytest.raises(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/")
            assert [one.recv(1) for one in silent] == [b""] * 4
        statuses.append(httpx.get(f"http://127.0.0.1:{port}/").status_code)
        raise PortTaken(port=port, host="x", setting="y")

    with doors.listening("127.0.0.1", 0, "ATTUNE_WEB_PORT") as listener, pytest.raises(PortTaken):
        doors.run([Door(app, listener)], lambda: visited(listener.getsockname()[1]))
    assert statuses == [200]


def test_each_door_keeps_to_its_own_https_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    addresses = {"public_url": "https://attune.example.org", "console_url": "https://admin.example.org"}
    ports = {"web_port": free_port(), "console_port": free_port()}
    with closing(Wiring(settings.load(tmp_path / "home"))) as parts:
        parts.settings = parts.settings.model_copy(update=addresses | ports)
        with floor.listening(parts, Places()) as opened:
            assert (opened.web, opened.console) == tuple(addresses.values())
            for door, address in zip(opened.doors, addresses.values(), strict=True):
                page = TestClient(door.app, base_url=address).get("/sign-in")
                assert page.headers["set-cookie"].startswith("__Host-attune-")
                assert "Secure" in page.headers["set-cookie"]
                assert page.headers["strict-transport-security"]
