"""The demo in a real browser: its people and tabs, tables that are cited, and its first minute."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.functional.browsing import Site, ask, ready, send, settled, site, told, visiting

pytestmark = pytest.mark.slow

SICK = "What do I do when I am sick?"
BANDS = "What are the salary bands for E5 in Lisbon?"


def test_each_person_is_offered_what_shows_scopes_at_work(page: Page, demo: Site) -> None:
    page.goto(f"{demo.chat}/me")
    for name in ("Paula", "Elena", "Felix", "You"):
        page.get_by_role("button", name=name).click()
        page.goto(f"{demo.chat}/me?new=1")
        questions = page.locator(".suggestions [data-ask]").evaluate_all("all => all.map(one => one.dataset.ask)")
        assert len(questions) >= 2
        for question in questions:
            page.goto(f"{demo.chat}/me?new=1")
            page.get_by_role("button", name=question).click()
            settled(page, question)
            expect(page.locator(".turn").last.locator(".source").first).to_be_attached()


def test_a_tab_that_was_opened_as_somebody_else_says_so(chromium: Browser, demo: Site) -> None:
    with visiting(chromium, refusals=True) as page:
        page.goto(f"{demo.chat}/c/general?new=1")
        ask(page, SICK)
        other = page.context.new_page()
        other.goto(f"{demo.chat}/c/general")
        other.get_by_role("button", name="Elena").click()
        expect(other.locator(".who")).to_contain_text("Elena")
        send(page, SICK)
        said = page.get_by_role("alert").filter(has_text="but in another tab you became Elena")
        said.get_by_role("link", name="Reload").click()
        expect(page.locator(".who")).to_contain_text("Elena")
        ready(page)


def test_enter_sends_only_what_can_be_answered(page: Page, demo: Site) -> None:
    page.goto(f"{demo.chat}/c/general?new=1")
    ready(page)
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(0)
    assert page.evaluate("document.querySelector('#composer').noValidate")
    ask(page, SICK)
    page.evaluate("document.querySelector('.turn').dataset.stop = ''")  # as if it were still on its way
    page.get_by_label("Your question").fill(SICK)
    page.keyboard.press("Enter")
    expect(page.locator("#left")).to_have_text("One answer at a time: wait for this one, or stop it.")
    expect(page.locator(".turn")).to_have_count(1)


def test_a_cited_row_is_shown_under_the_head_of_its_table(page: Page, demo: Site) -> None:
    page.goto(f"{demo.chat}/c/people-team?new=1")
    ask(page, BANDS)
    source = page.locator(".turn").last.locator(".source").first
    source.get_by_role("link").click()
    expect(page.locator("mark").first).to_be_in_viewport()
    expect(page.locator("table:has(mark) thead")).to_be_in_viewport()
    heights = page.locator("tbody tr").evaluate_all("rows => rows.map(row => row.offsetHeight)")
    assert max(heights) < 100
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_first_start_tells_how_far_it_is(chromium: Browser, tmp_path: Path) -> None:
    with site("demo", tmp_path / "home", until="in a browser") as demo, visiting(chromium) as page:
        page.goto(f"{demo.chat}/c/general")
        expect(page.locator("#preparing")).to_contain_text("Reading the sample documents")
        send(page, SICK)
        console = page.context.new_page()
        console.goto(demo.console)
        expect(console.get_by_role("heading", level=1)).to_have_text("Documents are coming in")
        expect(console.get_by_text("Missing")).to_have_count(0)
        told(demo, "Ready:")
        settled(page, SICK)
        expect(page.locator("#preparing")).to_be_hidden()
        expect(console.get_by_role("heading", level=1)).to_have_text("Everything is set up")
