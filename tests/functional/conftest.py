"""What the tests of the command line share."""

import os
from pathlib import Path

import pytest

from bot import cli
from tests.functional.command import Attune, Ran


@pytest.fixture
def no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run without the settings, and outside the folder, of whoever runs the tests."""
    for name in [name for name in os.environ if name.upper().startswith("ATTUNE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def attune(tmp_path: Path, capsys: pytest.CaptureFixture[str], own_logging: None, no_settings: None) -> Attune:
    """Return what runs a command in this process, on a home of this test unless told otherwise."""
    del own_logging, no_settings

    def ran(*arguments: str | Path, home: Path | None = None) -> Ran:
        code = cli.run([*map(str, arguments), "--home", str(home or tmp_path / "home")])
        return Ran(code, *capsys.readouterr())

    return ran
