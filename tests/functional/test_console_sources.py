"""Sources on the console: added, brought in while somebody watches, changed, emptied, removed."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine

from bot.console.runs import State
from bot.domain import Scope
from bot.home import held
from bot.intake import SourceTarget
from bot.records.documents import DocumentRecords
from bot.records.engine import open_records
from tests.functional.console_parts import SECONDS, URI, Place, Visit, place, text
from tests.functional.slow_folder import HALL, SlowFolder, answered
from tests.unit.ingesting import EVERYONE, House

LEAVE = "# Leave\n\nEverybody gets 26 days of leave a year."


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_records("", tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def folder() -> SlowFolder:
    made = SlowFolder()
    made.put("/leave.md", LEAVE)
    return made


@pytest.fixture
def here(tmp_path: Path, engine: Engine, folder: SlowFolder) -> Iterator[Place]:
    house = House(DocumentRecords(engine), SourceTarget("handbook", URI, EVERYONE), folder)
    with place(tmp_path, house=house) as made:
        yield made


@pytest.fixture
def ann(here: Place) -> Visit:
    return here.visit()


def test_a_source_is_added_and_brought_in(here: Place, ann: Visit) -> None:
    ann.done("/sources/add", name=" Handbook ", uri=URI, scopes="Everyone, Finance", sync="1")
    here.runs.wait(SECONDS)
    (source,) = here.sources.all()
    assert source.name == "Handbook"
    assert source.scopes == {Scope("everyone"), Scope("finance")}
    page = text(ann.get("/sources"))
    assert "1 added" in page
    assert "finance" in page
    assert "Leave" in text(ann.get("/sources/one", name="Handbook"))


def test_a_source_is_added_and_brought_in_later(here: Place, ann: Visit) -> None:
    assert "Sync it to bring it in." in ann.done("/sources/add", name="handbook", uri=URI, scopes="everyone")
    assert "Never synced" in text(ann.get("/sources"))
    ann.done("/sources/sync")
    here.runs.wait(SECONDS)
    assert here.sources.get("handbook").synced


@pytest.mark.parametrize(
    ("name", "uri", "scopes", "sentence"),
    [
        ("", URI, "everyone", "a name has 1 to 128 visible characters"),
        ("a\nb", URI, "everyone", "visible characters"),
        ("x", " ", "everyone", "it needs an address"),
        ("x", "/nowhere", "everyone", "/nowhere (it is not there)"),
        ("x", URI, " , ", "it needs at least one scope"),
        ("x", URI, "\x07", "cannot be a scope"),
        ("taken", URI, "everyone", "there is one called taken already"),
    ],
)
def test_what_cannot_be_a_source_is_one_sentence_and_stays_typed(
    here: Place, ann: Visit, name: str, uri: str, scopes: str, sentence: str
) -> None:
    here.sources.add("taken", URI, EVERYONE)
    page = ann.post("/sources/add", name=name, uri=uri, scopes=scopes)
    assert page.status_code == 422
    assert sentence in text(page.text)
    assert f'value="{uri}"' in page.text
    assert len(here.sources.all()) == 1


def test_progress_is_seen_from_everywhere_and_survives_leaving(here: Place, ann: Visit, folder: SlowFolder) -> None:
    folder.put("/bad.md", "corrupt")
    folder.gate.clear()
    here.sources.add("handbook", URI, EVERYONE)
    ann.done("/sources/sync", name="handbook")
    assert folder.reached.wait(SECONDS)
    other = here.visit()
    for path in ("/sources", "/sources/one?name=handbook"):
        page = other.get(path)
        assert 'hx-trigger="every 1s"' in page
        assert "Looking for what changed." in text(page)
        assert ("It goes on when you leave this page." in text(page)) is (path != "/sources")
        assert '<noscript><meta http-equiv="refresh"' in page
    other.done("/sources/sync", name="handbook")
    folder.gate.set()
    here.runs.wait(SECONDS)
    for on in ("list", "source"):
        part = other.get("/sources/progress", name="handbook", on=on)
        assert 'hx-trigger="every' not in part
        assert "<html" not in part
        assert "1 added" in text(part)
        assert ("1 failed" if on == "list" else "1 document could not come in") in text(part)
        assert ('class="notice waiting"' in part) is (on == "source")
    run = here.runs.of("handbook")
    assert run
    assert run.progress
    assert (run.progress.done, run.progress.total, run.progress.failed) == (2, 2, 1)


def test_done_and_failed_are_counted_while_it_runs(here: Place, ann: Visit, folder: SlowFolder) -> None:
    """Reading is ahead of the count by some documents; the last ones wait at the gate."""
    for number in range(30):
        folder.put(f"/{number:02}.md", "corrupt" if number < 3 else f"# Page {number}\n\nIt says {number}.")
    seen: list[str] = []

    class Watching(Event):
        """Looks at the page whenever a document is read."""

        def wait(self, timeout: float | None = None) -> bool:
            del timeout
            seen.append(text(ann.get("/sources/progress", name="handbook")))
            return True

    folder.gate = Watching()
    here.fill()
    told = [page for page in seen if "of 31 documents" in page]
    assert told
    assert any("3 failed" in page for page in told)
    assert any(".md" in page for page in told)


def test_failures_are_kept_with_their_reasons_and_searched(here: Place, ann: Visit, folder: SlowFolder) -> None:
    folder.put("/bad.md", "corrupt")
    folder.put("/gone.md", "vanished")
    folder.put("/link.md", "x")
    folder.problems["/link.md"] = "it is a link out of the folder"
    here.fill()
    here.runs.forget("handbook")
    page = text(ann.get("/sources/one", name="handbook"))
    for reason in ("the file is damaged", "it is not there", "it is a link out of the folder"):
        assert reason in page
    page = text(ann.get("/sources/one", name="handbook", q="damaged"))
    assert "the file is damaged" in page
    assert "it is a link" not in page
    assert "3 failed" in text(ann.get("/sources"))


def test_over_half_of_a_source_goes_only_when_somebody_says_so(here: Place, ann: Visit, folder: SlowFolder) -> None:
    for name in ("a", "b"):
        folder.put(f"/{name}.md", f"# {name}\n\nSome text about {name}.")
    here.fill()
    folder.texts = {"/leave.md": LEAVE}
    ann.done("/sources/sync", name="handbook")
    here.runs.wait(SECONDS)
    page = ann.get("/sources/one", name="handbook")
    assert "2 of the 3 documents of handbook are no longer at memory://docs, so nothing was changed." in text(page)
    assert "--allow-deletions" not in page
    assert 'name="allow_deletions"' in page
    assert "Refused" in text(ann.get("/sources"))
    assert "Most" not in text(here.visit().get("/"))
    assert here.catalogue.held()["handbook"].documents == 3
    ann.done("/sources/sync", name="handbook", allow_deletions="1")
    here.runs.wait(SECONDS)
    assert here.catalogue.held()["handbook"].documents == 1
    assert "Refused" not in text(ann.get("/sources"))


def test_a_source_that_cannot_be_read_says_so(here: Place, ann: Visit, folder: SlowFolder) -> None:
    folder.reachable = False
    here.fill()
    page = text(ann.get("/sources/one", name="handbook"))
    assert "cannot be read at /f (it does not answer)" in page
    assert "Failed" in text(ann.get("/sources"))


def test_what_nobody_foresaw_is_one_sentence(here: Place, ann: Visit, folder: SlowFolder) -> None:
    class Broken(Event):
        def wait(self, timeout: float | None = None) -> bool:
            raise RuntimeError("canary", timeout)

    folder.gate = Broken()
    here.fill()
    page = text(ann.get("/sources/one", name="handbook"))
    assert "Something went wrong inside Attune" in page
    assert "canary" not in page


def test_a_sync_is_stopped_and_goes_on_later(here: Place, ann: Visit, folder: SlowFolder) -> None:
    folder.gate.clear()
    here.sources.add("handbook", URI, EVERYONE)
    ann.done("/sources/sync", name="handbook")
    assert folder.reached.wait(SECONDS)
    assert "stops after the document" in ann.done("/sources/stop", name="handbook")
    folder.gate.set()
    here.runs.wait(SECONDS)
    run = here.runs.of("handbook")
    assert run
    assert run.state is State.STOPPED
    assert "Stopped" in text(ann.get("/sources"))
    here.runs.sync("handbook")
    here.runs.wait(SECONDS)
    assert here.catalogue.held()["handbook"].documents == 1


def test_a_sync_of_another_process_is_not_disturbed(here: Place, ann: Visit, tmp_path: Path) -> None:
    here.sources.add("handbook", URI, EVERYONE)
    with held(tmp_path, "sync handbook", "syncing handbook in"):
        ann.done("/sources/sync", name="handbook")
        here.runs.wait(SECONDS)
        assert "is syncing handbook in this home already" in text(ann.get("/sources/one", name="handbook"))
        removing = ann.done("/sources/remove", name="handbook")
        assert "handbook is being synced right now" in removing
    assert here.sources.all()


def test_one_source_after_the_other(here: Place, ann: Visit, folder: SlowFolder) -> None:
    folder.gate.clear()
    for name in ("a", "b"):
        here.sources.add(name, URI, EVERYONE)
    ann.done("/sources/sync")
    assert folder.reached.wait(SECONDS)
    assert "Waits until a is done." in text(ann.get("/sources"))
    folder.gate.set()
    here.runs.wait(SECONDS)
    assert all(source.synced for source in here.sources.all())


def test_narrowed_scopes_count_at_once(here: Place, ann: Visit) -> None:
    here.fill()
    here.allow(HALL, "everyone")
    assert answered(here)
    assert "carry people from now on" in ann.done("/sources/change", name="handbook", uri=URI, scopes="people")
    assert not answered(here)
    here.allow(HALL, "people")
    assert answered(here)


def test_narrowed_scopes_count_at_once_while_it_is_synced(here: Place, ann: Visit, folder: SlowFolder) -> None:
    here.fill()
    here.allow(HALL, "everyone")
    folder.put("/more.md", "# More\n\nThere is more.")
    folder.reached.clear()
    folder.gate.clear()
    ann.done("/sources/sync", name="handbook")
    assert folder.reached.wait(SECONDS)
    ann.done("/sources/change", name="handbook", uri=URI, scopes="people")
    assert not answered(here)
    folder.gate.set()
    here.runs.wait(SECONDS)
    assert not answered(here)
    here.allow(HALL, "people")
    assert answered(here)


def test_a_change_is_undone_and_bad_ones_are_refused(here: Place, ann: Visit) -> None:
    here.fill()
    page = ann.post("/sources/change", name="handbook", uri=URI, scopes="people").text
    assert 'action="/sources/change"' in page
    assert "Undo" in page
    assert "at least one scope" in ann.done("/sources/change", name="handbook", uri=URI, scopes="")
    assert "cannot be a scope" in ann.done("/sources/change", name="handbook", uri=URI, scopes="\x07")
    assert "is not there" in ann.done("/sources/change", name="handbook", uri="/nowhere", scopes="people")
    assert here.sources.get("handbook").scopes == {Scope("people")}
    assert ann.post("/sources/change", name="nope", uri=URI, scopes="x").status_code == 404


def test_a_source_is_removed_in_two_steps(here: Place, ann: Visit) -> None:
    here.fill()
    here.allow(HALL, "everyone")
    page = text(ann.get("/sources/remove", name="handbook"))
    assert "forgets 1 document with 1 passage," in page
    assert "stay as they are" in page
    assert answered(here)
    assert "handbook is forgotten, with 1 document." in ann.done("/sources/remove", name="handbook")
    assert not answered(here)
    assert here.sources.all() == []
    assert ann.post("/sources/remove", name="handbook").status_code == 404


def test_many_documents_come_in_pages(here: Place, ann: Visit, folder: SlowFolder) -> None:
    for number in range(60):
        folder.put(f"/{number:02}.md", f"# Page {number:02}\n\nIt says {number}.")
    here.fill()
    page = ann.get("/sources/one", name="handbook")
    assert "1 to 50 of 61" in text(page)
    page = text(ann.get("/sources/one", name="handbook", page="2"))
    assert "51 to 61 of 61" in page
    assert "Page 59" in page
    assert "Page 03" in text(ann.get("/sources/one", name="handbook", q="page 03"))
