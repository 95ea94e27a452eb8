"""What the console says while documents come in that no page brings in, as when the demo begins."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine

from bot import syncing
from bot.domain import Scope
from bot.intake import SourceTarget
from bot.records.documents import DocumentRecords
from bot.records.engine import open_records
from tests.functional.console_parts import SECONDS, URI, Place, Visit, place, text
from tests.functional.slow_folder import HALL, SlowFolder
from tests.unit.ingesting import EVERYONE, House


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_records("", tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def folder() -> SlowFolder:
    made = SlowFolder()
    made.put("/leave.md", "# Leave\n\nEverybody gets 26 days of leave a year.")
    return made


@pytest.fixture
def here(tmp_path: Path, engine: Engine, folder: SlowFolder) -> Iterator[Place]:
    house = House(DocumentRecords(engine), SourceTarget("handbook", URI, EVERYONE), folder)
    with place(tmp_path, house=house) as made:
        yield made


@pytest.fixture
def ann(here: Place) -> Visit:
    return here.visit()


def filling(here: Place) -> Thread:
    """Begin to bring two sources in, the first of which waits at the folder's gate."""

    def fill() -> None:
        with here.parts.syncing.underway.planned({"handbook": 1, "rules": 1}):
            for name in ("handbook", "rules"):
                syncing.run(here.parts.syncing, name)

    for name in ("handbook", "rules"):
        here.sources.add(name, URI, EVERYONE)
    thread = Thread(target=fill)
    thread.start()
    return thread


def test_what_settles_by_itself_is_no_alarm(here: Place, ann: Visit, folder: SlowFolder) -> None:
    here.allow(HALL, "everyone", "engineering")
    folder.gate.clear()
    thread = filling(here)
    assert folder.reached.wait(SECONDS)
    page = ann.get("/")
    for said in ("Documents are coming in", "The sample documents are being read, 0 of 2."):
        assert said in text(page)
    for alarm in ("never synced", "no source carries", "Look", "Missing"):
        assert alarm not in text(page)
    assert 'hx-trigger="every 2s"' in page
    folder.gate.set()
    thread.join(SECONDS)
    page = ann.get("/")
    assert "hall may see engineering, which no source carries." in text(page)
    assert 'hx-trigger="every' not in page


def test_a_sync_that_no_page_began_is_watched_and_not_stopped(here: Place, ann: Visit, folder: SlowFolder) -> None:
    folder.gate.clear()
    thread = filling(here)
    assert folder.reached.wait(SECONDS)
    page = ann.get("/sources")
    assert "Looking for what changed." in text(page)
    assert "Not yet" in text(page)
    assert page.count('hx-trigger="every 1s"') == 2
    assert "/sources/stop" not in page
    assert "/sources/stop" not in ann.get("/sources/one", name="handbook")
    folder.gate.set()
    thread.join(SECONDS)
    assert 'hx-trigger="every' not in ann.get("/sources")


def test_what_was_open_meanwhile_follows_at_the_end(here: Place, ann: Visit) -> None:
    here.sources.add("handbook", URI, frozenset({Scope("everyone")}))
    ann.done("/sources/sync", name="handbook")
    here.runs.wait(SECONDS)
    part = ann.get("/sources/progress", name="handbook")
    assert 'hx-select-oob="#source-actions"' in part
    assert 'id="source-actions"' in ann.get("/sources/one", name="handbook")
