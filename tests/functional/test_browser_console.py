"""The console as an admin uses it: the real demo in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.functional.browsing import LOOKS, Site, ask, ready, usable, visiting

pytestmark = pytest.mark.slow

PAGES = (
    "/",
    "/sources",
    "/sources/one?name=people",
    "/sources/remove?name=people",
    "/grants",
    "/grants/seen?of=terminal:local:people-team",
    "/grants/scope?name=people",
    "/people",
    "/groups",
    "/answers",
)
KEYS = "I lost both of my security keys. How do I get back into my account?"
BADGE = "Which colour is the badge for the aquarium?"
TURQUOISE = "The badge for the aquarium is turquoise."
IMAGE = "<img src=x onerror=alert(1)>"
SCRIPT = f"<script>document.title='ran'</script>{IMAGE}"
PERSON = "<script>alert(1)</script>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with three documents: a short one, one that takes a while, and one that is broken."""
    made = tmp_path / "aquarium"
    made.mkdir()
    (made / "badges.md").write_text(f"# Badges\n\n{TURQUOISE} It is collected at the gate.\n", encoding="utf-8")
    paragraphs = (f"Tank {number} holds {number * 7} litres and is cleaned by two people." for number in range(400))
    (made / "tanks.md").write_text("# Tanks\n\n" + "\n\n".join(paragraphs), encoding="utf-8")
    (made / "map.pdf").write_bytes(b"%PDF-1.7 no map")
    return made


def add(page: Page, demo: Site, name: str, folder: Path, scopes: str) -> None:
    """Add a source, and watch until its documents are in."""
    page.goto(f"{demo.console}/sources")
    form = page.locator("#add")
    form.get_by_label("Name").fill(name)
    form.get_by_label("Address").fill(str(folder))
    form.get_by_label("Scopes").fill(scopes)
    form.get_by_role("button", name="Add source").click()
    expect(page.locator("#run progress")).to_be_visible()
    expect(page.locator("#run")).to_contain_text(re.compile(r"Synced in \d"))
    expect(page.get_by_role("button", name="Sync now")).to_be_visible()
    page.get_by_role("link", name="Show what is in now").click()


def remove(page: Page, name: str) -> None:
    """Forget the source that is open."""
    page.get_by_role("link", name="Remove…").click()
    page.get_by_role("button", name=f"Remove {name}").click()
    expect(page.get_by_role("status")).to_contain_text("is forgotten")


def asked(page: Page, demo: Site, question: str) -> None:
    """Ask in a conversation of its own, where everybody reads."""
    page.goto(f"{demo.chat}/c/general?new=1")
    ask(page, question)


def tab(page: Page, name: str, heading: str) -> None:
    """Open a page from the navigation."""
    tabs = page.get_by_role("navigation", name="Console")
    tabs.get_by_role("link", name=name).click()
    expect(tabs.get_by_role("link", name=name)).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)


