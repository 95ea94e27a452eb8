"""Opening a home: fresh, full, not writable, too new, or no database at all."""

import errno
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, inspect, text

from bot.catalogue import Choice
from bot.domain import DocumentId
from bot.errors import DiskFull, HomeNotWritable, HomeTooNew, RecordsUnreachable
from bot.records.addresses import FILE, address
from bot.records.catalogue import CatalogueRecords
from bot.records.columns import storable
from bot.records.connections import engine_for
from bot.records.documents import DocumentRecords
from bot.records.engine import open_records, stored_revision
from bot.records.meta import MetaRecords
from bot.records.migrate import configuration
from bot.records.sources import SourceRecords
from bot.records.tables import SCHEMA, metadata
from bot.records.transactions import reading, unwritable, writing
from tests.contract.records_cases import ROOT, Place, opened, synced
from tests.contract.records_places import fill_first_version

NOBODY = 65534


@contextmanager
def without_rights() -> Iterator[None]:
    """Not as root, who may write anywhere."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that everybody may enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def test_the_migrations_lead_to_the_tables(bare: Place) -> None:
    with opened(bare) as engine, reading(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_schema_is_the_last_migration() -> None:
    assert ScriptDirectory.from_config(configuration()).get_current_head() == SCHEMA


def test_a_home_of_the_first_version_comes_along(bare: Place) -> None:
    fill_first_version(bare)
    with opened(bare) as engine:
        assert stored_revision(engine) == SCHEMA
        with reading(engine) as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert [source.name for source in SourceRecords(engine).all()] == ["handbook"]
        assert [line.document.id for line in CatalogueRecords(engine).documents(Choice(words="línea")).lines] == ["d"]


def test_opening_again_keeps_what_is_there(place: Place) -> None:
    for expected in (None, "minilm"):
        with opened(place) as engine:
            assert MetaRecords(engine).get("space") == expected
            MetaRecords(engine).put("space", "minilm")


def test_opening_what_is_up_to_date_loads_no_more_than_it_takes(place: Place) -> None:
    script = (
        "import sys; from pathlib import Path; from bot.records.engine import open_records\n"
        "open_records(sys.argv[1], Path(sys.argv[2])).dispose()\n"
        "print(*sorted({'alembic', 'psycopg'} & sys.modules.keys()))"
    )
    command = [sys.executable, "-c", script, place.url, str(place.home)]
    loaded = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    assert loaded == (["psycopg"] if place.url else [])


def test_every_connection_commits_durably_beside_readers(tmp_path: Path) -> None:
    with opened(Place(tmp_path)) as engine, engine.connect() as one, engine.connect() as two:
        for connection in (one, two):
            pragmas = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
            assert pragmas == ["wal", 2, 1]  # synchronous 2 is FULL


def test_only_the_owner_may_enter_a_home(tmp_path: Path) -> None:
    with opened(Place(tmp_path / "a" / "home")):
        assert (tmp_path / "a" / "home").stat().st_mode & 0o777 == 0o700


def test_a_newer_schema_is_refused_and_left_alone(place: Place) -> None:
    with opened(place) as engine, writing(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(HomeTooNew, match="9999") as caught:
        open_records(place.url, place.home)
    assert "canary" not in str(caught.value)


def test_a_migration_that_is_cut_short_leaves_nothing(bare: Place) -> None:
    engine = engine_for(address(bare.url, bare.home))
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE votes (x INTEGER)"))  # stands in the way of a later step
    with pytest.raises(Exception, match="already exists"):
        open_records(bare.url, bare.home)
    with reading(engine) as connection:
        assert inspect(connection).get_table_names() == ["votes"]
    engine.dispose()


def test_a_file_where_the_home_should_be(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    for home in (tmp_path / "home", tmp_path / "home" / "below"):
        with pytest.raises(HomeNotWritable, match=r"cannot be written to .*(file exists|not a directory)"):
            open_records("", home)


def test_a_folder_without_the_right_to_write(open_folder: Path) -> None:
    home = open_folder / "home"
    home.mkdir(mode=0o555)
    with without_rights(), pytest.raises(HomeNotWritable, match=r"permission denied|no right to write"):
        open_records("", home)
    with without_rights(), pytest.raises(HomeNotWritable, match=r"permission denied|no right to write"):
        open_records("", home / "below")


def test_a_filled_home_without_the_right_to_write(open_folder: Path) -> None:
    home = open_folder / "home"
    with opened(Place(home)):
        pass
    home.chmod(0o555)
    for file in home.iterdir():
        file.chmod(0o444)
    with without_rights(), pytest.raises(HomeNotWritable):
        open_records("", home)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database. " * 1000)
    with pytest.raises(RecordsUnreachable, match="not a database"):
        open_records("", tmp_path)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("nonsense", "not a database URL"),
        ("nosuch://localhost/attune", "only sqlite and postgresql"),
        ("sqlite://", "no file"),
        ("sqlite:///:memory:", "no file"),
    ],
)
def test_an_address_that_cannot_be_used(url: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(RecordsUnreachable, match=why):
        open_records(url, tmp_path)


def test_a_password_is_never_shown(tmp_path: Path) -> None:
    with pytest.raises(RecordsUnreachable) as caught:
        open_records("nosuch://ann:canary@localhost/attune", tmp_path)
    assert "canary" not in str(caught.value)


def test_a_database_elsewhere_by_url(tmp_path: Path) -> None:
    open_records(f"sqlite:///{tmp_path}/else where.db", tmp_path / "home").dispose()
    assert (tmp_path / "else where.db").exists()
    assert not (tmp_path / "home" / FILE).exists()


def test_a_full_disk_loses_nothing_that_was_finished(tmp_path: Path) -> None:
    big = "a long document " * 100_000
    with opened(Place(tmp_path)) as engine:
        documents = DocumentRecords(engine)
        documents.write([synced("before")], {DocumentId("before"): "kept"})
        engine.dispose()
        event.listen(engine, "connect", _twenty_pages_left)
        with pytest.raises(DiskFull, match=str(tmp_path)):
            documents.write([synced("more")], {DocumentId("more"): big})
        assert documents.text(DocumentId("before")) == "kept"
        assert list(documents.by_id([DocumentId("before"), DocumentId("more")])) == ["before"]
        engine.dispose()
        event.remove(engine, "connect", _twenty_pages_left)
        documents.write([synced("more")], {DocumentId("more"): big})
        assert documents.text(DocumentId("more")) == big


def _twenty_pages_left(connection: sqlite3.Connection, _record: object) -> None:
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 20}")


def test_no_space_for_the_folder() -> None:
    assert isinstance(unwritable(Path("home"), OSError(errno.ENOSPC, "No space left on device")), DiskFull)
    assert isinstance(unwritable(Path("home"), OSError(errno.EROFS, "Read-only file system")), HomeNotWritable)


def test_a_database_that_somebody_keeps_locked(tmp_path: Path) -> None:
    with opened(Place(tmp_path)) as engine, closing(sqlite3.connect(tmp_path / FILE)) as other:
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 10"))
        engine.dispose()
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RecordsUnreachable, match="locked"):
            MetaRecords(engine).put("space", "minilm")
        assert MetaRecords(engine).get("space") is None  # readers are not kept waiting


@given(st.text(st.characters()))
def test_storable_text_is_valid_and_loses_only_what_cannot_be_kept(text: str) -> None:
    clean = storable(text)
    assert clean.encode().decode() == clean
    assert "\0" not in clean
    assert storable(clean) == clean
    if "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text):
        assert clean == text
