"""Pages escape what they are given, name their files by content, and know every icon that they draw."""

import hashlib
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import jinja2
import pytest
from fastapi import Request

from bot.domain import PersonId
from bot.web.pages import STATIC, day, environment, fragment, icon, render, static, when
from bot.web.visitor import Visitor

HOSTILE = "<script>alert(1)</script>\"' onload=alert(1)"
TEMPLATES = sorted(environment().list_templates())
PACKAGE = STATIC.parents[1]


def request(**state: object) -> Request:
    made = Request({"type": "http", "headers": [], "method": "GET", "path": "/"})
    for name, value in state.items():
        setattr(made.state, name, value)
    return made


def visitor(name: str = "Ana", csrf: str = "token") -> Visitor:
    return Visitor(PersonId("web:local:ana"), name, None, csrf, demo=False)


def text(response: object) -> str:
    return bytes(getattr(response, "body", b"")).decode()


def test_what_a_page_is_given_is_escaped() -> None:
    page = text(render(request(visitor=visitor(HOSTILE, HOSTILE)), "error.html", status=404, sentence=HOSTILE))
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;") >= 3
    assert "' onload" not in page


def test_a_page_carries_its_status_and_the_token_of_its_visitor() -> None:
    response = render(request(visitor=visitor()), "error.html", status=404, sentence="Not here.")
    assert response.status_code == 404
    assert """hx-headers='{"X-CSRF-Token": "token"}'""" in text(response)
    assert "Sign out" in text(response)


def test_a_page_for_nobody_yet_carries_the_token_of_its_form() -> None:
    page = text(render(request(csrf="first"), "error.html", sentence="Not here."))
    assert '{"X-CSRF-Token": "first"}' in page
    assert "Sign out" not in page


def test_a_name_that_no_context_defines_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        fragment("_error.html")


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_template_holds_script_style_or_an_address_elsewhere(template: str) -> None:
    source, _, _ = environment().loader.get_source(environment(), template)  # type: ignore[union-attr]
    assert re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|hx-on|javascript:|\|\s*safe", source) is None
    assert re.search(r"""(src|href|action)=["'](https?:)?//""", source) is None


def test_static_addresses_follow_the_content() -> None:
    content = (STATIC / "app.css").read_bytes()
    assert static("app.css") == f"/static/app.css?v={hashlib.sha256(content).hexdigest()[:12]}"


@pytest.mark.parametrize("sheet", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_what_a_style_sheet_names_has_the_address_that_pages_use(sheet: Path) -> None:
    for address in re.findall(r'url\("([^"]*)"\)', sheet.read_text("utf-8")):
        assert f"/static/{address}" == static(address.partition("?")[0])


def test_every_icon_that_is_drawn_is_here_and_every_one_here_is_drawn() -> None:
    sources = "".join(path.read_text("utf-8") for kind in ("html", "py") for path in PACKAGE.rglob(f"*.{kind}"))
    here = {path.stem for path in (STATIC / "vendor" / "lucide").glob("*.svg")}
    drawn = set(re.findall(r"""icon\(["']([a-z0-9-]+)["']\)""", sources))
    chosen = {f"thumbs-{verdict}" for verdict in ("up", "down")}
    named = set(re.findall(r"""["']([a-z][a-z0-9-]*)["']""", sources))
    assert drawn - here == set()
    assert here - named - chosen == set()


def test_an_icon_is_silent_and_whole() -> None:
    drawn = icon("thumbs-up")
    assert drawn.startswith("<svg")
    assert drawn.endswith("</svg>")
    assert 'aria-hidden="true"' in drawn
    assert "license" not in drawn


def test_what_is_vendored_is_listed_with_its_version_and_licence() -> None:
    rows = (STATIC / "vendor" / "README.md").read_text("utf-8")
    for folder in (path for path in (STATIC / "vendor").iterdir() if path.is_dir()):
        assert re.search(rf"^\| `{folder.name}` \| `[^`]+` \| \d+\.\d+\.\d+ \| \S+ \|", rows, re.MULTILINE)
        assert (folder / "LICENSE").is_file()


def test_a_moment_reads_as_people_write_it_and_tells_its_zone() -> None:
    now = datetime.now(UTC).astimezone()
    moment = now.replace(month=10, day=14, hour=9, minute=2, second=5, microsecond=0)
    shown = when(moment)
    local = moment.astimezone()
    assert f">{local:%a} {local.day} {local:%b}, {local:%H:%M}</time>" in shown
    assert f'datetime="{local.isoformat()}"' in shown
    assert f"({local.tzname()})" in shown


def test_a_moment_of_another_year_tells_the_year() -> None:
    moment = datetime(2019, 3, 2, 12, tzinfo=timezone(timedelta(hours=1)))
    assert ">Sat 2 Mar 2019</time>" in day(moment)
    assert " 2019, " in when(moment)
    assert "11:00" in when(datetime(2019, 3, 2, 11)) or "2019" in when(datetime(2019, 3, 2, 11))  # noqa: DTZ001