def test_every_page_is_reached_from_the_navigation(page: Page, demo: Site) -> None:
    asked(page, demo, KEYS)
    page.goto(demo.chat)
    page.get_by_role("link", name="Console").first.click()
    expect(page.get_by_role("banner")).to_contain_text("Attune Console")
    page.get_by_role("link", name="Chat").click()
    ready(page)
    page.get_by_role("link", name="Console").first.click()
    tab(page, "Start", "")
    tab(page, "Sources", "Sources")
    page.get_by_role("link", name="people", exact=True).first.click()
    expect(page.get_by_role("heading", level=2, name="Documents")).to_be_visible()
    page.locator("h1").get_by_role("link", name="Sources").click()
    tab(page, "Grants", "Grants")
    page.get_by_role("table").get_by_role("link", name="people-team").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What people-team may see")
    expect(page.get_by_role("table").get_by_role("row").nth(1)).to_be_visible()
    page.get_by_label("Search titles and addresses").fill("no such document")
    expect(page.locator("#documents")).to_have_text("None of the documents matches.")
    page.get_by_role("link", name="people", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Who sees people")
    tab(page, "People", "People")
    tab(page, "Groups", "Groups")
    tab(page, "Answers", "Answers")
    page.get_by_role("link", name=KEYS).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(KEYS)


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_nothing_keeps_anybody_from_using_it(chromium: Browser, demo: Site, size: tuple[int, int], theme: str) -> None:
    with visiting(chromium, size, theme=theme) as page:
        asked(page, demo, KEYS)
        for path in PAGES:
            page.goto(f"{demo.console}{path}")
            usable(page)
        page.get_by_role("link", name=KEYS).first.click()
        expect(page.get_by_role("heading", name="What was searched")).to_be_visible()
        usable(page)


def test_a_source_comes_in_and_is_narrowed(page: Page, demo: Site, folder: Path) -> None:
    add(page, demo, "aquarium", folder, "everyone")
    expect(page.locator("#failed")).to_contain_text("map.pdf")
    expect(page.locator("#failed .bad-text")).to_have_text("this PDF is damaged: it has no page tree")
    expect(page.locator("#documents table")).to_contain_text("Badges")
    asked(page, demo, BADGE)
    expect(page.locator(".turn").last.locator(".answer-text")).to_contain_text(TURQUOISE)
    page.goto(f"{demo.console}/sources/one?name=aquarium")
    page.get_by_label("Scopes", exact=True).fill("finance")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("carry finance from now on")
    asked(page, demo, BADGE)
    expect(page.locator(".turn").last.locator(".answer")).to_have_class(re.compile("abstained"))
    expect(page.locator(".turn").last).not_to_contain_text("turquoise")
    page.goto(f"{demo.console}/sources/one?name=aquarium")
    remove(page, "aquarium")
    expect(page.get_by_role("table")).not_to_contain_text("aquarium")


def test_a_grant_is_given_and_taken_and_each_is_undone(page: Page, demo: Site) -> None:
    page.goto(f"{demo.console}/grants")
    row = page.get_by_role("table").get_by_role("row").filter(has_text="C0AQUARIUM")
    said = page.locator(".notice[role=status]")
    form = page.locator("#allow")
    form.get_by_label("Channel, person or group").fill("slack:T01:C0AQUARIUM")
    form.get_by_label("may see").fill("everyone, finance")
    form.get_by_role("button", name="Allow").click()
    expect(said).to_contain_text("C0AQUARIUM may see everyone, finance from the next question on.")
    expect(row).to_contain_text("finance")
    said.get_by_role("button", name="Undo").click()
    expect(said).to_contain_text("C0AQUARIUM may no longer see everyone, finance")
    expect(row).to_have_count(0)
    said.get_by_role("button", name="Undo").click()
    expect(row).to_contain_text("finance")
    row.get_by_role("button", name="No longer let C0AQUARIUM see finance").click()
    expect(said).to_contain_text("C0AQUARIUM may no longer see finance")
    expect(row).not_to_contain_text("finance")
    said.get_by_role("button", name="Undo").click()
    expect(row).to_contain_text("finance")


def test_what_nobody_can_be_is_one_sentence(chromium: Browser, demo: Site) -> None:
    with visiting(chromium, refusals=True) as page:
        page.goto(f"{demo.console}/grants")
        form = page.locator("#allow")
        form.get_by_label("Channel, person or group").fill("slack:T01")
        form.get_by_label("may see").fill("everyone")
        form.get_by_role("button", name="Allow").click()
        expect(form.get_by_role("alert")).to_contain_text("slack:T01")
        expect(form.get_by_label("Channel, person or group")).to_have_value("slack:T01")
        usable(page)


def test_an_answer_is_explained_from_the_chat(page: Page, demo: Site) -> None:
    asked(page, demo, KEYS)
    turn = page.locator(".turn").last
    title = turn.locator(".source a").first.inner_text()
    turn.get_by_text("What was searched").click()
    turn.get_by_role("link", name="Explain this answer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(KEYS)
    ranks = page.get_by_role("region", name="Ranks").get_by_role("row")
    expect(ranks.nth(1)).to_contain_text(re.compile(r"0\.\d\d\d"))
    expect(page.locator(".badge.good", has_text="cited").first).to_be_visible()
    expect(page.locator(".bars")).to_contain_text(re.compile(r"\d ms"))
    page.locator(".cited").get_by_role("link", name=title).first.click()
    expect(page.locator("mark").first).to_be_in_viewport()


def test_scripts_in_titles_and_names_run_nothing(page: Page, demo: Site, folder: Path) -> None:
    for each in folder.iterdir():
        each.unlink()
    told = "The diver on call for the shark tank is reached by radio on channel nine."
    (folder / f"{IMAGE} dives.txt").write_text(f"{IMAGE} {told}\n", encoding="utf-8")
    rules = (f"Rule {number} of the tank is kept by {number * 3} divers." for number in range(400))
    (folder / "rules.md").write_text(f"# {SCRIPT} Rules\n\n" + "\n\n".join(rules), encoding="utf-8")
    add(page, demo, SCRIPT, folder, "everyone")
    expect(page.get_by_role("heading", level=1)).to_contain_text(SCRIPT)
    expect(page.locator("#documents")).to_contain_text(IMAGE)
    asked(page, demo, f"{SCRIPT} <b>?")
    asked(page, demo, "How is the diver on call for the shark tank reached?")
    source = page.locator(".turn").last.locator(".source").first
    expect(source).to_contain_text(IMAGE)
    source.get_by_role("link").click()
    expect(page.locator("mark").first).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(IMAGE)
    page.goto(f"{demo.console}/people")
    page.locator("form", has=page.get_by_role("button", name="Add")).get_by_label("Person").fill(f"slack:T01:{PERSON}")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("table")).to_contain_text(PERSON)
    for path in ("/answers", "/people", "/sources", "/", "/grants/seen?of=terminal:local:general&q=dives"):
        page.goto(f"{demo.console}{path}")
        assert page.title() != "ran"
        usable(page)
    page.goto(f"{demo.console}/sources")
    page.get_by_role("link", name=SCRIPT).click()
    remove(page, SCRIPT)
