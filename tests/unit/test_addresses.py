"""Which addresses documents may come from, where one is added, where it is opened and where it is shown."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from bot import syncing
from bot.addresses import AddressRefused, AddressWithPassword, check, shown
from bot.domain import scope
from bot.errors import SourceError
from bot.records.documents import DocumentRecords
from bot.records.engine import open_records
from bot.records.sources import SourceRecords
from bot.records.tables import sources
from bot.sources.folder import FolderSource
from bot.syncing import SyncParts
from tests.unit.ingesting import EVERYONE, FINANCE

REFUSED = [
    "reference://::/srv/refs.json",
    "reference::file:///srv/refs.json",
    "reference:///srv/refs.json",
    "simplecache::s3://bucket/folder",
    "zip://a.md::/srv/a.zip",
    "/srv/a::/srv/b",
    *(
        f"{scheme}://inside/docs"
        for scheme in ("http", "HTTP", "https", "ftp", "webhdfs", "github", "gist", "hf", "dir")
    ),
    "data:text/plain,hello",
    "nonsense://x",
    "/srv/x://y",
]
ALLOWED = [
    "/srv/handbook",
    "handbook",
    "file:///srv/handbook",
    "s3://bucket/a:b@c",
    "gs://bucket",
    "abfs://container@account.dfs.core.windows.net/docs",
    "sftp://ann@host:22/docs/me@home",
]
SECRET = ["sftp://ann:s3cret@host/docs", "s3://key:s3cret/with@bucket/docs", "sftp://ann:s3cr:et@host:22/x"]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_records("", tmp_path / "home")
    yield engine
    engine.dispose()


@pytest.fixture
def parts(engine: Engine, tmp_path: Path) -> SyncParts:
    def never() -> None:
        raise AssertionError

    return SyncParts(
        tmp_path / "home",
        SourceRecords(engine),
        lambda name, uri: FolderSource(uri, name=name),
        DocumentRecords(engine),
        never,  # type: ignore[arg-type]  # nothing comes in here
        never,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("uri", REFUSED)
def test_another_kind_of_address_is_refused_where_it_is_added_and_where_it_is_opened(
    uri: str, parts: SyncParts
) -> None:
    with pytest.raises(AddressRefused, match=r"file or folder of the server.*s3://"):
        syncing.add(parts, "handbook", uri, EVERYONE)
    assert parts.sources.all() == []
    with pytest.raises(AddressRefused):
        list(FolderSource(uri).documents())


@pytest.mark.parametrize("uri", ALLOWED)
def test_folders_and_stores_are_allowed_and_shown_as_they_are(uri: str) -> None:
    check(uri)
    assert shown(uri) == uri


@pytest.mark.parametrize("uri", SECRET)
def test_a_password_in_an_address_is_refused_and_not_repeated(uri: str, parts: SyncParts) -> None:
    for opened in (lambda: syncing.add(parts, "x", uri, EVERYONE), lambda: list(FolderSource(uri).documents())):
        with pytest.raises(AddressWithPassword, match="environment") as refused:
            opened()
        assert "s3cr" not in str(refused.value)
        assert isinstance(refused.value, SourceError)


def test_a_list_of_files_elsewhere_reads_nothing(tmp_path: Path) -> None:
    """It would read whatever this process may, hidden files and links out of the folder included."""
    (tmp_path / ".env").write_text("KEY=1")
    (tmp_path / "refs.json").write_text(json.dumps({"a.txt": [f"file://{tmp_path}/.env"]}))
    with pytest.raises(AddressRefused):
        list(FolderSource(f"reference://::{tmp_path}/refs.json").documents())


def test_an_older_address_is_shown_without_its_password_and_its_scopes_still_change(
    parts: SyncParts, engine: Engine
) -> None:
    with engine.begin() as connection:
        old = {"name": "old", "uri": "ftp://ann:s3cret@host/docs", "scopes": frozenset({scope("everyone")})}
        connection.execute(insert(sources).values(old))
    at = "ftp://ann:***@host/docs"
    assert [source.uri for source in parts.sources.all()] == [at]
    syncing.add(parts, "old", at, FINANCE)
    parts.sources.finish("old", datetime.now(UTC), {}, [("ftp://ann:s3cret@host/docs/a.md", "empty")])
    kept = parts.sources.get("old")
    assert (kept.uri, kept.scopes, kept.failures) == (at, FINANCE, (("ftp://ann:***@host/docs/a.md", "empty"),))
    with pytest.raises(SourceError):
        list(parts.opened("old", kept.uri).documents())
