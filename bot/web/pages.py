"""Pages and fragments out of templates: everything in them is escaped, every static file is named with its hash."""

import hashlib
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

STATIC: Final = Path(__file__).parent / "static"
"""What is served under /static/."""
_PACKAGE: Final = Path(__file__).parents[1]
_TEMPLATES: Final = [_PACKAGE / place / "templates" for place in ("web", "chat/web", "console")]
_ICONS: Final = STATIC / "vendor" / "lucide"
_HASH_LENGTH: Final = 12
_FOLDER: Final = re.compile(r"[^/]*/+|[^/]+")


def render(request: Request, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
    """Return a page; the visitor whom the request's dependencies found is known to the template.

    A `visitor` or `csrf` in the context counts before the request's own.
    """
    visitor = context.setdefault("visitor", getattr(request.state, "visitor", None))
    context.setdefault("csrf", getattr(visitor, "csrf", "") or getattr(request.state, "csrf", ""))
    return HTMLResponse(fragment(template, **context), status)


def fragment(template: str, **context: object) -> str:
    """Return the markup of a template without a request, as a stream of events needs it."""
    return environment().get_template(template).render(context)


@cache
def environment() -> Environment:
    """Return the one set of templates; a name that no context defines is an error, not an empty place."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(static=static, icon=icon, visitor=None, csrf="")
    made.filters.update(when=when, day=day, breakable=breakable)
    return made


@cache
def static(name: str) -> str:
    """Return the address of a static file, which changes with its content, so that it may be kept for ever."""
    content = (STATIC / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:_HASH_LENGTH]}"


@cache
def icon(name: str) -> Markup:
    """Return a Lucide icon as inline SVG, silent to screen readers: its name stands beside it or on its button."""
    drawing = (_ICONS / f"{name}.svg").read_text("utf-8")
    inner = drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.rindex("</svg>")]
    lines = "".join(line.strip() for line in inner.splitlines())
    shape = 'viewBox="0 0 24 24" width="16" height="16" aria-hidden="true" focusable="false"'
    return Markup(f'<svg class="icon icon-{name}" {shape}>{lines}</svg>')  # noqa: S704  # our own files only


def breakable(path: str) -> Markup:
    """Return a path that may be broken behind each folder, and nowhere within a name."""
    return Markup("<wbr>").join(_FOLDER.findall(path))


def when(moment: datetime) -> Markup:
    """Return a moment as people write it (Tue 14 Oct, 09:12), the year only if it is another, the zone on hover.

    The zone is the server's until a script puts the reader's in its place.
    """
    return _time(moment, "%H:%M")


def day(moment: datetime) -> Markup:
    """Return the day of a moment (Tue 14 Oct), for what is dated rather than timed."""
    return _time(moment, "")


def _time(moment: datetime, clock: str) -> Markup:
    local = moment.astimezone() if moment.tzinfo else moment.replace(tzinfo=UTC).astimezone()
    year = "" if local.year == datetime.now(UTC).astimezone().year else f" {local.year}"
    text = f"{local:%a} {local.day} {local:%b}{year}" + (f", {local.strftime(clock)}" if clock else "")
    exact = local.isoformat(timespec="seconds")
    known = Markup(" data-clock") if clock else ""
    return Markup('<time datetime="{0}" title="{0} ({1})"{3}>{2}</time>').format(exact, local.tzname(), text, known)
