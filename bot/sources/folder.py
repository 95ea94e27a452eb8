"""Documents from a folder that fsspec reaches: on a disk, in object storage, on a server."""

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, TypeAlias

from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from bot import addresses
from bot.errors import SourceUnreachable, UnreadableDocument
from bot.ports import SourceDocument
from bot.sources.formats import SUPPORTED, suffix
from bot.sources.listing import is_awkward, modified_of, printable, version_of

MIB = 2**20
MAX_BYTES = 200 * MIB

Info: TypeAlias = Mapping[str, Any]
"""What fsspec knows of a file: name, type and size, the rest depends on the file system."""


class _Place(NamedTuple):
    """An opened address."""

    fs: AbstractFileSystem
    root: str
    """The folder or file, as the file system names it."""
    prefix: str
    """What stands before such a name in a URI: nothing on a disk, s3:// and the like elsewhere."""
    real: str
    """The root with symbolic links resolved, empty where there are no links."""


class FolderSource:
    """The port `Source` over a folder with all its sub-folders, or a single file.

    Hidden files and folders are not looked at, nor are the lock files that office programs leave.
    A symbolic link is followed only where it leads to a hidden place inside the folder, as mounted
    configuration does: elsewhere inside, its target is listed where it stands.
    """

    def __init__(self, uri: str, *, name: str = "", max_bytes: int = MAX_BYTES) -> None:
        """`uri` is a path or a URL that `bot.addresses` allows, `name` what error messages call the source."""
        self._uri = uri
        self._name = name or PurePosixPath(uri).name
        self._max_bytes = max_bytes

    def documents(self) -> Iterator[SourceDocument]:
        """List all files in the order of their paths; raises `SourceError` rather than list less."""
        place = self._place
        place.fs.invalidate_cache()
        try:
            info = place.fs.info(place.root)
        except Exception as error:
            raise self._unreachable(place.root, error) from error
        if info["type"] == "directory":
            yield from self._below(place.root, followed=set())
        else:
            yield self._listed(info)

    def read(self, document: SourceDocument) -> bytes:
        """Return the content of a listed file; raises `UnreadableDocument` with the reason."""
        if document.problem:
            raise UnreadableDocument(why=document.problem)
        path = document.uri.removeprefix(self._place.prefix)
        if self._leads_out(path):
            raise UnreadableDocument(why="it is a symbolic link that leads out of the folder")
        try:
            with self._place.fs.open(path, "rb") as file:
                data: bytes = file.read(self._max_bytes + 1)
        except Exception as error:
            raise UnreadableDocument(why=f"it could not be read: {_reason(error)}") from error
        if len(data) > self._max_bytes:
            raise UnreadableDocument(why=self._too_large(len(data)))
        return data

    @cached_property
    def _place(self) -> _Place:
        addresses.check(self._uri)
        try:
            fs, root = url_to_fs(self._uri)
        except Exception as error:
            raise SourceUnreachable(name=self._name, uri=self._uri, why=_reason(error)) from error
        if isinstance(fs, LocalFileSystem):
            return _Place(fs, root, "", os.path.realpath(root))
        return _Place(fs, root, fs.unstrip_protocol(root).removesuffix(root), "")

    def _below(self, folder: str, followed: set[str]) -> Iterator[SourceDocument]:
        for info in self._children(folder):
            if _hidden(_base(info)):
                continue
            found = self._through_link(info, followed) if info.get("islink") else info
            if found is None:
                continue
            if found["type"] == "directory":
                yield from self._below(found["name"], followed)
            else:
                yield self._listed(found)

    def _children(self, folder: str) -> list[Info]:
        try:
            found: list[Info] = self._place.fs.ls(folder, detail=True)
        except Exception as error:
            raise self._unreachable(folder, error) from error
        same = folder.rstrip("/")
        return sorted((info for info in found if info["name"].rstrip("/") != same), key=lambda info: str(info["name"]))

    def _through_link(self, link: Info, followed: set[str]) -> Info | None:
        """Return what to list in place of a link, None where its target is listed anyway."""
        real = os.path.realpath(link["name"])
        if self._leads_out(link["name"]):
            return {**link, "type": "file", "problem": "it is a symbolic link that leads out of the folder"}
        if not Path(real).exists():
            return {**link, "type": "file", "problem": "it is a symbolic link that leads nowhere"}
        inside = os.path.relpath(real, self._place.real).split("/")
        if real in followed or inside == ["."] or not any(map(_hidden, inside)):
            return None
        followed.add(real)
        return {**self._place.fs.info(real), "name": link["name"]}

    def _leads_out(self, path: str) -> bool:
        if not self._place.real:
            return False
        real = os.path.realpath(path)
        return real != self._place.real and not real.startswith(self._place.real.rstrip("/") + "/")

    def _listed(self, info: Info) -> SourceDocument:
        size = int(info.get("size") or 0)
        return SourceDocument(
            uri=self._place.prefix + printable(info["name"]),
            version=version_of(info),
            size=size,
            modified=modified_of(info),
            problem=info.get("problem") or self._problem(info, size),
        )

    def _problem(self, info: Info, size: int) -> str:
        name = _base(info)
        if is_awkward(info["name"]):
            return "its name holds a line break, another invisible character or undecodable bytes: rename it"
        if info["type"] != "file":
            return "it is not a regular file"
        if suffix(name) not in SUPPORTED:
            return f"files of the type {suffix(name) or '(none)'} are not read"
        if size == 0:
            return "the file is empty (0 bytes)"
        return self._too_large(size) if size > self._max_bytes else ""

    def _too_large(self, size: int) -> str:
        return (
            f"the file is too large: {size / MIB:,.0f} MiB or more, and I read up to {self._max_bytes / MIB:,.0f} MiB"
        )

    def _unreachable(self, path: str, error: Exception) -> SourceUnreachable:
        return SourceUnreachable(name=self._name, uri=self._place.prefix + printable(path), why=_reason(error))


def _base(info: Info) -> str:
    return PurePosixPath(info["name"]).name


def _hidden(name: str) -> bool:
    return name.startswith((".", "~$"))


def _reason(error: Exception) -> str:
    """Say in plain words why a file system refused."""
    match error:
        case FileNotFoundError():
            return "it is not there"
        case PermissionError():
            return "there is no permission to read it"
        case IsADirectoryError() | NotADirectoryError():
            return "it is not what its name was listed as"
        case TimeoutError():
            return "it did not answer in time"
        case _:
            return " ".join(str(error).split()) or type(error).__name__
