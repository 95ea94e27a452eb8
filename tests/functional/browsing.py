"""A browser on a real door of Attune, which fails a test for anything that its console complains about."""

import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.functional.command import ATTUNE, environment
from tests.servers.browser import axe

WIDE: Final = (1440, 900)
NARROW: Final = (375, 812)
LOOKS: Final = [(size, theme) for size in (WIDE, NARROW) for theme in ("light", "dark")]
"""Every way in which a page is looked at."""
SECONDS: Final = 120
"""More than a door takes to open with its models loaded, on a busy machine."""
_REFUSED: Final = re.compile(
    r"status of 4\d\d|Error Code 4\d\d|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|^\[object Event\]$"
)
"""What a browser says of refused requests and lost connections, the last one as its event streams do."""
expect.set_options(timeout=60_000)


@dataclass(frozen=True, slots=True)
class Site:
    """The doors of a running `attune demo` or `attune serve`."""

    chat: str
    console: str
    log: Path
    """What the command says."""
    process: subprocess.Popen[bytes]


@dataclass(slots=True)
class Watched:
    """What went wrong in a page without anybody seeing it."""

    refusals: bool = False
    """Whether refused requests and lost connections are part of the test; a browser complains about each."""
    said: list[str] = field(default_factory=list)

    def on(self, page: Page) -> None:
        """Watch a page: errors in its scripts, refused content, requests to anywhere else."""
        page.on("pageerror", lambda error: self.said.append(f"script: {error}"))
        page.on("console", lambda line: self._logged(line))  # noqa: PLW0108 - it refuses methods of what has slots
        page.on("request", lambda request: self._requested(request.url))
        page.on("dialog", lambda dialog: self._dialog(dialog.message))

    def _logged(self, line: ConsoleMessage) -> None:
        refusal = self.refusals and _REFUSED.search(line.text)
        if line.type in {"error", "warning"} and not refusal:
            self.said.append(f"console: {line.text}")

    def _requested(self, url: str) -> None:
        if urlsplit(url).hostname not in {"127.0.0.1", "localhost", None}:
            self.said.append(f"elsewhere: {url}")

    def _dialog(self, message: str) -> None:
        self.said.append(f"dialog: {message}")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def site(command: str, home: Path, *, until: str = "Ready:", **settings: str) -> Iterator[Site]:
    """Run the doors of a home until the test is done with them, at free ports unless the settings name some.

    The demo is given once it has said `until`, which by default is that it answers.
    """
    chosen = {"ATTUNE_WEB_PORT": str(free_port()), "ATTUNE_CONSOLE_PORT": str(free_port()), **settings}
    chat, console = (f"http://127.0.0.1:{chosen[f'ATTUNE_{door}_PORT']}" for door in ("WEB", "CONSOLE"))
    log = home.parent / f"{home.name}-{uuid4().hex[:8]}.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [ATTUNE, command, "--home", home], stdout=output, stderr=output, env=environment(chosen)
        )
    found = Site(chat, console, log, process)
    try:
        _wait(found)
        if command == "demo":
            told(found, until)
        yield found
    finally:
        process.terminate()
        process.wait(SECONDS)


def demo_home(factory: pytest.TempPathFactory) -> Path:
    """Return a home of one's own with the sample company in it, which is brought in only once."""
    filled = factory.getbasetemp() / "sample-company" / "home"
    if not filled.exists():
        filled.parent.mkdir()
        with site("demo", filled):
            pass
    return Path(shutil.copytree(filled, factory.mktemp("demo") / "home"))


def _wait(found: Site) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and found.process.poll() is None:
        try:
            if all(httpx.get(f"{url}/readyz").is_success for url in (found.chat, found.console)):
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(found.log.read_text("utf-8")[-3000:])


def told(found: Site, what: str) -> str:
    """Wait until the command has said something, and return all that it said."""
    deadline = time.monotonic() + SECONDS
    while what not in (said := found.log.read_text("utf-8")):
        assert time.monotonic() < deadline, said[-3000:]
        time.sleep(0.1)
    return said


@contextmanager
def visiting(
    browser: Browser, size: tuple[int, int] = WIDE, *, theme: str = "light", zone: str = "UTC", refusals: bool = False
) -> Iterator[Page]:
    """Open a page of a person who has never been here; whatever its console says fails the test."""
    watched = Watched(refusals)
    with _context(browser, size, theme, zone) as context:
        page = context.new_page()
        watched.on(page)
        yield page
    assert not watched.said, watched.said


@contextmanager
def _context(browser: Browser, size: tuple[int, int], theme: str, zone: str) -> Iterator[BrowserContext]:
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        timezone_id=zone,
        has_touch=size == NARROW,
        reduced_motion="reduce",
        locale="en-GB",
    )
    try:
        yield context
    finally:
        context.close()


def ready(page: Page) -> None:
    """Wait until one can ask."""
    expect(page.get_by_label("Your question")).to_be_visible()
    page.wait_for_load_state()


def send(page: Page, question: str) -> None:
    """Type a question and send it."""
    ready(page)
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")


def ask(page: Page, question: str) -> None:
    """Type a question and send it, and wait for its end."""
    send(page, question)
    settled(page, question)


def settled(page: Page, question: str) -> None:
    """Wait until the last turn is about this question and has come to an end."""
    turn = page.locator(".turn").last
    expect(turn.locator("h2")).to_have_text(question)
    expect(turn).to_have_attribute("data-state", "done")


def usable(page: Page) -> None:
    """Check that nothing on the page as it is now keeps anybody from using it."""
    assert accessibility(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{page.url} scrolls sideways"


def accessibility(page: Page) -> list[str]:
    """Return what axe finds on the page as it is now, each as the rule and the element."""
    # Read out of a string, because the page's own policy refuses scripts that are put into it.
    found = json.loads(page.evaluate(f"(async () => {{ {axe()}; return JSON.stringify(await axe.run()); }})()"))
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]]
