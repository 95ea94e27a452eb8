"""Word documents, by way of HTML, where their tables keep cells that span rows and columns."""

from io import BytesIO

import mammoth

from bot.sources import package
from bot.sources.draft import Draft
from bot.sources.webpage import from_html


def read_docx(data: bytes) -> Draft:
    """Read a .docx file."""
    package.check(data)
    html = mammoth.convert_to_html(BytesIO(data)).value
    return package.with_properties(data, from_html(html).text)
