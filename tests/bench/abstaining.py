"""Where to abstain: `python -m tests.bench.abstaining --data FOLDER`.

On questions whose article was left out and questions whose article is there, in English and in Spanish: how
well the likelihood of `bot.grounding.answerable` tells them apart, on each half of the articles, and what each
threshold costs. The constants there are chosen on the first half only.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.domain import Grant, scope
from bot.language import question_language
from bot.retrieval import Retriever, retrieve
from bot.wiring import opened
from tests.bench.datasets import EVERYONE, FOLDS, Setup, xquad
from tests.bench.quality import fill

THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6)


@dataclass(frozen=True, slots=True)
class Judged:
    """One question: how likely its answer was thought to be there, and whether it was."""

    likelihood: float
    answerable: bool
    half: int


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--folds", type=int, default=2, help="how many of the five ways to leave articles out")
    options = parser.parse_args()
    table = Table("language", "half", "n", "area", *(f"at {one:g}: wrongly, rightly" for one in THRESHOLDS))
    for language in ("en", "es"):
        judged = [one for fold in range(min(options.folds, FOLDS)) for one in judge(options.data, language, fold)]
        for half in (0, 1):
            table.add_row(
                language, "chosen on" if half == 0 else "checked on", *figures([j for j in judged if j.half == half])
            )
    Console().print(table)


def judge(data: Path, language: str, fold: int) -> Iterator[Judged]:
    """Bring the articles in and weigh what each question finds."""
    with tempfile.TemporaryDirectory(prefix="attune-abstaining-") as folder:
        base = Path(folder)
        setup = xquad(data / "xquad" / f"{language}.json", base / "documents", fold)
        fill(base / "home", setup)
        with opened(base / "home") as parts:
            yield from weigh(setup, parts.answering.retriever)


def weigh(setup: Setup, retriever: Retriever) -> Iterator[Judged]:
    """Yield each question's likelihood; halves are of whole blocks of questions, so that articles stay together."""
    grant = Grant(frozenset({scope(EVERYONE)}))
    for number, asked in enumerate(setup.asked):
        found = retrieve(asked.question, question_language(asked.question), grant, retriever)
        yield Judged(found.answerable, bool(asked.documents), number * 8 // len(setup.asked) % 2)


def figures(judged: Sequence[Judged]) -> list[str]:
    """Return n, the area under the curve, and the two shares of abstaining at each threshold."""
    there = [one.likelihood for one in judged if one.answerable]
    gone = [one.likelihood for one in judged if not one.answerable]
    pairs = sum((one > other) + (one == other) / 2 for one in there for other in gone)
    shares = (
        f"{sum(one < limit for one in there) / len(there):.3f}, {sum(one < limit for one in gone) / len(gone):.3f}"
        for limit in THRESHOLDS
    )
    return [str(len(judged)), f"{pairs / (len(there) * len(gone)):.3f}", *shares]


if __name__ == "__main__":
    main()
