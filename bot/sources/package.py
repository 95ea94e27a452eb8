"""The container of .docx, .pptx and .xlsx files: a zip archive with a page of properties."""

import re
import zipfile
from html import unescape
from io import BytesIO

from bot.errors import UnreadableDocument
from bot.sources.dates import midnight, parse
from bot.sources.draft import Draft

MAX_UNPACKED = 2**30
_OLD_CONTAINER = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LEFT_OVER = re.compile(
    r"(?:powerpoint presentation|presentation\d*|document\d*|untitled.*|\(anonymous\)|microsoft \w+ - .*)",
    re.IGNORECASE,
)


def check(data: bytes) -> None:
    """Raise `UnreadableDocument` for what must not reach a parser: locked, damaged, or a bomb."""
    if data.startswith(_OLD_CONTAINER):
        locked = _ENCRYPTED in data
        raise UnreadableDocument(
            why="it is protected by a password"
            if locked
            else "it is in the format of Office 97: save it in a newer one"
        )
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            unpacked = sum(entry.file_size for entry in package.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableDocument(why="the file is damaged: it is not the archive that its name promises") from error
    if unpacked > MAX_UNPACKED:
        raise UnreadableDocument(why=f"it would unpack to {unpacked / 2**30:,.1f} GiB, which no document does")


def with_properties(data: bytes, text: str) -> Draft:
    """Return a draft with the title and the date that the file's properties give."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        core = package.read("docProps/core.xml") if "docProps/core.xml" in package.namelist() else b""
    page = core.decode("utf-8", errors="replace")
    title = " ".join(unescape(_element(page, "dc:title")).split())
    changed = parse(_element(page, "dcterms:modified"))
    return Draft(
        text=text,
        property_title="" if is_left_over(title) else title,
        property_modified=midnight(changed) if changed else None,
    )


def _element(page: str, name: str) -> str:
    found = re.search(rf"<{name}[^<>]*+>([^<]*+)</{name}>", page)
    return found[1] if found else ""


def is_left_over(title: str) -> bool:
    """Say whether a program, not a person, gave this title to a file."""
    return _LEFT_OVER.fullmatch(title) is not None
