"""The house keeps its own rules: what is promised in one place is there in the other."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bot import cli
from bot.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "workers", "tuning")
LAYOUT = {*PACKAGES, "pyproject.toml", "tests", "deploy", "README.md", "LICENSE", "CHANGELOG.md"}
LEFT_BY_TOOLS = {"build", "dist", "shared"}
LONGEST = 300


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def suites() -> list[Path]:
    return sorted((ROOT / "tests").rglob("*.py"))


def commands(verb: str) -> list[tuple[str, ...]]:
    """Return the commands of a verb as they are typed: itself, or each thing that it does."""
    loaded = cli.load(cli.VERBS[verb][0])
    if not isinstance(loaded, typer.Typer):
        return [(verb,)]
    return [(verb, one.name or str(getattr(one.callback, "__name__", ""))) for one in loaded.registered_commands]


def helped(*command: str) -> str:
    done = CliRunner().invoke(cli.command(command), [*command, "--help"], prog_name="attune", env={"COLUMNS": "500"})
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("verb", cli.VERBS)
def test_every_verb_leads_somewhere(verb: str) -> None:
    assert callable(cli.load(cli.VERBS[verb][0]))


@pytest.mark.parametrize("verb", cli.VERBS)
def test_every_command_explains_itself_with_an_example(verb: str) -> None:
    for command in commands(verb):
        text = helped(*command)
        assert f"attune {' '.join(command)}" in text.split("Example:")[1]
        assert "--home" in text


@pytest.mark.parametrize("verb", cli.VERBS)
def test_what_prints_data_prints_json_too(verb: str) -> None:
    for command in commands(verb):
        assert ("--json" in helped(*command)) is (verb not in {"demo", "chat", "serve"})


def test_the_list_of_verbs_tells_what_each_does() -> None:
    text = helped()
    for verb, (_, does) in cli.VERBS.items():
        assert re.search(rf"^  {verb} +{re.escape(does)}$", text, re.MULTILINE)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_has_a_row_in_the_readme(name: str) -> None:
    rows = re.findall(rf"^\|[^|]*`({PREFIX}[A-Z_]+)`", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert f"{PREFIX}{name.upper()}" in rows


def test_every_setting_in_the_readme_is_one() -> None:
    rows = re.findall(rf"^\|[^|]*`({PREFIX}[A-Z_]+)`", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert {row.removeprefix(PREFIX).lower() for row in rows} <= Settings.model_fields.keys()


@pytest.mark.parametrize("path", [*modules(), *suites()], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_outgrows_its_idea(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST
    if path.name == "__init__.py":
        assert text == "", "a package re-exports nothing"
    elif "versions" not in path.parts:
        assert text.startswith('"""'), "a module says in one sentence what it is"


def test_nothing_is_left_to_be_written() -> None:
    assert [path for path in modules() if "To be written" in path.read_text("utf-8")] == []


def test_the_changelog_tells_of_this_version() -> None:
    versions = re.findall(r"^## \[?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert versions[0] == project()["project"]["version"]


def test_nothing_else_stands_at_the_top() -> None:
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert {name for name in found - LAYOUT - LEFT_BY_TOOLS if not name.endswith(".egg-info")} == set()
    assert found >= LAYOUT
