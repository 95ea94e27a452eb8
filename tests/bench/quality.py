"""How good the answers on a public question set are: `python -m tests.bench.quality --data FOLDER --set xquad-en`.

Fills a home of its own through the `attune` command, as an admin would, and measures the release that
answers there; the environment chooses models and stores, as always.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench.datasets import FOLDS, Asked, Setup, handbook, xquad
from tuning import metrics

SETS = ("xquad-en", "xquad-es", "handbook")
ELSEWHERE = "asked elsewhere"


@dataclass(frozen=True, slots=True)
class Page:
    """A document that was cited or found."""

    uri: str
    title: str = ""


def main() -> None:
    """Print the figures as tables, or with --json as one document."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="attune-quality-") as folder:
        base = options.keep or Path(folder)
        base.mkdir(parents=True, exist_ok=True)
        setup = make(options.set, options.data, base / "documents", options.fold)
        synced = fill(base / "home", setup)
        measured = measure(base, setup, options.limit)
    if options.json:
        print(json.dumps({"set": options.set, "sync": synced, **measured}, ensure_ascii=False))
    else:
        show(options.set, measured)


def make(name: str, data: Path, out: Path, fold: int) -> Setup:
    """Make the set-up of that name of the data in a folder."""
    if name == "handbook":
        return handbook(data / "handbook", out)
    return xquad(data / "xquad" / f"{name.removeprefix('xquad-')}.json", out, fold)


def fill(home: Path, setup: Setup) -> Sequence[Any]:
    """Bring documents and grants into a home; returns what each sync did."""
    for channel, scopes in setup.grants.items():
        attune(home, "grants", "allow", f"terminal:local:{channel}", *scopes)
    for folder in setup.folders:
        attune(home, "sources", "add", folder.name, str(folder.path), "--scope", folder.scope)
    return [json.loads(attune(home, "sources", "sync", folder.name, "--json")) for folder in setup.folders]


def measure(base: Path, setup: Setup, limit: int | None) -> Mapping[str, Any]:
    """Ask everything through `attune evaluate`; returns the figures, and by kind what the details show."""
    groups = {
        "questions": [asked for asked in setup.asked if asked.kind != ELSEWHERE],
        ELSEWHERE: [asked for asked in setup.asked if asked.kind == ELSEWHERE],
    }
    found: dict[str, Any] = {"figures": {}, "kinds": {}}
    for name, asked in groups.items():
        if asked:
            found["figures"][name], details = evaluated(base, name.replace(" ", "-"), asked, limit)
            found["kinds"] |= by_kind(asked, details)
    return found


def evaluated(base: Path, name: str, asked: Iterable[Asked], limit: int | None) -> tuple[Any, list[Any]]:
    """Return what `attune evaluate` prints for these questions, and its details."""
    questions, details = base / f"{name}.jsonl", base / f"{name}-details.jsonl"
    questions.write_text("".join(f"{one.line}\n" for one in asked), encoding="utf-8")
    sampled = ("--limit", str(limit)) if limit else ()
    printed = attune(base / "home", "evaluate", "--questions", str(questions), "--details", str(details), *sampled)
    return json.loads(printed), [json.loads(line) for line in details.read_text(encoding="utf-8").splitlines()]


def by_kind(asked: Iterable[Asked], details: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, float | None]]:
    """Return for each kind of question the means of what its details show, None where that says nothing."""
    known = {one.id: one for one in asked}
    rows: dict[str, list[dict[str, float | None]]] = {}
    for detail in details:
        one = known[detail["id"]]
        rows.setdefault(one.kind, []).append(judged(one, detail))
    return {
        kind: {"n": len(found), **{key: metrics.mean(_known(found, key)).value for key in found[0]}}
        for kind, found in rows.items()
    }


def judged(asked: Asked, detail: Mapping[str, Any]) -> dict[str, float | None]:
    """Return what one question's detail shows, each from 0 to 1, None where it says nothing.

    `gold words` is the share of the right answer's words that stand in the text, `outdated` whether an
    earlier version is cited, `leaked` whether a forbidden document is cited or among those that were found.
    """
    cited = [Page(citation["uri"], citation["title"]) for citation in detail["citations"]]
    retrieved = [Page(uri) for uri in detail["retrieved"]]
    text = "" if detail["abstained"] else detail["text"]
    return {
        "abstained": float(detail["abstained"]),
        "gold words": held(text, asked.answers[0]) if asked.answers else None,
        "cited": float(metrics.is_cited(cited, asked.documents)) if asked.documents else None,
        "recall@5": metrics.recall(retrieved, asked.documents, 5) if asked.documents else None,
        "outdated": float(metrics.is_cited(cited, asked.outdated)) if asked.outdated else None,
        "leaked": float(metrics.is_cited([*cited, *retrieved], asked.forbidden)) if asked.forbidden else None,
    }


def held(text: str, wanted: str) -> float:
    """Return the share of the wanted text's words, each once, that stand in the text."""
    words = set(metrics.words(wanted))
    return len(words & set(metrics.words(text))) / len(words) if words else 0.0


def attune(home: Path, *arguments: str) -> str:
    """Run the command that stands beside this Python; returns what it prints, stops with its sentence."""
    command = Path(sys.executable).with_name("attune")
    done = subprocess.run(
        [command, *arguments],
        env={**os.environ, "ATTUNE_HOME": str(home)},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        sys.exit(f"attune {' '.join(arguments)} ended with {done.returncode}")
    return done.stdout


def show(name: str, measured: Mapping[str, Any]) -> None:
    """Print a table of the figures, and one of the kinds of questions."""
    console = Console()
    for group, figures in measured["figures"].items():
        table = Table("figure", "value", "95 % interval", "n", title=f"{name}: {group}")
        for figure, found in figures.items():
            if found["n"]:
                interval = f"{found['low']:.3f} to {found['high']:.3f}"
                table.add_row(figure, f"{found['value']:.3f}", interval, str(found["n"]))
        console.print(table)
    kinds = measured["kinds"]
    table = Table("kind", *next(iter(kinds.values())), title=f"{name}: by kind")
    for kind, row in kinds.items():
        table.add_row(kind, *map(_cell, row.values()))
    console.print(table)


def _known(rows: Iterable[Mapping[str, float | None]], key: str) -> list[float]:
    return [value for row in rows if (value := row[key]) is not None]


def _cell(value: float | None) -> str:
    return "" if value is None else str(value) if isinstance(value, int) else f"{value:.2f}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.quality", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds xquad/ and handbook/")
    parser.add_argument("--set", choices=SETS, required=True)
    parser.add_argument("--fold", type=int, choices=range(FOLDS), default=0, help="xquad: the first article left out")
    parser.add_argument("--limit", type=int, help="ask a sample of this size")
    parser.add_argument("--keep", type=Path, help="work in this new folder, and leave it there")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    return parser.parse_args()


if __name__ == "__main__":
    main()
