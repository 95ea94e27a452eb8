"""Tables as text: comma, semicolon or tab between the cells."""

import csv
from io import StringIO

from bot.sources.decoding import decode
from bot.sources.draft import Draft
from bot.sources.table import as_markdown

_SAMPLE = 20_000


def read_csv(data: bytes) -> Draft:
    """Read a table as text, with whatever separator it uses."""
    text = decode(data)
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:_SAMPLE], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    csv.field_size_limit(len(text) + 1)
    return Draft(as_markdown(list(csv.reader(StringIO(text), dialect))), parts_only=True)
