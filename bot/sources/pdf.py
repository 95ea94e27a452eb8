"""PDF files: lines with their sizes and places, made into headings, paragraphs, lists and tables.

markitdown's reader of PDFs takes justified text for tables and glues words, so this stands directly on
pdfplumber, as that does.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Final

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page as PdfPage
from pdfplumber.utils.exceptions import PdfminerException

from bot.errors import UnreadableDocument
from bot.reasons import reason
from bot.sources.draft import Draft
from bot.sources.package import is_left_over
from bot.sources.pdflines import Word, lines_of, running, words_of
from bot.sources.pdftables import Rule, Table, grids_of, open_tables, rules_of
from bot.sources.pdftext import Page, Writer, style_of

_DAMAGED: Final = "this PDF is damaged: its parts cannot be read"
_PLAIN: Final = {
    "No /Root object": "this PDF is damaged: it has no page tree",
    "Catalog not found": "this PDF is damaged: it has no page tree",
    "Unexpected EOF": "this PDF is damaged: it ends in the middle, as after a broken download",
    "Unknown filter": "this PDF is encrypted in a way that cannot be read",
    "Unknown algorithm": "this PDF is encrypted in a way that cannot be read",
}
"""What pdfminer says, and what that means."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What is taken from a page before it is closed."""

    height: float
    words: list[Word]
    grids: list[Table]
    rules: list[Rule]


def read_pdf(data: bytes) -> Draft:
    """Read a PDF file; raises `UnreadableDocument` for one with a password or without text."""
    try:
        with pdfplumber.open(BytesIO(data)) as pdf:
            facts = {str(key): str(value) for key, value in (pdf.metadata or {}).items()}
            sheets = [_sheet(page) for page in pdf.pages]
    except PdfminerException as error:
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in (*error.args, error.__context__)):
            raise UnreadableDocument(why="it is protected by a password") from error
        raise UnreadableDocument(why=_plainly(error), error=reason(error)) from error
    if not any(sheet.words for sheet in sheets):
        raise UnreadableDocument(why="there is no text in it, only pictures of pages: it needs text recognition (OCR)")
    edges = running([sheet.words for sheet in sheets], [sheet.height for sheet in sheets])
    pages = [_content(sheet, edge) for sheet, edge in zip(sheets, edges, strict=True)]
    changed = _date(facts.get("ModDate") or facts.get("CreationDate") or "")
    title = facts.get("Title", "").strip()
    return Draft(
        text=_markdown(pages),
        property_title="" if is_left_over(title) else title,
        property_modified=changed,
        margin="\n".join(line.text for edge in edges for line in edge),
    )


def _plainly(error: Exception) -> str:
    """Put what the parser stumbled over into words for who has to mend the file."""
    said = str(error)
    return next((plain for part, plain in _PLAIN.items() if part in said), _DAMAGED)


def _sheet(page: PdfPage) -> _Sheet:
    try:
        return _Sheet(float(page.height), words_of(page), grids_of(page), rules_of(page))
    finally:
        page.close()


def _content(sheet: _Sheet, edge: list[Word]) -> Page:
    """Return the lines of a page and its tables, without what runs along its edges."""
    words = [word for word in sheet.words if not any(_beside(word, line) for line in edge)]
    free = [word for word in words if not any(table.holds(word) for table in sheet.grids)]
    tables = [*sheet.grids, *open_tables(free, sheet.rules)]
    items: list[Word | Table] = list(
        lines_of([word for word in free if not any(table.holds(word) for table in tables)])
    )
    for table in sorted(tables, key=lambda table: table.top):
        place = next((place for place, item in enumerate(items) if item.top >= table.top), len(items))
        items.insert(place, table)
    return items


def _beside(word: Word, line: Word) -> bool:
    return line.top < (word.top + word.bottom) / 2 < line.bottom


def _markdown(pages: list[Page]) -> str:
    writer = Writer(style_of(pages))
    for page in pages:
        for place, item in enumerate(page):
            writer.add(item, first=place == 0)
    return writer.markdown()


def _date(text: str) -> datetime | None:
    """Read the dates of PDF properties: D:20260302101500+01'00'."""
    try:
        return datetime.strptime(text.removeprefix("D:")[:8], "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return None
