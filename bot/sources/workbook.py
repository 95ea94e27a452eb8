"""Workbooks: each visible sheet a section, its values as they are shown.

markitdown goes through pandas here, which turns empty cells into NaN, whole numbers into decimals and
titles above a table into column names, so the cells are read directly.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from io import BytesIO
from itertools import groupby

from openpyxl import load_workbook

from bot.sources import package
from bot.sources.draft import Draft
from bot.sources.table import as_markdown

_CURRENCY = re.compile(r"R\$|[€£$¥]")
_DECIMALS = re.compile(r"0\.(0+)")
_COLOUR_OR_LOCALE = re.compile(r"\[\$?+([^\[\]-]*+)(?:-[^\[\]]*+)?+\]")

Row = list[str]


def read_xlsx(data: bytes) -> Draft:
    """Read an .xlsx file; hidden sheets are left out."""
    package.check(data)
    book = load_workbook(BytesIO(data), read_only=True, data_only=True)
    try:
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        sheets = {sheet.title: _section(_rows(sheet.iter_rows())) for sheet in visible}
    finally:
        book.close()
    filled = {title: text for title, text in sheets.items() if text}
    headed = [f"## {title}\n\n{text}" if len(filled) > 1 else text for title, text in filled.items()]
    return replace(package.with_properties(data, "\n\n".join(headed)), parts_only=True)


def _rows(cells: Iterable[Sequence[object]]) -> Iterator[Row]:
    for row in cells:
        yield [shown(getattr(cell, "value", None), getattr(cell, "number_format", "")) for cell in row]


def _section(rows: Iterable[Row]) -> str:
    """Return the tables of a sheet, which empty rows separate, with the remarks above and below each."""
    blocks = [list(block) for filled, block in groupby(rows, key=any) if filled]
    return "\n\n".join(_block(block) for block in blocks)


def _block(rows: list[Row]) -> str:
    lone = [sum(map(bool, row)) == 1 for row in rows]
    if all(lone):
        return "\n\n".join("".join(row) for row in rows)
    first = lone.index(False)
    last = len(rows) - lone[::-1].index(False)
    remarks_above = ["".join(row) for row in rows[:first]]
    remarks_below = ["".join(row) for row in rows[last:]]
    return "\n\n".join([*remarks_above, as_markdown(rows[first:last]), *remarks_below])


def shown(value: object, number_format: str) -> str:
    """Return a cell's value roughly as a person sees it: percent, currency, decimals and dates."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int() | float():
            return _number(value, _COLOUR_OR_LOCALE.sub(r"\1", number_format.partition(";")[0]))
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
        case date() | time():
            return value.isoformat()
        case _:
            return " ".join(str(value).split())


def _number(value: float, pattern: str) -> str:
    percent = "%" in pattern
    decimals = _DECIMALS.search(pattern)
    value = value * 100 if percent else value
    comma = "," if "#,##" in pattern else ""
    if decimals or (comma and "0" in pattern):
        text = f"{value:{comma}.{len(decimals[1]) if decimals else 0}f}"
    else:
        text = f"{value:{comma}.12g}"
    currency = _CURRENCY.search(pattern)
    if currency and currency.start() < (pattern + "0").index("0"):
        text = f"{currency[0]}{text}"
    elif currency:
        text = f"{text} {currency[0]}"
    return f"{text}%" if percent else text
