"""Web pages: the content without what surrounds it, as Markdown.

markitdown's own reader of HTML keeps menus and footers, escapes underscores and gives up on cells that
span rows, so this stands directly on markdownify, as that does.
"""

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, NavigableString
from markdownify import ATX, MarkdownConverter

from bot.errors import UnreadableDocument
from bot.hidden import hides
from bot.sources.dates import midnight, parse
from bot.sources.decoding import decode
from bot.sources.draft import Draft
from bot.sources.table import as_markdown

_SKIPPED = (
    "script, style, noscript, template, svg, iframe, object, form, button, dialog, nav, i[aria-hidden=true], "
    "[role=navigation], [role=banner], [role=contentinfo], [role=search], [role=dialog], .skip-link, .breadcrumb, "
    ".breadcrumbs, .crumbs, .cookie-banner, .sidebar, .navbar, .menu"
)
_BLOCKS = ("p", "div", "ul", "ol", "table", "section", "h1", "h2", "h3", "h4", "h5", "h6")
_AROUND = "header, footer, aside, [role=complementary]"
_MAIN = "main, [role=main], article"
_DATES = (
    "meta[property='article:modified_time']",
    "meta[name='last-modified']",
    "meta[name='dcterms.modified']",
    "meta[itemprop=dateModified]",
    "time[itemprop=dateModified]",
)
_LIKE_A_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_DECLARED = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)


def read_page(data: bytes) -> Draft:
    """Read an HTML page; raises `UnreadableDocument` if it is nested too deeply to be one."""
    declared = _DECLARED.search(data[:4096])
    return from_html(decode(data, declared[1].decode() if declared else ""))


def from_html(html: str) -> Draft:
    """Read the text of an HTML page."""
    soup = BeautifulSoup(html, "html.parser")
    title = soup.title.get_text(" ") if soup.title else ""
    modified = next((day for query in _DATES if (day := parse(_value(soup.select_one(query))))), None)
    try:
        _drop_hidden(soup)
        everything = soup.get_text("\n")
        text = _Writer().convert_soup(_content(soup))
    except RecursionError as error:
        raise UnreadableDocument(why="its HTML is nested too deeply") from error
    return Draft(
        text=text,
        modified=midnight(modified) if modified else None,
        property_title=re.split(r"(?<!\s)\s++[|·–—]\s+", title.strip(), maxsplit=1)[0],  # noqa: RUF001 - dashes that sites use
        margin=everything,
    )


def table_to_markdown(html: str) -> str:
    """Return an HTML table as a Markdown one."""
    soup = BeautifulSoup(html, "html.parser")
    _drop_hidden(soup)
    return str(_Writer().convert_soup(_flowing(soup))).strip()


def _value(tag: Tag | None) -> str:
    return str(tag.get("content") or tag.get("datetime") or tag.get_text()) if tag else ""


def _content(soup: BeautifulSoup) -> Tag:
    """Return what a reader came for: the main part if it is marked, else all but what stands around it."""
    mains = [tag for tag in soup.select(_MAIN) if not tag.find_parent(["main", "article"])]
    root: Tag = soup.body or soup
    if mains:
        root = soup.new_tag("div")
        root.extend(mains)
    else:
        _drop(root, _AROUND)
    _drop(root, _SKIPPED)
    return _flowing(root)


def _drop_hidden(soup: BeautifulSoup) -> None:
    """Remove what no reader sees, where instructions to a machine are put, and whole blocks that are struck out.

    A page as a whole may be hidden until its scripts have run.
    """
    for tag in soup.select("*"):
        if tag.decomposed or tag.name in {"html", "head", "body"}:
            continue
        struck = tag.name in {"del", "s", "strike"} and tag.find(_BLOCKS)
        silent = tag.get("aria-hidden") == "true" and not any(map(str.isalnum, tag.get_text()))
        if struck or silent or hides(tag.attrs):
            tag.decompose()
        elif tag.name == "strike":  # an older name, which the writer does not know
            tag.name = "s"


def _drop(root: Tag, query: str) -> None:
    """Remove parts, unless almost nothing would be left: some pages are one big menu or form."""
    found = root.select(query)
    lost = sum(len(tag.get_text()) for tag in found if not any(parent in found for parent in tag.parents))
    if lost < 0.9 * len(root.get_text()):
        for tag in found:
            tag.decompose()


def _flowing(root: Tag) -> Tag:
    """Undo the line breaks of the source, which mean nothing outside of preformatted text."""
    for text in root.find_all(string=True):
        if isinstance(text, Comment):
            text.extract()
        elif not text.find_parent(["pre", "textarea"]):
            text.replace_with(NavigableString(re.sub(r"\s+", " ", text)))
    return root


class _Writer(MarkdownConverter):
    """Writes the dialect that passages are cut from."""

    def __init__(self) -> None:
        super().__init__(heading_style=ATX, bullets="-", escape_asterisks=False, escape_underscores=False)

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Keep text that looks like a tag from becoming one."""
        del parent_tags
        return _LIKE_A_TAG.sub(r"\\<", text)

    def convert_summary(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Keep a summary apart from what it can be unfolded to."""
        del el
        return f" {text.strip()} " if "_inline" in parent_tags else f"\n\n{text.strip()}\n\n"

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Keep what an image is said to show."""
        del text, parent_tags
        return str(el.get("alt") or "")

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Keep links that lead somewhere."""
        href = str(el.get("href") or "")
        label = text.strip()
        if not label or not href or href.startswith(("#", "javascript:", "data:")) or "pre" in parent_tags:
            return text
        return text.replace(label, f"[{label}]({href})" if label != href else f"<{href}>")

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a table by its grid; one inside a cell, or of a single column, as text."""
        rows = [row for row in el.find_all("tr") if row.find_parent("table") is el]
        if "table" in parent_tags or el.find_parent("table") or not rows:
            return text
        caption = el.find("caption")
        head = f"{caption.get_text(' ', strip=True)}\n\n" if caption else ""
        return f"\n\n{head}{as_markdown(self._grid(rows))}\n\n"

    def _grid(self, rows: list[Tag]) -> list[list[str]]:
        """Return the cells by row and column; one that spans several stands in each row, once a row.

        Where headers stand in a column instead of a row, they are set in bold.
        """
        sideways = any(row.find("th") for row in rows) and not all(cell.name == "th" for cell in _cells(rows[0]))
        grid: list[dict[int, str]] = [{} for _ in rows]
        for number, row in enumerate(rows):
            column = 0
            for cell in _cells(row):
                while column in grid[number]:
                    column += 1
                bold = "**" if sideways and cell.name == "th" else ""
                cell.name = "div"
                text = " ".join(self.convert_soup(cell).split())
                text = f"{bold}{text}{bold}" if text and not text.startswith("**") else text
                for below in grid[number : number + _span(cell, "rowspan")]:
                    below[column] = text
                    below.update({column + extra: "" for extra in range(1, _span(cell, "colspan"))})
                column += _span(cell, "colspan")
        width = max((max(row, default=0) for row in grid), default=0) + 1
        return [[row.get(column, "") for column in range(width)] for row in grid]


def _cells(row: Tag) -> list[Tag]:
    return row.find_all(["td", "th"], recursive=False)


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name) or "1")
    return min(int(value), 100) if value.isdecimal() and int(value) else 1
