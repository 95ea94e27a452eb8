"""Which files are read, by the end of their name."""

from pathlib import PurePosixPath

MARKDOWN = frozenset({".md", ".markdown"})
PLAIN_TEXT = frozenset({".txt", ".text"})
WEB_PAGES = frozenset({".html", ".htm", ".xhtml"})
TABLES = frozenset({".csv", ".tsv"})
PDF = frozenset({".pdf"})
WORD = frozenset({".docx"})
SLIDES = frozenset({".pptx"})
WORKBOOKS = frozenset({".xlsx", ".xlsm"})
MAIL = frozenset({".eml"})

OFFICE = WORD | SLIDES | WORKBOOKS
SUPPORTED = MARKDOWN | PLAIN_TEXT | WEB_PAGES | TABLES | PDF | OFFICE | MAIL


def suffix(name: str) -> str:
    """Return the end of a file's name that says its format, such as .pdf, in lower case."""
    return PurePosixPath(name).suffix.lower()
