"""What every source must do, and what a folder does beyond that."""

import errno
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from bot.errors import SourceUnreachable, UnreadableDocument
from bot.ports import Source, SourceDocument
from bot.sources.folder import FolderSource

Files = dict[str, bytes]
Fill = Callable[[Files], Source]


def _fill_disk(root: Path, files: Files) -> Source:
    for name, data in files.items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return FolderSource(str(root))


def _fill_memory(files: Files) -> Source:
    memory = fsspec.filesystem("memory")
    for name, data in files.items():
        memory.pipe(f"/documents/{name}", data)
    return FolderSource("memory://documents")


@pytest.fixture(params=["disk", "memory"])
def fill(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fill]:
    """Put files where a source finds them."""
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    memory.pseudo_dirs[:] = [""]
    yield _fill_memory if request.param == "memory" else lambda files: _fill_disk(tmp_path, files)
    memory.store.clear()


def listed(source: Source) -> dict[str, SourceDocument]:
    return {document.uri: document for document in source.documents()}


def by_end(source: Source, end: str) -> SourceDocument:
    (found,) = [document for document in source.documents() if document.uri.endswith(end)]
    return found


class TestSources:
    """What any source promises."""

    def test_lists_all_below_in_a_stable_order(self, fill: Fill) -> None:
        source = fill({"b.md": b"b", "a/z.md": b"z", "a/deep/er/x.txt": b"x", "c.pdf": b"%PDF"})
        uris = [document.uri for document in source.documents()]
        assert [uri.split("documents/")[-1].split("disk_0/")[-1].rsplit("/", 1)[-1] for uri in uris] == [
            "x.txt", "z.md", "b.md", "c.pdf",
        ]  # fmt: skip
        assert uris == [document.uri for document in source.documents()]
        assert all(document.problem == "" for document in source.documents())

    def test_reads_what_it_listed(self, fill: Fill) -> None:
        source = fill({"viagens/política de férias 100%.md": b"texto"})
        document = by_end(source, "/viagens/política de férias 100%.md")
        assert source.read(document) == b"texto"
        assert document.size == 5
        assert document.modified is not None
        assert document.modified.tzinfo is not None

    def test_a_version_changes_with_the_content_and_only_then(self, fill: Fill) -> None:
        source = fill({"a.md": b"one", "b.md": b"two"})
        before = listed(source)
        time.sleep(0.02)
        fill({"a.md": b"eno"})
        after = listed(source)
        changed = [uri for uri in before if before[uri].version != after[uri].version]
        assert [uri[-4:] for uri in changed] == ["a.md"]

    def test_an_empty_file_is_listed_with_its_problem(self, fill: Fill) -> None:
        source = fill({"empty.md": b"", "full.md": b"x"})
        assert "empty" in by_end(source, "empty.md").problem
        with pytest.raises(UnreadableDocument, match="empty"):
            source.read(by_end(source, "empty.md"))

    def test_a_format_that_is_not_read_is_a_problem(self, fill: Fill) -> None:
        assert ".mp4" in by_end(fill({"film.mp4": b"...", "a.md": b"a"}), "film.mp4").problem

    def test_a_document_that_vanished_is_unreadable(self, fill: Fill, tmp_path: Path) -> None:
        source = fill({"a.md": b"a", "b.md": b"b"})
        document = by_end(source, "a.md")
        (tmp_path / "a.md").unlink(missing_ok=True)
        fsspec.filesystem("memory").store.pop("/documents/a.md", None)
        with pytest.raises(UnreadableDocument, match="not there"):
            source.read(document)

    def test_a_place_that_is_not_there_is_unreachable(self, fill: Fill, tmp_path: Path) -> None:
        fill({"a.md": b"a"})
        for uri in (str(tmp_path / "gone"), "memory://gone"):
            with pytest.raises(SourceUnreachable, match="cannot be read"):
                list(FolderSource(uri).documents())


