"""What the chat survives: closed browsers, restarts, second tabs, a slow model, none at all, and far too much text."""

import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import Browser, BrowserContext, Cookie, Page, expect

from tests.functional.browsing import Site, free_port, ready, send, settled, site, visiting
from tests.functional.scripted_server import DONE, Server, Stage, event, goes_on, playing
from tests.functional.small_home import CELLAR, CODE, QUESTION, choose, invited, small_home

pytestmark = pytest.mark.slow

SECONDS = 120
MODEL = {"ATTUNE_MODEL": "openai", "ATTUNE_MODEL_NAME": "scripted", "ATTUNE_LOG_LEVEL": "warning"}


@dataclass
class Gate:
    """A model that says one sentence, and the second one when it is told to."""

    opened: Event = field(default_factory=Event)

    def __call__(self, stage: Stage) -> None:
        stage.head(200, content_type="text/event-stream")
        stage.send(event(f"{CELLAR} [1] The"))
        while not self.opened.wait(0.1):
            stage.send(b": still here\n\n")
        stage.send(event(f"{CODE.removeprefix('The')} [1]"), DONE)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_home(tmp_path_factory)


@pytest.fixture(scope="module")
def model() -> Iterator[Server]:
    with playing(Gate()) as server:
        yield server


@pytest.fixture(scope="module")
def here(home: Path, model: Server) -> Iterator[Site]:
    with site("serve", home, ATTUNE_MODEL_URL=model.url, **MODEL) as running:
        yield running


@pytest.fixture
def gate(model: Server) -> Iterator[Gate]:
    made = Gate()
    model.scenes[:] = [made]
    model.hung_up.clear()
    yield made
    made.opened.set()


@pytest.fixture(scope="module")
def cookies(chromium: Browser, home: Path, here: Site) -> Sequence[Cookie]:
    """Return what signs a browser in, on every port of this home."""
    with visiting(chromium) as page:
        choose(page, invited(home, here, "ann"))
        ready(page)
        return page.context.cookies()


@pytest.fixture
def page(chromium: Browser, cookies: Sequence[Cookie]) -> Iterator[Page]:
    with visiting(chromium, refusals=True) as opened:
        sign_in(opened.context, cookies)
        yield opened


def sign_in(context: BrowserContext, cookies: Sequence[Cookie]) -> None:
    context.add_cookies([{**cookie} for cookie in cookies])  # type: ignore[typeddict-item]


def begun(page: Page, here: Site) -> None:
    """Ask in a conversation of its own, and wait for the first sentence."""
    page.goto(f"{here.chat}/me?new=1")
    send(page, QUESTION)
    expect(page.locator(".turn").last.locator(".answer-text")).to_contain_text(CELLAR)
    expect(page.get_by_role("button", name="Stop answering")).to_be_visible()


def whole(page: Page) -> None:
    """Wait until the last answer is there, each sentence once."""
    settled(page, QUESTION)
    text = page.locator(".turn").last.locator(".answer-text")
    expect(text).to_contain_text(CODE)
    assert text.inner_text().count("Bicycles are kept") == 1


def test_a_browser_closed_while_answering(
    chromium: Browser, cookies: Sequence[Cookie], here: Site, page: Page, gate: Gate
) -> None:
    begun(page, here)
    address = page.url
    page.context.close()
    gate.opened.set()
    with visiting(chromium) as again:
        sign_in(again.context, cookies)
        again.goto(address)
        whole(again)


def test_an_answer_that_is_no_longer_wanted(page: Page, here: Site, model: Server, gate: Gate) -> None:
    model.scenes[:] = [goes_on(event(f"{CELLAR} [1] "), every=0.1)]
    begun(page, here)
    page.get_by_role("button", name="Stop answering").click()
    turn = page.locator(".turn").last
    expect(turn).to_have_attribute("data-state", "stopped")
    expect(turn).to_contain_text("You stopped this")
    assert model.hung_up.wait(SECONDS), "the model goes on"
    model.scenes[:] = [gate]
    gate.opened.set()
    turn.get_by_role("button", name="Ask again").click()
    expect(page.locator(".turn")).to_have_count(2)
    whole(page)


def test_two_tabs_of_one_conversation(page: Page, here: Site, gate: Gate) -> None:
    begun(page, here)
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".turn").last.locator(".answer-text")).to_contain_text(CELLAR)
    gate.opened.set()
    for tab in (page, other):
        whole(tab)
    send(other, QUESTION)
    expect(other.locator(".turn")).to_have_count(2)
    whole(other)
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)
    whole(page)


def test_ten_megabytes_of_question(page: Page, here: Site) -> None:
    page.goto(f"{here.chat}/me?new=1")
    ready(page)
    long = "Where are bicycles kept? " * 400_000
    page.get_by_label("Your question").fill(long)
    expect(page.locator("#left")).to_have_text("9,996,000 characters too many: please shorten it")
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(0)
    answer = page.request.post(f"{here.chat}/questions", form={"text": long}, headers={"hx-request": "true"})
    assert answer.status == 413
    assert "That is too large to be read" in answer.text()
    page.get_by_label("Your question").fill(QUESTION)
    expect(page.locator("#left")).to_be_empty()


def test_a_server_that_is_started_again_meanwhile(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    home, gate = small_home(tmp_path_factory), Gate()
    ports = {f"ATTUNE_{door}_PORT": str(free_port()) for door in ("WEB", "CONSOLE")}
    with playing(gate) as model, visiting(chromium, refusals=True) as page:
        settings = {**MODEL, **ports, "ATTUNE_MODEL_URL": model.url}
        with site("serve", home, **settings) as here:
            choose(page, invited(home, here, "ann"))
            ready(page)
            begun(page, here)
            here.process.send_signal(signal.SIGTERM)
            assert here.process.wait(SECONDS) == 0
            expect(page.get_by_text("The connection was lost: trying again")).to_be_visible()
        gate.opened.set()
        with site("serve", home, **settings):
            whole(page)


def test_a_model_that_cannot_be_reached(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    home, nowhere = small_home(tmp_path_factory), f"http://127.0.0.1:{free_port()}"
    with site("serve", home, ATTUNE_MODEL_URL=nowhere, **MODEL) as here, visiting(chromium) as page:
        choose(page, invited(home, here, "ann"))
        send(page, QUESTION)
        turn = page.locator(".turn").last
        expect(turn).to_have_attribute("data-state", "failed")
        expect(turn.locator(".outcome")).to_contain_text("The language model cannot be used right now")
        expect(turn.get_by_role("button", name="Ask again")).to_be_visible()
