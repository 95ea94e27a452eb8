"""Sources as wholes: what counts when, also while one is being synced."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot import syncing
from bot.domain import Grant, Passage
from bot.errors import HomeBusy, NotFound
from bot.intake import Progress, SourceTarget
from bot.records.documents import DocumentRecords
from bot.records.engine import open_records
from bot.records.sources import SourceRecords
from bot.syncing import SyncParts
from tests.unit.ingesting import EVERYONE, FINANCE, House

HOTELS = "# Hotels\n\nUp to 100 euros."
TRAINS = "# Trains\n\nSecond class."


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_records("", tmp_path / "home")
    yield engine
    engine.dispose()


@pytest.fixture
def house(engine: Engine) -> House:
    """Make a source with two documents, named to the records, that has not been synced."""
    made = House(DocumentRecords(engine), SourceTarget("handbook", "memory://f", EVERYONE))
    made.folder.put("/f/hotels.md", HOTELS)
    made.folder.put("/f/trains.md", TRAINS)
    SourceRecords(engine).add("handbook", "memory://f", EVERYONE)
    return made


@pytest.fixture
def parts(house: House, engine: Engine, tmp_path: Path) -> SyncParts:
    sources = SourceRecords(engine)
    return SyncParts(
        tmp_path / "home", sources, lambda *_: house.folder, house.documents, lambda: house.parts, lambda: house.store
    )


def stored(house: House) -> list[Passage]:
    return [passage for found in house.passages().values() for passage in found]


def test_a_sync_is_remembered_with_what_it_counted(parts: SyncParts) -> None:
    report = syncing.run(parts, "handbook")
    kept = parts.sources.get("handbook")
    assert kept.synced is not None
    assert (kept.counts["added"], kept.counts["failed"], report.added) == (2, 0, 2)


def test_narrowed_scopes_count_at_once_and_need_no_source(parts: SyncParts, house: House) -> None:
    syncing.run(parts, "handbook")
    house.folder.reachable = False
    syncing.add(parts, "handbook", "memory://f", FINANCE)
    assert {row.document.scopes for row in house.rows.values()} == {FINANCE}
    assert {passage.scopes for passage in stored(house)} == {FINANCE}
    assert all(row.settled for row in house.rows.values())


@pytest.mark.parametrize("when", ["before anything is written", "when all is written"])
def test_scopes_that_change_during_a_sync_are_those_it_ends_with(parts: SyncParts, house: House, when: str) -> None:
    """The admin is told that they count, so nobody may read the document a moment later because a sync went on."""
    early = when == "before anything is written"
    changed: list[bool] = []

    def change(progress: Progress) -> None:
        if not changed and (early or progress.done == progress.total):
            changed.append(True)
            syncing.add(parts, "handbook", "memory://f", FINANCE)
            rows = house.documents.by_id([row.document.id for row in house.rows.values()])
            assert not any(Grant(EVERYONE).admits(document.scopes) for document in rows.values())

    syncing.run(parts, "handbook", progress=change)
    assert changed
    assert {row.document.scopes for row in house.rows.values()} == {FINANCE}
    assert {passage.scopes for passage in stored(house)} == {FINANCE}
    syncing.run(parts, "handbook")
    assert all(row.settled for row in house.rows.values())


def test_another_address_waits_for_the_sync_to_end(parts: SyncParts, tmp_path: Path) -> None:
    with syncing.alone(parts.home, "handbook"), pytest.raises(HomeBusy, match="syncing handbook"):
        syncing.add(parts, "handbook", str(tmp_path), EVERYONE)
    assert parts.sources.get("handbook").uri == "memory://f"


def test_a_source_is_forgotten_with_its_documents(parts: SyncParts, house: House) -> None:
    syncing.run(parts, "handbook")
    assert syncing.remove(parts, "handbook") == 2
    assert (house.rows, stored(house)) == ({}, [])
    with pytest.raises(NotFound, match="handbook"):
        syncing.run(parts, "handbook")
