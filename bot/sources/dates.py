"""The day that a document says it was written or last changed, in English, Spanish or Portuguese."""

import re
from datetime import UTC, date, datetime, time

_MONTHS = (
    ("january", "jan", "enero", "ene", "janeiro"),
    ("february", "feb", "febrero", "fevereiro", "fev"),
    ("march", "mar", "marzo", "março", "marco"),
    ("april", "apr", "abril", "abr"),
    ("may", "mayo", "maio", "mai"),
    ("june", "jun", "junio", "junho"),
    ("july", "jul", "julio", "julho"),
    ("august", "aug", "agosto", "ago"),
    ("september", "sep", "sept", "septiembre", "setembro", "set"),
    ("october", "oct", "octubre", "outubro", "out"),
    ("november", "nov", "noviembre", "novembro"),
    ("december", "dec", "diciembre", "dic", "dezembro", "dez"),
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
_NAME = "|".join(sorted(_MONTH, key=len, reverse=True))
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"\b(?P<year>[12]\d{3})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})\b",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|º|\.)?\s+(?:de\s+|of\s+)?(?P<name>{_NAME})\.?,?\s+(?:de\s+|del\s+)?(?P<year>[12]\d{{3}})\b",
        rf"\b(?P<name>{_NAME})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>[12]\d{{3}})\b",
        r"\b(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>[12]\d{3})\b",
        rf"\b(?P<name>{_NAME})\.?\s+(?:de\s+|del\s+)?(?P<year>[12]\d{{3}})\b",
    )
)
_UPDATED = (
    r"last[ -](?:updated?|modified|edited|changed|revised|revision)",
    r"(?:updated|revised)(?: on)?",
    r"[úu]ltima (?:actualizaci[óo]n|modificaci[óo]n|atualiza[çc][ãa]o|altera[çc][ãa]o)",
    r"(?:fecha|data) de (?:actualizaci[óo]n|atualiza[çc][ãa]o)",
    r"actualizad[oa](?: el)?",
    r"atualizad[oa](?: em| a)?",
    r"modificad[oa](?: el| em)?",
)
_REVIEWED = (
    r"last[ -]review(?:ed)?",
    r"(?:reviewed|approved)(?: on)?",
    r"[úu]ltima revis(?:i[óo]n|[ãa]o)",
    r"(?:revisad|aprobad)[oa](?: el)?",
    r"(?:revist|aprovad)[oa](?: em)?",
)
_IN_FORCE = (
    r"effective(?: date| from| as of)?",
    r"(?:in force|valid) (?:from|since)",
    r"(?:vigente|en vigor|con efecto) desde",
    r"entrada en vigor",
    r"(?:em vigor|vigente|válid[oa]) (?:desde|a partir de)",
    r"vig[êe]ncia",
)
_ISSUED = (
    r"(?:published|issued)(?: on)?",
    r"publicad[oa](?: el| em)?",
    r"date|fecha|data",
    r"version|versi[óo]n|vers[ãa]o",
)
_AT_START = r"(?:^|[|·•(;>])[\s>*_#|(-]*"
_LABELS = tuple(
    re.compile(rf"{where}(?:{'|'.join(labels)})\b", re.IGNORECASE)
    for where, labels in ((r"\b", _UPDATED), (r"\b", _REVIEWED), (_AT_START, _IN_FORCE), (_AT_START, _ISSUED))
)
"""What stands before such a date; an earlier row outranks a later one."""
_HEAD, _TAIL, _WIDTH, _REACH = 40, 15, 300, 30
"""Lines looked at from the top and from the bottom and how much of each; what may lie between label and date."""


def parse(text: str) -> date | None:
    """Return the first date in a text; 03/04/2026 is the third of April, 03/14/2026 the fourteenth of March."""
    return _first(text)[1]


def midnight(day: date) -> datetime:
    """Return when a day begins, in UTC; a time that is given is kept."""
    if isinstance(day, datetime):
        return day if day.tzinfo else day.replace(tzinfo=UTC)
    return datetime.combine(day, time(), UTC)


def stated(text: str) -> datetime | None:
    """Return the date that a line near the top or bottom gives as the document's own, such as 'Last updated: ...'."""
    lines = text.splitlines()
    shown = lines if len(lines) <= _HEAD + _TAIL else lines[:_HEAD] + lines[-_TAIL:]
    for label in _LABELS:
        for line in shown:
            for match in label.finditer(line[:_WIDTH]):
                rest = line[match.end() : match.end() + 2 * _REACH]
                start, found = _first(rest)
                if found is not None and start <= _REACH and not re.search(r"[.!?] ", rest[:start]):
                    return midnight(found)
    return None


def _first(text: str) -> tuple[int, date | None]:
    """Return where the first date of a text begins, and the date."""
    found = [(match.start(), day) for form in _FORMS for match in form.finditer(text) if (day := _date(match))]
    return min(found, key=lambda pair: pair[0], default=(0, None))


def _date(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    day = int(parts.get("day") or 1)
    month = _MONTH[parts["name"].lower()] if "name" in parts else int(parts["month"])
    if month > len(_MONTHS) >= day:
        day, month = month, day
    try:
        return date(int(parts["year"]), month, day)
    except ValueError:
        return None
