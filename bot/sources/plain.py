"""Markdown and plain text: front matter, templates' marks, and headings that only look like headings."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from textwrap import dedent

import yaml

from bot.hidden import without_hidden
from bot.sources.dates import midnight, parse
from bot.sources.decoding import decode
from bot.sources.draft import Draft
from bot.sources.webpage import table_to_markdown

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_LIMIT = 50_000
_DATE_KEYS = (
    "last_modified", "last_modified_at", "lastmod", "last_updated", "updated", "updated_at", "modified",
    "last_reviewed_on", "last_reviewed", "reviewed", "effective", "effective_date", "date", "published", "created",
)  # fmt: skip
_TOLD = re.compile(
    r"owner|contact|team|department|responsib|audience|applies|questions|status|version|summary|description|subtitle"
    r"|approv|review|effective|expires|valid"
)
"""Front matter that tells a reader something, unlike layout, permalink and the like."""
_CODE = re.compile(r"(^ {0,3}(?:```|~~~).*?(?:^ {0,3}(?:```|~~~)[ \t]*$|\Z)|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_LIQUID = re.compile(r"\{%-?\s*\w*\s*(?:[\"“]([^\"”]*)[\"”])?[^%]{0,300}%\}")
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL | re.IGNORECASE)
_TABLE_LIMIT = 200_000
_ANCHOR = re.compile(r"<a\b[^>]*\bhref=[\"']([^\"']*)[\"'][^>]*>(.*?)</a>", re.DOTALL | re.IGNORECASE)
_SUMMARY = re.compile(r"<summary\b[^>]*>(.*?)</summary>", re.DOTALL | re.IGNORECASE)
_TAGS = (
    "a article br center details div figcaption figure font img p picture section small source span sub summary sup u"
)
_TAG = re.compile(rf"(?<!\\)</?(?:{'|'.join(_TAGS.split())})\b[^>]*>", re.IGNORECASE)
_HEADING_LENGTH = 80
_UNDERLINE = re.compile(r"[ \t]*(?:={3,}|-{3,})[ \t]*(?:\n|\Z)")
_CAPITALS = re.compile(r"[^a-zß-öø-ÿ#\n]*[A-ZÀ-ÖØ-Þ]{3}[^a-zß-öø-ÿ\n]*")


def read_markdown(data: bytes) -> Draft:
    """Read Markdown, with the YAML front matter that static sites put before it."""
    text = decode(data)
    match = _FRONT.match(text[:_FRONT_LIMIT])
    facts = _facts(match[1]) if match else {}
    body = _without_marks(text[match.end() :] if match and facts else text)
    about = "\n".join(f"- {_label(key)}: {value}" for key, value in _told(facts))
    modified = next((day for key in _DATE_KEYS if (day := _day(facts.get(key)))), None)
    return Draft(
        text=f"{about}\n\n---\n\n{body.lstrip()}" if about else body,
        title=str(facts.get("title") or ""),
        modified=modified,
    )


def read_text(data: bytes) -> Draft:
    """Read plain text; a line in capitals at the start of a block becomes a heading, indentation goes."""
    blocks = [dedent(block.strip("\n")) for block in re.split(r"\n[ \t]*\n", decode(data))]
    headed: list[str] = []
    for block in blocks:
        first, _, rest = block.partition("\n")
        level = "##" if headed else "#"
        if len(first) <= _HEADING_LENGTH and _CAPITALS.fullmatch(first) and not _UNDERLINE.match(rest):
            headed += [f"{level} {first}", rest]
        else:
            headed.append(block)
    return Draft("\n\n".join(block for block in headed if block))


def _without_marks(text: str) -> str:
    """Drop what stands for the software around a page: comments, templates' tags, HTML; code stays as it is."""
    shown = without_hidden(text, struck=False)
    return "".join(part if index % 2 else _clean(part) for index, part in enumerate(_CODE.split(shown)))


def _clean(text: str) -> str:
    text = _LIQUID.sub(lambda match: match[1] or "", _COMMENT.sub("", text))
    text = _TABLE.sub(_as_markdown, text)
    return _TAG.sub(" ", _SUMMARY.sub(r"\n\n\1\n\n", _ANCHOR.sub(r"[\2](\1)", text))) if "<" in text else text


def _as_markdown(match: re.Match[str]) -> str:
    return f"\n\n{table_to_markdown(match[0])}\n\n" if len(match[0]) <= _TABLE_LIMIT else match[0]


def _facts(yaml_text: str) -> Mapping[str, object]:
    try:
        found = yaml.safe_load(yaml_text)
    except (yaml.YAMLError, ValueError, RecursionError):
        found = dict(re.findall(r"^([\w-]+):[ \t]*[\"']?(.*?)[\"']?[ \t]*$", yaml_text, re.MULTILINE))
    return (
        {str(key).lower().replace("-", "_"): value for key, value in found.items()} if isinstance(found, dict) else {}
    )


def _told(facts: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return what front matter tells a reader, as pairs of name and text."""
    shown = []
    for key, value in facts.items():
        values = value if isinstance(value, list) else [value]
        if _TOLD.search(key) and all(isinstance(item, str | int | float | date) for item in values):
            shown.append((key, ", ".join(" ".join(str(item).split()) for item in values)))
    return [(key, text) for key, text in shown if text]


def _label(key: str) -> str:
    words = key.replace("_", " ")
    return words[:1].upper() + words[1:]


def _day(value: object) -> datetime | None:
    found = value if isinstance(value, date) else parse(value) if isinstance(value, str) else None
    return midnight(found) if found else None
