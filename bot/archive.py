"""The whole home as one file, and back: a gzipped tar with a manifest of hashes."""

import errno
import hashlib
import io
import json
import os
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bot.errors import BadBackup, HomeNotEmpty

MANIFEST: Final = "manifest.json"
_FORMAT: Final = 1
_LEFT_OUT: Final = frozenset({"cache", "demo", "locks"})
"""What can be made again, a home of its own, and what belongs to running processes."""


def write(home: Path, databases: Collection[Path], save: Callable[[Path], Path], file: Path) -> int:
    """Write everything in the home into `file` and return how many bytes that took.

    In place of `databases`, which may be written to meanwhile, it holds what `save` leaves in an empty folder and
    returns; nobody else may write to the rest. An earlier file of that name is replaced when the new one is
    complete. Raises `BadBackup` where `file` cannot be written, or lies in the home, and what `save` raises.
    """
    if file.resolve().is_relative_to(home.resolve()):
        raise BadBackup(file=file, why="it would lie in the home that it holds; choose a place outside of it")
    members = sorted(_members(home, databases))
    with _replacing(file) as partial, tarfile.open(partial, "w:gz", compresslevel=6) as tar:
        hashes = {path: _add(tar, home / path, path) for path in members}
        with tempfile.TemporaryDirectory(dir=file.absolute().parent) as folder:
            saved = save(Path(folder))
            hashes[saved.name] = _add(tar, saved, saved.name)
        manifest = json.dumps({"format": _FORMAT, "files": hashes}).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(manifest)
        tar.addfile(entry, io.BytesIO(manifest))
    return file.stat().st_size


def restore(file: Path, home: Path, settle: Callable[[Path], object] = lambda _: None) -> int:
    """Fill an empty home from `file` and return how many files that were.

    The home changes only once everything was unpacked, agrees with the manifest, and `settle` has done with it what
    has to be done. Raises `HomeNotEmpty` or `BadBackup`, and what `settle` raises.
    """
    if any(home.iterdir()):
        raise HomeNotEmpty(home=home)
    inside = home.is_mount() or not os.access(home.parent, os.W_OK)
    with tempfile.TemporaryDirectory(dir=home if inside else home.parent, prefix=".restoring-") as folder:
        unpacked = Path(folder) / "home"
        unpacked.mkdir(mode=0o700)
        count = _unpack(file, unpacked)
        settle(unpacked)
        if inside or any(home.iterdir()):
            for child in unpacked.iterdir():
                child.rename(home / child.name)
        else:
            unpacked.replace(home)
    return count


def _members(home: Path, without: Collection[Path]) -> Iterator[str]:
    for folder, folders, names in os.walk(home):
        here = Path(folder)
        if here == home:
            folders[:] = [name for name in folders if name not in _LEFT_OUT]
        for name in names:
            path = here / name
            beside = path.name.removesuffix("-wal").removesuffix("-shm")
            if path.is_file() and path.with_name(beside) not in without:
                yield path.relative_to(home).as_posix()


@contextmanager
def _replacing(file: Path) -> Iterator[Path]:
    """Give a file to write into that takes the place of `file` when all went well, and goes away otherwise."""
    if file.is_dir():
        raise BadBackup(file=file, why="it is a folder")
    try:
        handle, name = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}-")
    except OSError as error:
        raise BadBackup(file=file, why=(error.strerror or str(error)).lower()) from error
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def _add(tar: tarfile.TarFile, path: Path, name: str) -> str:
    tar.add(path, name, recursive=False)
    return _hash(path)


def _unpack(file: Path, into: Path) -> int:
    try:
        with tarfile.open(file, "r:gz") as tar:
            tar.extractall(into, filter="data")
        manifest: Any = json.loads((into / MANIFEST).read_bytes())
        hashes: Mapping[str, str] = manifest["files"]
        if manifest["format"] != _FORMAT:
            raise BadBackup(file=file, why="another version of Attune wrote it")
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise BadBackup(file=file, why=(error.strerror or "it is damaged").lower()) from error
    except (EOFError, zlib.error, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise BadBackup(file=file, why="it is damaged, or is no backup") from error
    (into / MANIFEST).unlink()
    found = {path.relative_to(into).as_posix(): path for path in into.rglob("*") if path.is_file()}
    if found.keys() != hashes.keys() or any(_hash(found[name]) != digest for name, digest in hashes.items()):
        raise BadBackup(file=file, why="its content does not agree with its manifest")
    return len(found)


def _hash(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
