"""The web chat as a stranger meets it: the real demo in a real browser."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.functional.browsing import LOOKS, Site, accessibility, ask, settled, visiting

pytestmark = pytest.mark.slow

KEYS = "I lost both of my security keys. How do I get back into my account?"
BONUS = "What is the highest sign-on bonus we may offer a candidate?"
SICK = "What do I do when I am sick?"
EARLY = "Tell your manager before 09:30 on the first day"
PLACES = ("general", "engineering", "people-team", "finance")
_RINGED = """() => {
    const ringed = (style) => style.outlineStyle !== "none" || style.boxShadow !== "none";
    const ring = (one) => [undefined, "::after"].some((part) => ringed(getComputedStyle(one, part)));
    const here = document.activeElement;
    const around = [here, here.parentElement, here.closest(".source")];
    return here === document.body || around.some((one) => one && ring(one));
}"""
"""Whether one sees where the focus is; a field or a title may show it on the box that it stands in or spans."""


def goto(page: Page, demo: Site, place: str = "general") -> None:
    page.goto(f"{demo.chat}/c/{place}?new=1")


def test_a_strangers_minute(page: Page, demo: Site) -> None:
    goto(page, demo)
    expect(page.get_by_role("heading", level=1)).to_have_text("general")
    expect(page.locator(".about")).to_contain_text("the handbook of Termanza, an invented company")
    page.get_by_role("button", name=SICK).click()
    settled(page, SICK)
    answer = page.locator(".turn").last
    expect(answer.locator(".answer-text")).to_contain_text(EARLY)
    number = answer.get_by_role("link", name="Source 1").first
    number.hover()
    expect(answer.locator(".source").first).to_have_class(re.compile(r"\blit\b"))
    expect(answer.locator(".source-meta").first).to_contain_text("leave / annual-leave.md")
    answer.locator(".source a").first.click()
    expect(page.locator("mark").first).to_be_in_viewport()
    expect(page.locator("mark").first).to_contain_text(EARLY)
    page.get_by_role("link", name="Back to the answer").click()
    expect(page.get_by_label("Your question")).to_be_visible()
    expect(page.locator(".turn").last.locator(".answer-text")).to_contain_text(EARLY)


def test_the_same_question_in_two_channels(page: Page, demo: Site) -> None:
    goto(page, demo)
    ask(page, BONUS)
    turn = page.locator(".turn").last
    expect(turn.locator(".answer")).to_have_class(re.compile("abstained"))
    expect(turn).not_to_contain_text("10%")
    page.get_by_role("link", name="people-team").click()
    page.get_by_role("link", name="New conversation").click()
    ask(page, BONUS)
    expect(page.locator(".turn").last.locator(".answer-text")).to_contain_text("10%")


def test_a_new_conversation_stands_in_the_list_at_once(page: Page, demo: Site) -> None:
    goto(page, demo)
    ask(page, KEYS)
    newest = page.get_by_role("navigation", name="Conversations").get_by_role("link").first
    expect(newest).to_contain_text(KEYS[:20])
    expect(newest).to_have_attribute("aria-current", "page")
    newest.click()
    expect(page.locator(".turn")).to_have_count(1)


def test_times_are_told_in_the_zone_of_the_reader(chromium: Browser, demo: Site) -> None:
    told = []
    for zone in ("Asia/Tokyo", "America/New_York"):
        with visiting(chromium, zone=zone) as page:
            goto(page, demo)
            ask(page, KEYS)
            time = page.locator(".turn time").first
            moment = datetime.fromisoformat(str(time.get_attribute("datetime"))).astimezone(ZoneInfo(zone))
            expect(time).to_have_text(f"{moment:%a} {moment.day} {moment:%b}, {moment:%H:%M}")
            told.append(moment.utcoffset())
    assert len(set(told)) == 2


@pytest.mark.parametrize("place", PLACES)
def test_every_suggested_question_has_a_good_answer(page: Page, demo: Site, place: str) -> None:
    goto(page, demo, place)
    questions = page.locator(".suggestions [data-ask]").evaluate_all("all => all.map(one => one.dataset.ask)")
    assert len(questions) >= 2
    for question in questions:
        goto(page, demo, place)
        page.get_by_role("button", name=question).click()
        settled(page, question)
        expect(page.locator(".turn").last.locator(".source").first).to_be_attached()


def test_a_thumb_is_given_explained_changed_and_taken_back(page: Page, demo: Site) -> None:
    goto(page, demo)
    ask(page, KEYS)
    turn = page.locator(".turn").last
    turn.get_by_role("button", name="Good answer").click()
    expect(turn.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "true")
    expect(turn.get_by_label("What was good?")).to_be_visible()
    expect(turn.get_by_label("A better answer")).to_have_count(0)
    turn.get_by_role("button", name="Bad answer").click()
    expect(turn.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "true")
    expect(turn.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "false")
    for reason in ("Wrong", "Out of date", "Something is missing", "Wrong"):
        turn.get_by_role("button", name=reason).click()
    expect(turn.get_by_label("What was wrong?")).to_have_value("Out of date; Something is missing")
    better = turn.get_by_label("A better answer")
    better.fill("Ask <b>the</b> front desk.")
    better.evaluate("field => { field.style.height = '300px'; }")  # as who drags its corner
    turn.get_by_role("button", name="Send").click()
    expect(turn.locator(".kept")).to_contain_text("Out of date; Something is missing")
    page.reload()
    turn = page.locator(".turn").last
    expect(turn.locator(".kept")).to_contain_text("Ask <b>the</b> front desk.")
    expect(turn.get_by_text("A reviewer reads it before anything changes.").first).to_be_visible()
    turn.get_by_text("Change what you said").click()
    expect(turn.get_by_role("button", name="Out of date")).to_have_attribute("aria-pressed", "true")
    expect(turn.get_by_role("button", name="Wrong", exact=True)).to_have_attribute("aria-pressed", "false")
    expect(turn.get_by_label("A better answer")).to_have_value("Ask <b>the</b> front desk.")
    turn.get_by_role("button", name="Withdraw my vote").click()
    expect(turn.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "false")


def test_a_follow_up_is_understood_and_found_again(page: Page, demo: Site) -> None:
    goto(page, demo)
    ask(page, "How much can I spend on a hotel in Lisbon?")
    ask(page, "And in Bristol?")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn").last.locator(".answer-text")).to_contain_text("Bristol")
    page.goto(demo.chat)
    expect(page.locator(".turn")).to_have_count(2)


def test_markup_in_a_question_is_text(page: Page, demo: Site) -> None:
    goto(page, demo)
    attack = "<img src=x onerror=alert(1)><script>alert(2)</script> What is a <b>purchase order</b>?"
    ask(page, attack)
    page.reload()
    expect(page.locator(".turn h2").last).to_have_text(attack)


def test_a_link_to_an_answer_asks_who_reads_it(page: Page, demo: Site) -> None:
    goto(page, demo, "people-team")
    ask(page, BONUS)
    link = page.locator("[data-copy]").last.get_attribute("data-copy")
    assert link
    page.goto(f"{demo.chat}{link}" if link.startswith("/") else link)
    expect(page.locator("main")).to_contain_text("10%")


def test_who_may_not_see_an_answer_is_not_told_that_there_is_one(chromium: Browser, demo: Site) -> None:
    with visiting(chromium) as page:
        goto(page, demo, "people-team")
        ask(page, BONUS)
        link = page.locator("[data-copy]").last.get_attribute("data-copy") or ""
        document = page.locator(".source a").first.get_attribute("href") or ""
        goto(page, demo)
        for path in (one.partition("?")[0] for one in (link, document)):
            refused = page.request.get(f"{demo.chat}{path}")
            missing = page.request.get(f"{demo.chat}{path[:10]}{'0' * 8}")
            assert refused.status == missing.status == 404
            assert "10%" not in refused.text()


def test_with_the_keyboard_alone(page: Page, demo: Site) -> None:
    goto(page, demo)
    page.get_by_label("Your question").focus()
    page.keyboard.type(KEYS)
    page.keyboard.press("Enter")
    settled(page, KEYS)
    seen: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        assert page.evaluate(_RINGED), page.evaluate("document.activeElement.outerHTML")
        name = "document.activeElement.ariaLabel || document.activeElement.textContent.trim()"
        seen.append(str(page.evaluate(name)))
    for wanted in ("Source 1", "Good answer", "Bad answer", "Copy link", "New conversation", "people-team"):
        assert any(wanted in name for name in seen), wanted


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_nothing_keeps_anybody_from_using_it(chromium: Browser, demo: Site, size: tuple[int, int], theme: str) -> None:
    with visiting(chromium, size, theme=theme) as page:
        goto(page, demo)
        assert accessibility(page) == []
        ask(page, KEYS)
        page.get_by_role("button", name="Bad answer").last.click()
        expect(page.get_by_role("button", name="Out of date")).to_be_visible()
        assert accessibility(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it scrolls sideways"
        href = page.locator(".source a").first.get_attribute("href")
        goto(page, demo)
        ask(page, BONUS)
        assert accessibility(page) == []
        page.goto(f"{demo.chat}{href}")
        expect(page.locator("mark").first).to_be_attached()
        assert accessibility(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it scrolls sideways"
