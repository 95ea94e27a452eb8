"""The records go from any database to any other as one file, whole or not at all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.domain import DocumentId, Release, Scope, Verdict
from bot.errors import HomeTooNew, RecordsUnreachable
from bot.records.addresses import FILE
from bot.records.answers import AnswerRecords
from bot.records.documents import DocumentRecords
from bot.records.meta import MetaRecords
from bot.records.portable import RecordsFile
from bot.records.releases import ReleaseRecords
from bot.records.sources import SourceRecords
from bot.records.tables import metadata
from bot.records.transactions import reading, writing
from tests.contract.records_cases import DATABASES, NOON, Place, answer, opened, press, somebody, synced
from tests.contract.records_places import Places, fill_first_version
from tests.contract.test_records_export import fill


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder to save into."""
    (tmp_path / "saved").mkdir()
    return tmp_path / "saved"


@pytest.fixture(params=DATABASES)
def other(request: pytest.FixtureRequest, places: Places) -> Iterator[Engine]:
    """Open another empty place."""
    with places.fresh(request.param) as place, opened(place) as engine:
        yield engine


def fill_all(engine: Engine) -> None:
    """Leave rows in every table, with votes that are not the only ones to have had a number."""
    for name in ("ann", "bob"):
        fill(engine, name)
    sources, releases = SourceRecords(engine), ReleaseRecords(engine)
    for name in ("handbook", "wiki"):
        sources.add(name, "/srv/ñ", frozenset({Scope("everyone"), Scope("finance")}))
    sources.finish("wiki", NOON, {"added": 3}, [("/a.pdf", "it is damaged")])
    rows = [synced(f"d{number}", uri=f"/{number}.md") for number in range(1200)]
    DocumentRecords(engine).write(rows, {DocumentId("d7"): "¿Cuántos días? 🦙 " * 9})
    for template in ("{question}", "{passages}"):
        releases.promote(releases.add(Release("extractive:quoting", "", template)))
    MetaRecords(engine).put("space", "minilm")


def rows_of(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    with reading(engine) as connection:
        return {
            name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for name, table in metadata.tables.items()
        }


def test_everything_comes_along(engine: Engine, other: Engine, folder: Path) -> None:
    fill_all(engine)
    kept = rows_of(engine)
    assert all(kept.values()), "a row of every table"
    assert RecordsFile(engine).save(folder) == folder / FILE
    assert [path.name for path in folder.iterdir() if path.is_file()] == [FILE]
    RecordsFile(other).load(folder)
    assert rows_of(other) == kept
    assert not (folder / FILE).exists()


def test_what_is_numbered_after_that_comes_after_that(engine: Engine, other: Engine, folder: Path) -> None:
    fill_all(engine)
    RecordsFile(engine).save(folder)
    RecordsFile(other).load(folder)
    records, releases, more = AnswerRecords(other), ReleaseRecords(other), answer()
    records.add(more)
    records.vote(press(more, somebody(), Verdict.UP))
    releases.promote(next(iter(releases.all())))
    rows = rows_of(other)
    assert rows["answers"][-1]["id"] == rows["votes"][-1]["answer"] == more.id
    assert [row["release"] for row in rows["promotions"]][-1] == releases.active()


def test_a_database_that_holds_something_is_left_alone(engine: Engine, other: Engine, folder: Path) -> None:
    fill_all(engine)
    MetaRecords(other).put("space", "another")
    before = rows_of(other)
    RecordsFile(engine).save(folder)
    with pytest.raises(RecordsUnreachable, match="it holds something already") as caught:
        RecordsFile(other).load(folder)
    assert "canary" not in str(caught.value)
    assert rows_of(other) == before
    assert (folder / FILE).exists()


def test_what_cannot_come_in_whole_does_not_come_in(engine: Engine, other: Engine, folder: Path) -> None:
    fill_all(engine)
    RecordsFile(engine).save(folder)
    with opened(Place(folder)) as saved, writing(saved) as connection:
        connection.exec_driver_sql("UPDATE documents SET scopes = 'no JSON' WHERE id = 'd999'")
    with pytest.raises(ValueError, match="Expecting value"):
        RecordsFile(other).load(folder)
    assert not any(rows_of(other).values())


def test_the_file_of_an_earlier_version_comes_in(other: Engine, folder: Path) -> None:
    fill_first_version(Place(folder))
    RecordsFile(other).load(folder)
    assert [source.name for source in SourceRecords(other).all()] == ["handbook"]


def test_the_file_of_a_later_version_does_not(engine: Engine, folder: Path) -> None:
    RecordsFile(engine).save(folder)
    with opened(Place(folder)) as saved, writing(saved) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(HomeTooNew, match=r"This backup was written by a newer version of Attune \(schema 9999\)"):
        RecordsFile(engine).load(folder)


def test_what_is_saved_is_of_one_moment(engine: Engine, other: Engine, folder: Path) -> None:
    fill_all(engine)
    kept = rows_of(engine)
    with writing(engine) as connection:
        connection.execute(metadata.tables["meta"].insert(), {"key": "not", "value": "committed"})
        RecordsFile(engine).save(folder)
    RecordsFile(other).load(folder)
    assert rows_of(other) == kept
