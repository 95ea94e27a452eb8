"""Coming in through a browser: the first link, passwords, sessions, and what is closed to whom."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.functional.browsing import LOOKS, Site, ask, ready, send, site, told, usable, visiting
from tests.functional.small_home import QUESTION, choose, invited, sign_in, small_home

pytestmark = pytest.mark.slow

_LINK = re.compile(r"makes the first one, once: (http://\S+)")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_home(tmp_path_factory)


@pytest.fixture(scope="module")
def here(home: Path) -> Iterator[Site]:
    with site("serve", home) as running:
        yield running


def test_the_first_admin_comes_in_asks_votes_and_leaves(chromium: Browser, here: Site) -> None:
    found = _LINK.search(told(here, "This link makes the first one"))
    assert found
    with visiting(chromium, refusals=True) as page:
        choose(page, found[1])
        ready(page)
        expect(page.locator(".who")).to_contain_text("admin")
        expect(page.get_by_role("heading", level=1)).to_have_text("Just you")
        expect(page.locator(".places")).not_to_contain_text("general")
        ask(page, QUESTION)
        turn = page.locator(".turn").last
        expect(turn.locator(".answer-text")).to_contain_text("cellar of the north house")
        turn.get_by_role("button", name="Good answer").click()
        expect(turn.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "true")
        page.goto(here.console)
        expect(page.locator("nav.tabs")).to_contain_text("Sources")
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(f"{here.console}/sign-in")
        page.goto(here.chat)
        sign_in(page, "admin")
        expect(page.locator(".turn h2")).to_have_text(QUESTION)
        assert page.goto(found[1])
        expect(page.get_by_role("alert").last).to_contain_text("This link was used already")


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("too short", "", "This password cannot be used: it has 9 characters"),
        ("wordswordswords", "wordswordswordx", "This password cannot be used: the two are not the same"),
        ("aaaaaaaaaaaaaaa", "", "This password cannot be used:"),
    ],
)
def test_a_password_that_cannot_be_used_is_one_sentence(
    chromium: Browser, home: Path, here: Site, password: str, again: str, sentence: str
) -> None:
    with visiting(chromium, refusals=True) as page:
        link = invited(home, here, "carla")
        if len(password) < len("wordswordswords"):
            choose(page, link, password)
            assert page.evaluate("document.getElementById('password').validationMessage"), "the browser says it first"
            expect(page).to_have_url(link)
            page.locator("[minlength]").evaluate_all("all => all.forEach((one) => one.removeAttribute('minlength'))")
            page.get_by_role("button", name="Set the password").click()
        else:
            choose(page, link, password, again)
        expect(page.locator("#problem")).to_contain_text(sentence)
        expect(page.locator("main [role=alert]")).to_have_count(1)
        choose(page, link)
        ready(page)


def test_somebody_who_is_no_admin_may_ask_and_nothing_else(chromium: Browser, home: Path, here: Site) -> None:
    with visiting(chromium, refusals=True) as page:
        choose(page, invited(home, here, "nora"))
        ready(page)
        expect(page.get_by_role("link", name="Console")).to_have_count(0)
        for path in ("/", "/sources", "/people", "/answers"):
            refused = page.goto(f"{here.console}{path}")
            assert refused
            assert refused.status == 403
            expect(page.get_by_role("main")).to_contain_text("This is for people with the role admin")
            usable(page)


def test_a_wrong_password_does_not_tell_what_is_wrong(chromium: Browser, home: Path, here: Site) -> None:
    with visiting(chromium, refusals=True) as page:
        choose(page, invited(home, here, "wanda"))
        page.get_by_role("button", name="Sign out").click()
        for name in ("wanda", "nobody-at-all"):
            sign_in(page, name, "not the password")
            expect(page.get_by_role("main").get_by_role("alert")).to_have_text(
                "The name or the password is not right. Passwords are set with a link that an admin can give you."
            )
            expect(page.get_by_label("Name")).to_have_value(name)
        sign_in(page, "wanda")
        ready(page)


def test_a_forged_session_leads_to_the_sign_in_page(chromium: Browser, home: Path, here: Site) -> None:
    with visiting(chromium, refusals=True) as page:
        choose(page, invited(home, here, "greta"))
        ready(page)
        for cookie in page.context.cookies():
            page.context.add_cookies([{**cookie, "value": cookie["value"][::-1]}])  # type: ignore[typeddict-item]
        send(page, QUESTION)
        expect(page.get_by_text("Your sign-in has ended: please sign in again.")).to_be_visible()
        sign_in(page, "greta")
        expect(page.get_by_label("Your question")).to_have_value(QUESTION)
        page.context.clear_cookies()
        page.goto(f"{here.console}/sources")
        expect(page).to_have_url(f"{here.console}/sign-in?next=/sources")


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_nothing_keeps_anybody_from_coming_in(
    chromium: Browser, home: Path, here: Site, size: tuple[int, int], theme: str
) -> None:
    with visiting(chromium, size, theme=theme, refusals=True) as page:
        link = invited(home, here, "iris")
        page.goto(link)
        usable(page)
        choose(page, link)
        ready(page)
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        usable(page)
        sign_in(page, "iris", "not the password")
        expect(page.get_by_role("main").get_by_role("alert")).to_be_visible()
        usable(page)
        page.goto(f"{here.chat}/welcome/nothing")
        usable(page)
