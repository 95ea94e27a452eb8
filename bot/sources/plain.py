"""Markdown and plain text: front matter, templates' marks, and headings that only look like headings."""

import re
from collections.abc import Callable, Iterator, Mapping
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
_NAME = re.compile(r"[\w-]+")
_QUOTES = ('"', "'")
_REFERRING = ("&", "*")
"""What YAML's anchors and aliases begin with."""
_TITLE_LENGTH = 300
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
_LIQUID = re.compile(r"\{%-?+\s*+\w*+\s*+(?:[\"“]([^\"”]{0,1000}+)[\"”])?[^%]{0,300}+%\}")


def _enclosed(opening: str, closing: str) -> re.Pattern[str]:
    """Match from what opens something to what closes it, else to the end, once: the last group tells."""
    return re.compile(rf"{opening}(.*?)(?:{closing}|(\Z))", re.DOTALL | re.IGNORECASE)


_UNSHOWN = (_enclosed("<!--", "-->"), _enclosed(r"<script\b", "</script>"), _enclosed(r"<style\b", "</style>"))
_TABLE = _enclosed(r"<table\b", "</table>")
_TABLE_LIMIT = 200_000
_ANCHOR = _enclosed(r"<a\b(?>[^<>]*?\bhref=[\"']([^<>\"']*+)[\"'])[^<>]*+>", "</a>")
_SUMMARY = _enclosed(r"<summary\b[^<>]*+>", "</summary>")
_TAGS = (
    "a article br center details div figcaption figure font img p picture section small source span sub summary sup u"
)
_TAG = re.compile(rf"(?<!\\)</?(?:{'|'.join(_TAGS.split())})\b[^<>]*+>", re.IGNORECASE)
_HEADING_LENGTH = 80
_UNDERLINE = re.compile(r"[ \t]*(?:={3,}|-{3,})[ \t]*(?:\n|\Z)")
_CAPITALS = re.compile(r"[^a-zß-öø-ÿ#\n]*[A-ZÀ-ÖØ-Þ]{3}[^a-zß-öø-ÿ\n]*")


class _Plain(yaml.SafeLoader):  # type: ignore[misc]  # yaml ships no types
    """Reads YAML without aliases: a few lines of them stand for more than any memory holds."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse an alias, compose anything else."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(problem="aliases are not read", problem_mark=self.peek_event().start_mark)
        return super().compose_node(parent, index)


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
        title=title if len(title := _text(facts.get("title"))) <= _TITLE_LENGTH else "",
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
    for pattern in _UNSHOWN:
        text = _replaced(pattern, text, lambda _: "")
    text = _LIQUID.sub(lambda match: match[1] or "", text)
    if "<" not in text:
        return text
    text = _replaced(_TABLE, text, _as_markdown)
    text = _replaced(_ANCHOR, text, lambda match: f"[{match[2]}]({match[1]})")
    return _TAG.sub(" ", _replaced(_SUMMARY, text, lambda match: f"\n\n{match[1]}\n\n"))


def _replaced(pattern: re.Pattern[str], text: str, made: Callable[[re.Match[str]], str]) -> str:
    """Replace what is enclosed; what nothing closes stays as it is."""
    return pattern.sub(lambda match: made(match) if match[pattern.groups] is None else match[0], text)


def _as_markdown(match: re.Match[str]) -> str:
    return f"\n\n{table_to_markdown(match[0])}\n\n" if len(match[0]) <= _TABLE_LIMIT else match[0]


def _facts(yaml_text: str) -> Mapping[str, object]:
    try:
        found = yaml.load(yaml_text, _Plain)  # noqa: S506 - it is a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError):
        found = dict(_lines(yaml_text))
    return (
        {str(key).lower().replace("-", "_"): value for key, value in found.items()} if isinstance(found, dict) else {}
    )


def _lines(yaml_text: str) -> Iterator[tuple[str, str]]:
    """Yield names and values of what looks like front matter, line by line; an alias stands for nothing."""
    for line in yaml_text.split("\n"):
        name, colon, value = line.partition(":")
        if colon and _NAME.fullmatch(name):
            said = value.strip(" \t")
            said = said[1:] if said.startswith(_QUOTES) else said
            yield name, "" if said.startswith(_REFERRING) else said[:-1] if said.endswith(_QUOTES) else said


def _text(value: object) -> str:
    """Return a value as one line, empty if it is not a simple one."""
    try:
        return " ".join(str(value).split()) if isinstance(value, str | int | float | date) else ""
    except ValueError:  # a number of thousands of digits
        return ""


def _told(facts: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return what front matter tells a reader, as pairs of name and text."""
    shown = []
    for key, value in facts.items():
        values = value if isinstance(value, list) else [value]
        if _TOLD.search(key) and all(isinstance(item, str | int | float | date) for item in values):
            shown.append((key, ", ".join(map(_text, values))))
    return [(key, text) for key, text in shown if text]


def _label(key: str) -> str:
    words = key.replace("_", " ")
    return words[:1].upper() + words[1:]


def _day(value: object) -> datetime | None:
    found = value if isinstance(value, date) else parse(value) if isinstance(value, str) else None
    return midnight(found) if found else None
