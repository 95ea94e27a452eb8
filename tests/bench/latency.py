"""What Attune adds to an answer: `python -m tests.bench.latency [--questions N]`, with the model that is set.

Each question is answered by Attune, and then with the same embedding, the same store query and the same model
call done by hand, in turns in one process. Printed: medians in milliseconds, what Attune adds, and the ratio.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.answering import Answerer, Parts
from bot.domain import Audience, ChannelId, Grant, PersonId, Prompt, Question, scope
from bot.language import question_language
from bot.prompts import PromptTemplate, Room, render
from bot.releases import active
from bot.retrieval import retrieve
from bot.streaming import units
from bot.wiring import opened
from tests.bench.datasets import EVERYONE, GENERAL, Folder, Setup
from tests.bench.quality import fill

_ASKER = PersonId("terminal:local:bench")
_CANDIDATES = 30


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds from the question to the first piece that a person may read, and to the end."""

    first: float
    end: float


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=40)
    options = parser.parse_args()
    sample = Path(str(files("bot") / "sample"))
    lines = (sample / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [row["question"] for row in map(json.loads, lines) if row["channel"].endswith(GENERAL)]
    with tempfile.TemporaryDirectory(prefix="attune-latency-") as folder:
        home = Path(folder) / "home"
        fill(home, Setup((Folder(EVERYONE, sample / EVERYONE, EVERYONE),), {GENERAL: (EVERYONE,)}, ()))
        with opened(home) as parts:
            show(compare(parts.answering, asked[: options.questions]))


def compare(parts: Parts, asked: Sequence[str]) -> list[tuple[Took, Took]]:
    """Return for each question that is answered what Attune took, and what the parts by hand took."""
    answerer = Answerer(parts)
    grant = Grant(frozenset({scope(EVERYONE)}))
    model = parts.model_for(active(parts.releases, parts.first)[1])
    pairs = []
    for number, text in enumerate(["warm up: who approves travel?", *asked]):
        prompt = prepared(parts, grant, text)

        def by_hand(text: str = text, prompt: Prompt = prompt) -> Iterator[str]:
            vector = parts.retriever.embedder.embed([text], "query")[0]
            parts.retriever.store.search(text, vector, grant, _CANDIDATES)
            yield from units(model.stream(prompt))

        def attune(text: str = text, number: int = number) -> Iterator[str]:
            where = Audience(channel=ChannelId(f"terminal:local:{GENERAL}"))
            yield from (
                delta.text for delta in answerer.stream(Question(text, _ASKER, where, str(number))) if delta.text
            )

        mine, theirs = (timed(attune), timed(by_hand)) if number % 2 else (timed(by_hand), timed(attune))[::-1]
        if number:
            pairs.append((mine, theirs))
    return pairs


def prepared(parts: Parts, grant: Grant, text: str) -> Prompt:
    """Return the prompt that Attune gives the model for this question."""
    language = question_language(text)
    _, release = active(parts.releases, parts.first)
    model = parts.model_for(release)
    found = retrieve(text, language, grant, parts.retriever)
    room = Room(model.window, parts.limits.max_tokens, model.count)
    evidence = found.evidence[: parts.limits.passages]
    return render(PromptTemplate(release.template), text, evidence, room, language=language)[0]


def timed(answer: Callable[[], Iterator[str]]) -> Took:
    """Run it to the end."""
    started = time.perf_counter()
    first = 0.0
    for _ in answer():
        first = first or time.perf_counter() - started
    end = time.perf_counter() - started
    return Took(first or end, end)


def show(pairs: Sequence[tuple[Took, Took]]) -> None:
    """Print medians."""
    table = Table("milliseconds, median", "Attune", "by hand", "added", "ratio", title=f"n = {len(pairs)}")
    for name in ("first", "end"):
        mine = [getattr(one, name) * 1000 for one, _ in pairs]
        theirs = [getattr(other, name) * 1000 for _, other in pairs]
        added = statistics.median(one - other for one, other in zip(mine, theirs, strict=True))
        ratio = statistics.median(mine) / statistics.median(theirs)
        label = "to the first piece" if name == "first" else "to the end"
        table.add_row(
            label, *(f"{statistics.median(row):.1f}" for row in (mine, theirs)), f"{added:+.1f}", f"{ratio:.2f}"
        )
    Console().print(table)


if __name__ == "__main__":
    main()
