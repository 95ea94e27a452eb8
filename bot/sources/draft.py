"""What a format's reader hands over, and how a title, a date and a tidy text are made of it."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from bot.errors import UnreadableDocument
from bot.ports import Converted
from bot.questions import composed, visible
from bot.sources.dates import stated
from bot.sources.formats import SUPPORTED

MAX_TEXT = 10_000_000
"""More characters than this are data and no document: about 3,000 pages."""
_SEEN_AS_SPACE = str.maketrans(dict.fromkeys("\u00a0\u2007\u202f\t", " "))
_UNSEEN = str.maketrans(
    dict.fromkeys("\u00ad\u200b\u2060\ufeff\uffff\ufffe")
    | dict(zip("\ufb00\ufb01\ufb02\ufb03\ufb04", ("ff", "fi", "fl", "ffi", "ffl"), strict=True))
)
# Repetitions are bounded or give nothing back: a document chooses what they are tried on.
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]++(.++)$|^(\S.*+)\n(=++|-{3,}+)$", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}(`{3,}+|~{3,}+).*?(?:^ {0,3}\1[`~]*+[ \t]*+$|\Z)", re.MULTILINE | re.DOTALL)
_IMAGE = re.compile(r"!\[[^\]]{0,500}+\]\([^)]{0,1000}+\)")
_MARKUP = re.compile(
    r"\[([^\]]{0,500}+)\]\([^)]{0,1000}+\)|[*`]+|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|<[^<>]++>"
    r"|(?<!\s)\s*+\{[#:.][^{}]*+\}$"
)
_NAMELESS = frozenset({"index", "readme", "home", "default"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A converted file before its facts are settled."""

    text: str
    """Markdown."""
    title: str = ""
    """Stated as the title: front matter, an e-mail's subject."""
    modified: datetime | None = None
    """Stated as the date of the content."""
    property_title: str = ""
    """From the file's properties, which are often left over from something else."""
    property_modified: datetime | None = None
    """From the file's properties, often just when it was exported."""
    parts_only: bool = False
    """Whether its headings name parts, such as the sheets of a workbook, and never the whole."""
    margin: str = ""
    """Text that was left out but may hold the date, such as a page's footer."""


def finish(draft: Draft, name: str) -> Converted:
    """Settle title and date of a draft; raises `UnreadableDocument` if it holds no text or far too much."""
    text = tidy(draft.text)
    if not any(character.isalnum() for character in text):
        raise UnreadableDocument(why="there is no text in it")
    if len(text) > MAX_TEXT:
        raise UnreadableDocument(why=f"it holds {len(text):,} characters of text, and I read up to {MAX_TEXT:,}")
    heading = "" if draft.parts_only else first_heading(text)
    title = draft.title or heading or draft.property_title or readable(name)
    modified = draft.modified or stated(text) or stated(draft.margin) or draft.property_modified
    return Converted(text, " ".join(tidy(title).split()), modified)


def tidy(text: str) -> str:
    """Return a text with one spelling for what looks alike, and no white space that says nothing."""
    plain = composed(text).replace("\f", "\n").translate(_UNSEEN).translate(_SEEN_AS_SPACE)
    lines = "\n".join(line.rstrip() for line in visible(plain).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n")


def first_heading(text: str) -> str:
    """Return the first top heading, else a lower one that the text begins with, else nothing."""
    body = _FENCE.sub("", text)
    headings = list(_HEADING.finditer(body))
    for match in headings:
        if match[1] == "#" or (match[4] or "").startswith("="):
            return _named(match)
    if headings and not body[: headings[0].start()].strip():
        return _named(headings[0])
    return ""


def _named(heading: re.Match[str]) -> str:
    return bare(heading[2].rstrip("#") if heading[2] else heading[3])


def bare(inline: str) -> str:
    """Return a line of Markdown without its markup."""
    return _MARKUP.sub(lambda match: match[1] or "", _IMAGE.sub("", inline)).strip()


def readable(name: str) -> str:
    """Return a file's name as a title: Travel policy 2026 for travel-policy_2026.html.md."""
    path = PurePosixPath(name)
    while path.suffix.lower() in SUPPORTED:
        path = path.with_suffix("")
    stem = path.parent.name if path.name.lower() in _NAMELESS and path.parent.name else path.name
    words = re.sub(r"[-_+\s]+", " ", stem).strip()
    return words[:1].upper() + words[1:]
