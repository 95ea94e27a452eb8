"""A sync brings in what changed, and only that."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from bot.errors import SourceUnreachable, TooManyDeletions
from bot.ingest import remove, rescope, sync
from bot.intake import Progress, SourceTarget
from bot.records.documents import DocumentRecords
from bot.records.engine import open_records
from tests.unit.ingesting import EVERYONE, FINANCE, House, WatchedStore

HOTELS = "# Hotels\n\nUp to 100 euros.\n\n## Lisbon\n\nUp to 150 euros."
TRAINS = "# Trains\n\nSecond class."


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_records("", tmp_path_factory.mktemp("home"))
    yield engine
    engine.dispose()


@pytest.fixture
def house(engine: Engine) -> House:
    """Make a source with two documents that has not been synced."""
    made = House(DocumentRecords(engine), SourceTarget(uuid4().hex, "/f", EVERYONE))
    made.folder.put("/f/hotels.md", HOTELS)
    made.folder.put("/f/trains.md", TRAINS)
    return made


def calls(house: House) -> list[str]:
    assert isinstance(house.store, WatchedStore)
    return house.store.calls


class TestComingIn:
    """Documents that were not there before."""

    def test_documents_come_in_with_their_facts(self, house: House) -> None:
        report = house.sync()
        assert (report.added, report.passages, report.embedded, report.failed) == (2, 3, 3, ())
        assert house.texts() == {
            "/f/hotels.md": ["Up to 100 euros.", "Up to 150 euros."],
            "/f/trains.md": ["Second class."],
        }
        document = house.rows["/f/hotels.md"].document
        assert (document.title, document.scopes, document.language) == ("Hotels", EVERYONE, "en")
        assert house.documents.text(document.id) == HOTELS

    def test_a_second_sync_reads_writes_and_embeds_nothing(self, house: House) -> None:
        house.sync()
        report = house.sync()
        assert (report.unchanged, report.added, report.passages, report.embedded) == (2, 0, 3, 0)
        assert (house.folder.read_uris, calls(house), house.embedder.embedded) == ([], [], [])

    def test_one_that_cannot_be_read_is_reported_and_the_rest_goes_in(self, house: House) -> None:
        house.folder.put("/f/bad.pdf", "corrupt")
        report = house.sync()
        assert report.failed == (("/f/bad.pdf", "the file is damaged"),)
        assert (report.added, sorted(house.texts())) == (2, ["/f/hotels.md", "/f/trains.md"])

    def test_one_that_is_known_to_be_bad_is_reported_again_without_a_look(self, house: House) -> None:
        house.folder.put("/f/bad.pdf", "corrupt")
        house.sync()
        report = house.sync()
        assert (report.failed, house.folder.read_uris) == ((("/f/bad.pdf", "the file is damaged"),), [])
        house.folder.put("/f/bad.pdf", "mended")
        assert house.sync().added == 1

    def test_one_that_could_not_be_had_is_tried_again(self, house: House) -> None:
        house.folder.put("/f/later.md", "vanished")
        house.sync()
        house.sync()
        assert house.folder.read_uris == ["/f/later.md"]

    def test_what_the_listing_refuses_is_never_read(self, house: House) -> None:
        house.folder.problems["/f/trains.md"] = "it is a symbolic link that leads out of the folder"
        assert house.sync().failed == (("/f/trains.md", "it is a symbolic link that leads out of the folder"),)
        assert house.folder.read_uris == ["/f/hotels.md"]

    def test_a_document_without_words_is_reported(self, house: House) -> None:
        house.folder.put("/f/empty.md", "---\n\n***")
        assert house.sync().failed == (("/f/empty.md", "there is no text in it"),)

    def test_the_date_is_taken_from_the_path_where_the_document_states_none(self, house: House) -> None:
        house.folder.put("/f/_archive/2024-05-06/hotels.md", "# Old\n\nUp to 80 euros.")
        house.sync()
        modified = house.rows["/f/_archive/2024-05-06/hotels.md"].document.modified
        assert modified == datetime(2024, 5, 6, tzinfo=UTC)

    def test_many_documents_are_written_in_few_calls(self, house: House) -> None:
        for number in range(200):
            house.folder.put(f"/f/{number}.md", f"Text number {number}.")
        assert house.sync().added == 202
        assert calls(house).count("upsert") == 4

    def test_progress_ends_with_all_done(self, house: House) -> None:
        house.folder.put("/f/bad.pdf", "corrupt")
        seen: list[Progress] = []
        sync(house.target, house.folder, house.parts, progress=seen.append)
        assert [step.uri for step in seen[:-1]] == ["/f/bad.pdf", "/f/hotels.md", "/f/trains.md"]
        assert (seen[-1].done, seen[-1].total, seen[-1].failed) == (3, 3, 1)
        assert all(before.done <= after.done for before, after in pairwise(seen))


class TestChanging:
    """Documents that were there in another way."""

    def test_only_new_passages_are_embedded(self, house: House) -> None:
        house.sync()
        house.folder.put("/f/hotels.md", HOTELS + "\n\n## Bristol\n\nUp to 120 pounds.")
        report = house.sync()
        assert (report.changed, report.embedded, report.passages) == (1, 1, 4)
        assert house.embedder.embedded == ["Hotels > Bristol\nUp to 120 pounds."]
        assert house.texts()["/f/hotels.md"][-1] == "Up to 120 pounds."

    def test_a_touched_file_with_the_same_content_only_changes_its_row(self, house: House) -> None:
        house.sync()
        before = house.passages()
        house.folder.put("/f/trains.md", TRAINS)
        report = house.sync()
        assert (report.unchanged, report.changed) == (2, 0)
        assert (calls(house), house.embedder.embedded, house.passages()) == ([], [], before)
        house.sync()
        assert house.folder.read_uris == []

    def test_a_document_that_turned_bad_keeps_its_earlier_version(self, house: House) -> None:
        house.sync()
        house.folder.put("/f/trains.md", "corrupt")
        assert house.sync().failed == (("/f/trains.md", "the file is damaged"),)
        assert house.texts()["/f/trains.md"] == ["Second class."]
        house.folder.put("/f/trains.md", TRAINS)
        report = house.sync()
        assert (report.failed, report.unchanged, house.embedder.embedded) == ((), 2, [])

    def test_one_that_turned_bad_after_a_killed_sync_is_what_it_was_before_that(self, house: House) -> None:
        """The killed one had put passages of a later version into the store."""
        house.sync()
        before = house.rows["/f/trains.md"]
        house.folder.put("/f/trains.md", TRAINS.replace("Second", "First"))
        house.sync()
        assert house.texts()["/f/trains.md"] == ["First class."]
        house.documents.write([replace(before, settled=False)], {before.document.id: TRAINS})
        house.folder.put("/f/trains.md", "corrupt")
        assert house.sync().failed == (("/f/trains.md", "the file is damaged"),)
        assert house.texts()["/f/trains.md"] == ["Second class."]
        assert house.rows["/f/trains.md"].settled

    def test_other_scopes_reach_records_and_store_without_embedding(self, house: House) -> None:
        house.sync()
        house.target = replace(house.target, scopes=FINANCE)
        report = house.sync()
        assert (report.unchanged, house.embedder.embedded, house.folder.read_uris) == (2, [], [])
        assert {row.document.scopes for row in house.rows.values()} == {FINANCE}
        assert {passage.scopes for found in house.passages().values() for passage in found} == {FINANCE}
        assert all(row.settled for row in house.rows.values())

    def test_scopes_can_be_narrowed_while_the_source_is_away(self, house: House) -> None:
        house.sync()
        house.folder.reachable = False
        assert rescope(house.rows.values(), FINANCE, house.documents, house.store) == 2
        assert {row.document.scopes for row in house.rows.values()} == {FINANCE}


class TestMoving:
    """Documents whose content came up under another uri."""

    def test_a_moved_document_keeps_its_identity_and_passages(self, house: House) -> None:
        house.sync()
        before = house.rows["/f/hotels.md"]
        house.folder.move("/f/hotels.md", "/f/travel/hotels.md")
        report = house.sync()
        assert (report.moved, report.added, report.deleted, report.embedded) == (1, 0, 0, 0)
        assert "upsert" not in calls(house)
        after = house.rows["/f/travel/hotels.md"]
        assert (after.document.id, after.passages) == (before.document.id, before.passages)
        assert sorted(house.texts()) == ["/f/trains.md", "/f/travel/hotels.md"]

    def test_a_moved_document_named_after_its_file_gets_its_new_title(self, house: House) -> None:
        house.folder.put("/f/buses.md", "Two euros a ride.")
        house.sync()
        before = house.rows["/f/buses.md"].document.id
        house.folder.move("/f/buses.md", "/f/coaches.md")
        assert house.sync().moved == 1
        assert house.rows["/f/coaches.md"].document.id == before
        assert [passage.headings for passage in house.passages()[before]] == [("coaches",)]

    def test_a_whole_folder_may_move(self, house: House) -> None:
        house.sync()
        house.folder.move("/f/hotels.md", "/f/new/hotels.md")
        house.folder.move("/f/trains.md", "/f/new/trains.md")
        report = house.sync()
        assert (report.moved, report.deleted, report.embedded) == (2, 0, 0)

    def test_a_copy_is_a_document_of_its_own(self, house: House) -> None:
        house.sync()
        house.folder.put("/f/copy.md", TRAINS)
        report = house.sync()
        assert (report.added, report.moved) == (1, 0)
        assert len({row.document.id for row in house.rows.values()}) == 3

    def test_a_new_document_at_the_place_of_a_moved_one_is_another(self, house: House) -> None:
        house.sync()
        house.folder.move("/f/trains.md", "/f/rail.md")
        house.sync()
        house.folder.put("/f/trains.md", "# Model trains\n\nOn Fridays.")
        house.sync()
        assert house.rows["/f/trains.md"].document.id != house.rows["/f/rail.md"].document.id
        assert house.texts()["/f/trains.md"] == ["On Fridays."]
        assert house.texts()["/f/rail.md"] == ["Second class."]


class TestGoing:
    """Documents that are no longer there."""

    def test_a_deleted_document_disappears_everywhere(self, house: House) -> None:
        house.folder.put("/f/third.md", "Third.")
        house.sync()
        gone = house.rows["/f/trains.md"].document.id
        del house.folder.texts["/f/trains.md"]
        report = house.sync()
        assert (report.deleted, report.passages) == (1, 3)
        assert sorted(house.texts()) == ["/f/hotels.md", "/f/third.md"]
        assert gone not in house.passages()

    def test_an_empty_listing_deletes_nothing(self, house: House) -> None:
        house.sync()
        house.folder.texts.clear()
        with pytest.raises(TooManyDeletions, match="2 of the 2 documents"):
            house.sync()
        assert len(house.texts()) == 2
        assert house.sync(allow_deletions=True).deleted == 2
        assert (house.texts(), house.passages(), dict(house.rows)) == ({}, {}, {})

    def test_more_than_half_gone_stops_before_anything_is_changed(self, house: House) -> None:
        house.folder.put("/f/third.md", "Third.")
        house.sync()
        for uri in ("/f/hotels.md", "/f/trains.md"):
            del house.folder.texts[uri]
        house.folder.put("/f/new.md", "New.")
        house.target = replace(house.target, scopes=FINANCE)
        before = dict(house.rows)
        with pytest.raises(TooManyDeletions, match="2 of the 3 documents"):
            house.sync()
        assert dict(house.rows) == before

    def test_the_only_document_beside_others_that_never_came_in_may_go(self, house: House) -> None:
        del house.folder.texts["/f/hotels.md"]
        house.folder.put("/f/bad.pdf", "corrupt")
        house.sync()
        del house.folder.texts["/f/trains.md"]
        assert house.sync().deleted == 1

    def test_a_listing_that_breaks_off_changes_nothing(self, house: House) -> None:
        house.sync()
        before = dict(house.rows)
        house.folder.reachable = False
        del house.folder.texts["/f/trains.md"]
        with pytest.raises(SourceUnreachable):
            house.sync()
        assert dict(house.rows) == before

    def test_a_source_can_be_removed(self, house: House) -> None:
        house.sync()
        assert remove(house.target.name, house.documents, house.store) == 2
        assert (dict(house.rows), house.passages()) == ({}, {})


def test_two_sources_do_not_touch_each_other(house: House) -> None:
    other = House(house.documents, replace(house.target, name=uuid4().hex), store=house.store)
    other.folder.put("/f/trains.md", TRAINS)
    house.sync()
    other.sync()
    other.folder.texts.clear()
    other.sync(allow_deletions=True)
    assert len(house.texts()) == 2
