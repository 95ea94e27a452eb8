"""A file's bytes to Markdown, by the reader of its format."""

from collections.abc import Callable
from importlib import import_module

from bot.errors import UnreadableDocument
from bot.ports import Converted
from bot.sources import formats
from bot.sources.draft import Draft, finish

_READERS = {
    **dict.fromkeys(formats.MARKDOWN, ("plain", "read_markdown")),
    **dict.fromkeys(formats.PLAIN_TEXT, ("plain", "read_text")),
    **dict.fromkeys(formats.WEB_PAGES, ("webpage", "read_page")),
    **dict.fromkeys(formats.TABLES, ("csvfile", "read_csv")),
    **dict.fromkeys(formats.PDF, ("pdf", "read_pdf")),
    **dict.fromkeys(formats.WORD, ("word", "read_docx")),
    **dict.fromkeys(formats.SLIDES, ("slides", "read_pptx")),
    **dict.fromkeys(formats.WORKBOOKS, ("workbook", "read_xlsx")),
    **dict.fromkeys(formats.MAIL, ("mail", "read_eml")),
}
"""Module and function by suffix; loaded on use, as some of the libraries behind them take seconds."""


def convert(data: bytes, name: str) -> Converted:
    """Return a file as Markdown; `name`, with or without folders, tells the format and may become the title.

    Raises `UnreadableDocument` with the reason, whatever the reader stumbled over. It runs in this
    process and takes as long as it takes: `bot.sources.sandbox` is for files of strangers.
    """
    if not data:
        raise UnreadableDocument(why="the file is empty (0 bytes)")
    read = _reader(formats.suffix(name))
    try:
        return finish(read(data), name)
    except UnreadableDocument:
        raise
    except MemoryError as error:
        raise UnreadableDocument(why="it needs more memory to convert than is allowed") from error
    except Exception as error:
        raise UnreadableDocument(why="the file is damaged or not what its name says", error=_told(error)) from error


def _reader(suffix: str) -> Callable[[bytes], Draft]:
    if suffix not in _READERS:
        raise UnreadableDocument(why=f"files of the type {suffix or '(none)'} are not read")
    module, function = _READERS[suffix]
    reader: Callable[[bytes], Draft] = getattr(import_module(f"bot.sources.{module}"), function)
    return reader


def _told(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:100]}" if text else type(error).__name__
