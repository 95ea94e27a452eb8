"""Opening the doors of a home: what is refused, and what happens when the work behind them fails."""

import socket
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from bot.commands import doors
from bot.commands.doors import Door
from bot.errors import AttuneError, PortTaken
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
