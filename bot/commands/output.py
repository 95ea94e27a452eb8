"""What commands print: JSON for scripts, tables and lines for people; sentences about trouble go to stderr."""

import json
import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from bot.questions import readable


def console() -> Console:
    """Return standard output, with colours only on a terminal; nothing printed is taken for markup."""
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


def document(value: object) -> None:
    """Print one JSON document on one line, Unicode as it is."""
    sys.stdout.write(f"{json.dumps(value, ensure_ascii=False)}\n")
    sys.stdout.flush()


def say(sentence: str) -> None:
    """Print a line for people."""
    console().out(sentence, highlight=False)


def counted(count: int, what: str) -> str:
    """Return a number with its noun, as in '1 passage' or '2 passages'."""
    return f"{count:,} {what if count == 1 else f'{what}s'}"


def waiting(for_what: str) -> Status:
    """Show on a terminal that something takes a while."""
    return Console(stderr=True).status(for_what)


def warn(sentence: str) -> None:
    """Print a line on stderr, beside what a command prints."""
    sys.stdout.flush()
    sys.stderr.write(f"{sentence}\n")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    """Print rows for people: aligned on a terminal, with tabs between the cells in a pipe."""
    found = [[readable(str(cell)).replace("\n", " ") for cell in row] for row in rows]
    if not found:
        say(empty)
    elif sys.stdout.isatty():
        made = Table(*columns, box=None, pad_edge=False, header_style="bold")
        for row in found:
            made.add_row(*(Text(cell, overflow="fold") for cell in row))
        console().print(made)
    else:
        for row in found:
            sys.stdout.write("\t".join(row) + "\n")