class TestFolderOnDisk:
    """What only a disk can bring about."""

    def test_hidden_files_and_folders_are_left_out(self, tmp_path: Path) -> None:
        source = _fill_disk(tmp_path, {"a.md": b"a", ".git/config.md": b"x", ".env.md": b"x", "~$a.docx": b"x"})
        assert list(listed(source)) == [str(tmp_path / "a.md")]

    def test_a_relative_path_becomes_absolute(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        _fill_disk(tmp_path, {"docs/a.md": b"a"})
        monkeypatch.chdir(tmp_path)
        assert list(listed(FolderSource("docs"))) == [str(tmp_path / "docs/a.md")]

    def test_a_single_file_is_a_source_too(self, tmp_path: Path) -> None:
        _fill_disk(tmp_path, {"a.md": b"a", "b.md": b"b"})
        source = FolderSource(str(tmp_path / "a.md"))
        assert [source.read(document) for document in source.documents()] == [b"a"]

    def test_an_empty_folder_lists_nothing(self, tmp_path: Path) -> None:
        assert list(FolderSource(str(tmp_path)).documents()) == []

    def test_a_file_beyond_the_limit_is_never_read(self, tmp_path: Path) -> None:
        with (tmp_path / "huge.pdf").open("wb") as file:
            file.truncate(2 * 2**30)
        document = by_end(FolderSource(str(tmp_path)), "huge.pdf")
        assert "too large" in document.problem
        with pytest.raises(UnreadableDocument, match="2,048 MiB"):
            FolderSource(str(tmp_path)).read(document)

    def test_a_file_that_grew_after_the_listing_is_refused(self, tmp_path: Path) -> None:
        source = FolderSource(str(tmp_path), max_bytes=10)
        (tmp_path / "a.md").write_bytes(b"small")
        document = by_end(source, "a.md")
        (tmp_path / "a.md").write_bytes(b"not small any more")
        with pytest.raises(UnreadableDocument, match="too large"):
            source.read(document)

    @pytest.mark.parametrize("name", [b"two\nlines.md", b"bell\x07.md", b"latin-\xe9.md"])
    def test_a_name_that_cannot_be_shown_is_a_problem(self, tmp_path: Path, name: bytes) -> None:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("x")
        (document,) = FolderSource(str(tmp_path)).documents()
        assert "name" in document.problem
        assert document.uri.isprintable()
        document.uri.encode()

    def test_a_pipe_is_not_opened(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.md")
        assert "regular" in by_end(FolderSource(str(tmp_path)), "pipe.md").problem

    def test_a_replaced_file_of_the_same_size_and_time_is_noticed(self, tmp_path: Path) -> None:
        file = tmp_path / "a.md"
        file.write_text("one")
        os.utime(file, (1e9, 1e9))
        before = by_end(FolderSource(str(tmp_path)), "a.md").version
        other = tmp_path / "other.md"
        other.write_text("two")
        os.utime(other, (1e9, 1e9))
        other.replace(file)
        assert by_end(FolderSource(str(tmp_path)), "a.md").version != before


def test_a_folder_without_permission_stops_the_listing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else everything in it would look deleted; on a disk, root would see it all."""
    ls = MemoryFileSystem.ls

    def shut(self: MemoryFileSystem, path: str, **options: Any) -> Any:  # noqa: ANN401 - as fsspec has it
        if path.endswith("/closed"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return ls(self, path, **options)

    system = fsspec.filesystem("memory")
    system.pipe({"/docs/a.md": b"a", "/docs/closed/b.md": b"b"})
    monkeypatch.setattr(MemoryFileSystem, "ls", shut)
    try:
        with pytest.raises(SourceUnreachable, match="permission"):
            list(FolderSource("memory://docs").documents())
    finally:
        monkeypatch.undo()
        system.rm("/docs", recursive=True)


class TestLinks:
    """Symbolic links."""

    def test_a_link_out_of_the_folder_is_a_problem(self, tmp_path: Path) -> None:
        (tmp_path / "secret").mkdir()
        (tmp_path / "secret/salaries.md").write_text("secret")
        source = _fill_disk(tmp_path / "docs", {"a.md": b"a"})
        (tmp_path / "docs/out.md").symlink_to(tmp_path / "secret/salaries.md")
        (tmp_path / "docs/outside").symlink_to(tmp_path / "secret")
        found = listed(source)
        assert [uri for uri, document in found.items() if document.problem] == [
            str(tmp_path / "docs/out.md"),
            str(tmp_path / "docs/outside"),
        ]
        with pytest.raises(UnreadableDocument, match="leads out"):
            source.read(found[str(tmp_path / "docs/out.md")])

    def test_a_file_swapped_for_a_link_out_after_the_listing_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "salaries.md").write_text("secret")
        source = _fill_disk(tmp_path / "docs", {"a.md": b"a"})
        document = by_end(source, "a.md")
        (tmp_path / "docs/a.md").unlink()
        (tmp_path / "docs/a.md").symlink_to(tmp_path / "salaries.md")
        with pytest.raises(UnreadableDocument, match="leads out"):
            source.read(document)

    def test_a_link_inside_does_not_list_its_target_twice_and_loops_end(self, tmp_path: Path) -> None:
        source = _fill_disk(tmp_path, {"real/a.md": b"a"})
        (tmp_path / "again").symlink_to(tmp_path / "real")
        (tmp_path / "real/loop").symlink_to(tmp_path)
        (tmp_path / "real/b.md").symlink_to("a.md")
        assert list(listed(source)) == [str(tmp_path / "real/a.md")]

    def test_a_link_to_a_hidden_place_inside_is_followed(self, tmp_path: Path) -> None:
        source = _fill_disk(tmp_path, {"..2026/policy.md": b"mounted"})
        (tmp_path / "..data").symlink_to("..2026")
        (tmp_path / "policy.md").symlink_to("..data/policy.md")
        (tmp_path / "..2026/loop").symlink_to(tmp_path / "..2026")
        (tmp_path / "all").symlink_to("..2026")
        uris = list(listed(source))
        assert uris == [str(tmp_path / "all/policy.md"), str(tmp_path / "policy.md")]
        assert source.read(listed(source)[uris[1]]) == b"mounted"

    def test_a_broken_link_is_a_problem(self, tmp_path: Path) -> None:
        (tmp_path / "gone.md").symlink_to("nowhere.md")
        assert "leads nowhere" in by_end(FolderSource(str(tmp_path)), "gone.md").problem

    def test_the_folder_itself_may_be_a_link(self, tmp_path: Path) -> None:
        _fill_disk(tmp_path / "v3", {"a.md": b"a"})
        (tmp_path / "current").symlink_to("v3")
        source = FolderSource(str(tmp_path / "current"))
        assert [source.read(document) for document in source.documents()] == [b"a"]
