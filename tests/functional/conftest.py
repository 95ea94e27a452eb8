"""What the tests of the command line share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from bot import cli
from tests.functional.browsing import Site, demo_home, site, visiting
from tests.functional.command import Attune, Ran
from tests.servers.browser import browser


@pytest.fixture
def no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run without the settings, and outside the folder, of whoever runs the tests."""
    for name in [name for name in os.environ if name.upper().startswith("ATTUNE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def attune(tmp_path: Path, capsys: pytest.CaptureFixture[str], own_logging: None, no_settings: None) -> Attune:
    """Return what runs a command in this process, on a home of this test unless told otherwise."""
    del own_logging, no_settings

    def ran(*arguments: str | Path, home: Path | None = None) -> Ran:
        code = cli.run([*map(str, arguments), "--home", str(home or tmp_path / "home")])
        return Ran(code, *capsys.readouterr())

    return ran


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Run a browser for one file of tests: its event loop is in the way of others."""
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run the demo for one file of tests."""
    with site("demo", demo_home(tmp_path_factory)) as running:
        yield running


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Open a page of a person who has never been here."""
    with visiting(chromium) as opened:
        yield opened
