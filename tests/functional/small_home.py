"""A home with one document that everyone may see, made with the real commands, and people who sign in there."""

import shutil
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.functional.browsing import Site
from tests.functional.command import run

QUESTION: Final = "Where are bicycles kept?"
CELLAR: Final = "Bicycles are kept in the cellar of the north house."
CODE: Final = "The code of the cellar door is at the front desk, and it changes every month."
PASSWORD: Final = "four words in a row"  # noqa: S105 - nobody else's


def small_home(factory: pytest.TempPathFactory) -> Path:
    """Return a home of one's own; it is made only once, and copied."""
    made = factory.getbasetemp() / "small-home" / "home"
    if not made.exists():
        _make(made)
    return Path(shutil.copytree(made, factory.mktemp("small") / "home"))


def _make(home: Path) -> None:
    documents = home.parent / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    (documents / "bicycles.md").write_text(f"# Bicycles\n\n{CELLAR} {CODE}\n", encoding="utf-8")
    for command in (
        ("sources", "add", "handbook", documents, "--scope", "everyone"),
        ("sources", "sync"),
        ("grants", "allow", "everyone", "everyone"),
    ):
        done = run(*command, "--home", home)
        assert done.code == 0, done.said


def invited(home: Path, site: Site, name: str) -> str:
    """Return the one-time link of somebody, at the door that runs."""
    link: str = run("people", "invite", name, "--json", "--home", home).json["link"]
    return site.chat + urlsplit(link).path


def choose(page: Page, link: str, password: str = PASSWORD, again: str = "") -> None:
    """Open a one-time link and send a password."""
    page.goto(link)
    page.get_by_label("Password").fill(password)
    page.get_by_label("The same again").fill(again or password)
    page.get_by_role("button", name="Set the password").click()


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Fill in the sign-in page and send it."""
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
