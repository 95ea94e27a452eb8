"""A backup holds the whole home as of one moment, and comes back whole or not at all."""

import json
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from bot import archive
from bot.errors import BadBackup, HomeNotEmpty
from bot.records.portable import RecordsFile


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home with a database that is written to, passages, settings, locks and a demo."""
    home = tmp_path / "home"
    for folder in ("passages/data", "locks", "demo"):
        (home / folder).mkdir(parents=True)
    (home / "passages/data/1.lance").write_bytes(b"\x00\xff" * 1000)
    (home / "attune.toml").write_text("model = 'extractive'")
    (home / "locks/a.pid").write_text("1")
    (home / "demo/attune.db").write_text("another home")
    with closing(sqlite3.connect(home / "attune.db")) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE votes (verdict)")
        database.execute("INSERT INTO votes VALUES ('up')")
        database.commit()
    return home


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """Return the folder to restore into."""
    (tmp_path / "back").mkdir()
    return tmp_path / "back"


def backup(home: Path, file: Path) -> int:
    database = home / "attune.db"
    return archive.write(home, [database], RecordsFile(create_engine(f"sqlite:///{database}")).save, file)


def test_what_went_in_comes_back(home: Path, empty: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar.gz"
    with closing(sqlite3.connect(home / "attune.db")) as busy:
        busy.execute("INSERT INTO votes VALUES ('down')")
        busy.commit()
        busy.execute("INSERT INTO votes VALUES ('not committed')")
        assert backup(home, file) == file.stat().st_size
    assert archive.restore(file, empty) == 3
    names = {path.relative_to(empty).as_posix() for path in empty.rglob("*") if path.is_file()}
    assert names == {"attune.db", "attune.toml", "passages/data/1.lance"}
    assert (empty / "passages/data/1.lance").read_bytes() == b"\x00\xff" * 1000
    with closing(sqlite3.connect(empty / "attune.db")) as database:
        assert database.execute("SELECT * FROM votes").fetchall() == [("up",), ("down",)]


def test_a_backup_does_not_lie_in_the_home(home: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(home)
    for file in (home / "backup.tar.gz", tmp_path / "link" / "backup.tar.gz"):
        with pytest.raises(BadBackup, match="choose a place outside"):
            backup(home, file)
        assert not file.exists()


def test_a_backup_is_for_its_owner_alone_and_replaces_an_earlier_one(home: Path, empty: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar.gz"
    backup(home, file)
    assert backup(home, file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert archive.restore(file, empty) == 3


def test_a_home_that_holds_something_is_left_alone(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar.gz"
    backup(home, file)
    with pytest.raises(HomeNotEmpty):
        archive.restore(file, home)


def repacked(file: Path, change: dict[str, bytes | None]) -> Path:
    """Write the same archive with some members changed, left out or added."""
    other = file.with_name("other.tar.gz")
    folder = file.with_name("content")
    with tarfile.open(file) as tar:
        tar.extractall(folder, filter="data")
    for name, content in change.items():
        path = folder / name
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
    with tarfile.open(other, "w:gz") as tar:
        for path in folder.iterdir():
            tar.add(path, path.name)
    return other


def test_what_cannot_be_settled_leaves_the_home_empty(home: Path, empty: Path, tmp_path: Path) -> None:
    backup(home, tmp_path / "backup.tar.gz")

    def settle(folder: Path) -> None:
        assert (folder / "attune.toml").exists()
        raise BadBackup(file=folder, why="so it is")

    with pytest.raises(BadBackup, match="so it is"):
        archive.restore(tmp_path / "backup.tar.gz", empty, settle)
    assert list(empty.iterdir()) == []


def test_what_is_settled_in_the_home_itself_stays_there(home: Path, empty: Path, tmp_path: Path) -> None:
    backup(home, tmp_path / "backup.tar.gz")
    archive.restore(
        tmp_path / "backup.tar.gz", empty, lambda folder: (folder / "attune.db").replace(empty / "other.db")
    )
    assert {path.name for path in empty.iterdir()} == {"other.db", "attune.toml", "passages"}


@pytest.mark.parametrize(
    "change",
    [
        {"attune.toml": b"changed"},
        {"attune.toml": None},
        {"added": b"x"},
        {"manifest.json": None},
        {"manifest.json": b"{}"},
        {"manifest.json": b"[]"},
        {"manifest.json": b"no JSON"},
        {"manifest.json": json.dumps({"format": 2, "files": {}}).encode()},
    ],
)
def test_what_does_not_agree_with_the_manifest_is_refused(
    home: Path, empty: Path, tmp_path: Path, change: dict[str, bytes | None]
) -> None:
    backup(home, tmp_path / "backup.tar.gz")
    file = repacked(tmp_path / "backup.tar.gz", change)
    with pytest.raises(BadBackup):
        archive.restore(file, empty)
    assert list(empty.iterdir()) == []
    assert not list(tmp_path.glob(".restoring-*"))


def test_a_broken_file_is_refused(home: Path, empty: Path, tmp_path: Path) -> None:
    backup(home, tmp_path / "backup.tar.gz")
    whole = (tmp_path / "backup.tar.gz").read_bytes()
    for name, content in {"cut": whole[:-100], "noise": b"x" * 1000, "empty": b""}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadBackup):
            archive.restore(tmp_path / name, empty)
    with pytest.raises(BadBackup, match="no such file"):
        archive.restore(tmp_path / "missing", empty)
    assert list(empty.iterdir()) == []


def test_a_place_that_cannot_be_written_is_one_sentence_and_leaves_nothing(home: Path, tmp_path: Path) -> None:
    with pytest.raises(BadBackup, match="no such file"):
        backup(home, tmp_path / "missing" / "backup.tar.gz")
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadBackup):
        backup(home, tmp_path / "folder")
    assert not list(tmp_path.glob(".folder-*"))


def test_a_member_that_leads_out_of_the_home_is_refused(empty: Path, tmp_path: Path) -> None:
    (tmp_path / "evil").write_text("x")
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as tar:
        tar.add(tmp_path / "evil", "../escaped")
    with pytest.raises(BadBackup):
        archive.restore(tmp_path / "evil.tar.gz", empty)
    assert not (tmp_path / "escaped").exists()
