"""How soon a command starts and what a resting chat holds: `python -m tests.bench.startup`."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

_ROUNDS = 9
_ATTUNE = str(Path(sys.executable).with_name("attune"))


def main() -> None:
    """Print the table."""
    imports = median([sys.executable, "-c", "import typer, rich.console"])
    table = Table("command", "seconds, median", "of importing typer and rich")
    table.add_row("import typer, rich", f"{imports:.3f}", "1.00")
    with tempfile.TemporaryDirectory(prefix="attune-startup-") as home:
        for command in (["--help"], ["grants", "list", "--home", home], ["sources", "list", "--home", home]):
            took = median([_ATTUNE, *command])
            table.add_row(
                f"attune {' '.join(command[:2])}".removesuffix(" --home"), f"{took:.3f}", f"{took / imports:.2f}"
            )
        resting = chat_at_rest(home)
    Console().print(table)
    print(f"memory of 'attune chat' at rest, after one answer: {resting:.0f} MiB")


def median(command: Sequence[str]) -> float:
    """Return the median time of a command in seconds, the first run not counted."""
    took = []
    for _ in range(_ROUNDS + 1):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        took.append(time.perf_counter() - started)
    return statistics.median(took[1:])


def chat_at_rest(home: str) -> float:
    """Return the resident memory in MiB of a chat that has answered once and waits."""
    sample = Path(__file__).parents[2] / "bot" / "sample" / "everyone"
    for command in (
        ["grants", "allow", "terminal:local:general", "everyone"],
        ["sources", "add", "handbook", str(sample), "--scope", "everyone"],
        ["sources", "sync"],
    ):
        subprocess.run([_ATTUNE, *command, "--home", home], check=True, capture_output=True)
    command = [_ATTUNE, "chat", "--channel", "general", "--home", home]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as chat:
        if chat.stdin is None or chat.stdout is None:
            raise RuntimeError
        chat.stdin.write("Who approves travel?\n")
        chat.stdin.flush()
        while "[1]" not in (line := chat.stdout.readline()) and line:
            pass
        time.sleep(1.0)
        pages = int(Path(f"/proc/{chat.pid}/statm").read_text(encoding="ascii").split()[1])
        chat.stdin.close()
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
