"""Amounts and the ranges that they fall into: 3,000 euros are in '€1,200 to €4,000', and not in 'up to €1,200'."""

import re
from collections.abc import Sequence

from bot.terms import fold

_AMOUNT = r"[€£$]?(?:mxn |eur |gbp )?(\d+(?:[.,]\d{3})*(?:[.,]\d{1,2})?)"
_SIGNS = r"(?: ?(?:€|£|%|eur(?:os?)?|gbp|mxn|days?|dias?|months?|meses|years?|anos?))?"
_BETWEEN = re.compile(rf"{_AMOUNT}{_SIGNS} ?(?:to|a|-|–|and|y|e|hasta|ate) ?{_AMOUNT}")  # noqa: RUF001
_UP_TO = re.compile(rf"\b(?:up to|at most|under|below|less than|hasta|menos de|ate|no maximo) {_AMOUNT}")
_ABOVE = re.compile(rf"\b(?:above|over|more than|from|mas de|por encima de|acima de|mais de|desde) {_AMOUNT}")
_ALONE = re.compile(rf"(?<![\w.,-]){_AMOUNT}(?![\w-])")
_BEYOND = re.compile(r"\b(?:above|over|more than|beyond|mas de|por encima de|acima de|mais de) $")
_MORE = 1.001
"""What is above an amount is in the next range."""
_LEAST = 1.0


def amounts(question: str) -> list[float]:
    """Return the amounts that a question names, without years."""
    plain = fold(question)
    found = (
        _value(match[1]) * (_MORE if _BEYOND.search(plain[: match.start()]) else 1) for match in _ALONE.finditer(plain)
    )
    return [value for value in found if value > _LEAST and not 1990 <= value <= 2100]  # noqa: PLR2004


def within(asked: Sequence[float], cell: str) -> bool | None:
    """Say whether an amount is in the range that a cell tells; None where it tells none."""
    plain = fold(cell)
    if match := _BETWEEN.search(plain):
        return any(_value(match[1]) < value <= _value(match[2]) for value in asked)
    if match := _UP_TO.search(plain):
        return any(value <= _value(match[1]) for value in asked)
    if match := _ABOVE.search(plain):
        return any(value > _value(match[1]) for value in asked)
    return None


def _value(text: str) -> float:
    plain = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", text)
    return float(plain.replace(",", "."))
