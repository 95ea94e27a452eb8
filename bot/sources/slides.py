"""Presentations, through markitdown."""

import re
from io import BytesIO
from itertools import groupby

from markitdown import StreamInfo
from markitdown.converters import PptxConverter

from bot.sources import package
from bot.sources.draft import Draft

_SLIDE = re.compile(r"<!-- Slide number: \d+ -->")
_IMAGE = re.compile(r"!\[([^\]]{0,5000}+)\]\([^)\n]{0,1000}+\)")
_LISTED = re.compile(r"(?:[-*+•]|\d+[.)]) ")
_TITLE_LENGTH, _POINT_LENGTH = 80, 200


def read_pptx(data: bytes) -> Draft:
    """Read a .pptx file: each slide a section, its lines a list."""
    package.check(data)
    converter = PptxConverter()  # type: ignore[no-untyped-call]  # markitdown leaves its constructors untyped
    found = converter.convert(BytesIO(data), StreamInfo(extension=".pptx"))
    slides = [lines for text in _SLIDE.split(found.markdown) if (lines := _lines(text))]
    return package.with_properties(data, "\n\n".join(_section(lines, number) for number, lines in enumerate(slides)))


def _lines(text: str) -> list[str]:
    plain = _IMAGE.sub(r"\1", text).replace("\v", "\n").replace("### Notes:", "### Notes")
    return [line.strip() for line in plain.split("\n") if line.strip()]


def _section(lines: list[str], number: int) -> str:
    """Return a slide under its title, or under its first line where that can only be one."""
    title = next((line for line in lines if line.startswith("# ")), "") or next(filter(_could_be_title, lines), "")
    rest = [line for line in lines if line != title]
    if not rest or not title:
        return f"---\n\n{_body(lines)}" if number else _body(lines)
    return f"{'##' if number else '#'} {title.removeprefix('# ')}\n\n{_body(rest)}"


def _could_be_title(line: str) -> bool:
    return len(line) <= _TITLE_LENGTH and not line.startswith(("|", "#", "- ")) and line[-1] not in ".:;,!?"


def _body(lines: list[str]) -> str:
    """Return tables as they are, several short lines as the points that they were on the slide."""
    blocks = []
    for is_table, group in groupby(lines, key=lambda line: line.startswith("|")):
        block = list(group)
        if is_table or len(block) == 1:
            blocks.append("\n".join(block))
        else:
            blocks.append("\n".join(map(_point, block)))
    return "\n\n".join(blocks)


def _point(line: str) -> str:
    if line.startswith("#") or len(line) > _POINT_LENGTH:
        return f"\n{line}\n"
    return line if _LISTED.match(line) else f"- {line}"
