"""How fast documents come in: `python -m tests.bench.ingest --documents FOLDER`.

The whole of a sync (reading, converting, splitting, embedding, writing) against the bare encoder on the very
passages that came out of it, in the same batches, in one process; and a second sync in which nothing changed.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table

from bot.domain import scope
from bot.ingest import sync
from bot.intake import IngestParts, SourceTarget
from bot.ports import Embedder, Vectors
from bot.wiring import Wiring, opened


class Recording:
    """An embedder that remembers the batches that it was given."""

    def __init__(self, inner: Embedder) -> None:
        """Hand everything on to `inner`."""
        self._inner = inner
        self.space, self.dimension, self.window = inner.space, inner.dimension, inner.window
        self.count = inner.count
        self.batches: list[list[str]] = []

    def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> Vectors:
        """Remember and embed."""
        self.batches.append(list(texts))
        return self._inner.embed(texts, kind)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="attune-ingest-") as folder, opened(Path(folder)) as parts:
        parts.embedder.embed(["warm up"] * 32, "passage")
        show(parts, str(options.documents))


def show(parts: Wiring, uri: str) -> None:
    """Sync twice, encode by hand, compare."""
    recording = Recording(parts.embedder)
    work: IngestParts = replace(parts.ingest, embedder=recording)
    target = SourceTarget("bench", uri, frozenset({scope("everyone")}))
    report = sync(target, parts.source("bench", uri), work)
    again = sync(target, parts.source("bench", uri), work)
    started = time.perf_counter()
    for batch in recording.batches:
        parts.embedder.embed(batch, "passage")
    raw = time.perf_counter() - started
    count = sum(map(len, recording.batches))
    table = Table("", "seconds", "passages a second", title=f"{report.added} documents, {count} passages")
    table.add_row("first sync", f"{report.seconds:.2f}", f"{count / report.seconds:.1f}")
    table.add_row("the encoder alone", f"{raw:.2f}", f"{count / raw:.1f}")
    table.add_row("second sync, nothing changed", f"{again.seconds:.4f}", "")
    Console().print(table)
    print(f"of the encoder's rate: {raw / report.seconds:.2f}; first over second: {report.seconds / again.seconds:.0f}")
    for failed, why in report.failed:
        print(f"left out: {failed}: {why}")


if __name__ == "__main__":
    main()
