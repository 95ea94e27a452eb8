"""The command line as tests call it: in a process of its own, or in this one."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

ATTUNE = Path(sys.executable).with_name("attune")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed, what it said beside that, and its exit code."""

    code: int
    printed: str
    said: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the document holds
        return json.loads(self.printed)


def sentence(ran: Ran) -> str:
    """Return the one sentence that a command could not do its work with."""
    assert ran.code == 1
    assert ran.printed == ""
    assert ran.said.count("\n") == 1, ran.said
    assert "Traceback" not in ran.said
    return ran.said.strip()


class Attune(Protocol):
    """Runs a command in this process, on the home of a test or on another one."""

    def __call__(self, *arguments: str | Path, home: Path | None = None) -> Ran: ...


def run(*arguments: str | Path, given: str | bytes = "", **settings: str) -> Ran:
    """Run a command to its end in a process of its own, with no settings but these."""
    done = subprocess.run(
        [ATTUNE, *arguments],
        input=given if isinstance(given, bytes) else given.encode(),
        env=environment(settings),
        capture_output=True,
        check=False,
        timeout=300,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@contextmanager
def running(*arguments: str | Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command beside the test, in a process of its own, with no settings but these."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [ATTUNE, *arguments], stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8", env=environment(settings)
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of whoever runs the tests, with these settings in place of any others."""
    mine = {name: value for name, value in os.environ.items() if not name.upper().startswith("ATTUNE_")}
    return {**mine, **settings}
