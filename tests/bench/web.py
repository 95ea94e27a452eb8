"""How the pages feel: `python -m tests.bench.web [--questions N] [--people N]`, in Chromium, on the demo.

Printed: what each first page weighs and when it is painted; how long after Enter the first words are there, against
the same answers made in this process; and how many people who ask at the same moment wait for the whole answer,
against as many answers made one after another in this process.
"""

import argparse
import json
import re
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from importlib.resources import files
from itertools import cycle, islice
from pathlib import Path
from threading import Barrier
from typing import Final

import httpx
from playwright.sync_api import Browser
from rich.console import Console
from rich.table import Table

from bot.domain import Audience, ChannelId, PersonId, Question
from bot.wiring import Wiring, opened
from tests.bench.latency import Took, timed
from tests.functional.browsing import WIDE, Site, ready, settled, site
from tests.servers.browser import browser

_ROUNDS: Final = 5
_GENERAL: Final = ChannelId("terminal:local:general")
_ASKER: Final = PersonId("terminal:local:bench")
_SECONDS: Final = 300
_WATCH: Final = """() => {
    const at = (window.at = { enter: 0, first: 0 });
    const said = () => document.querySelector(".turn:last-child .answer-text")?.textContent.trim();
    const look = () => { if (!at.first && said()) at.first = performance.now(); };
    new MutationObserver(look).observe(document.getElementById("turns"), { childList: true, subtree: true });
    const press = (event) => { if (event.key === "Enter") at.enter = performance.now(); };
    document.addEventListener("keydown", press, true);
}"""
"""Notes in the page when Enter was pressed, and when the first words of the answer were there."""


@dataclass(frozen=True, slots=True)
class Weight:
    """A first visit: kilobytes that came over the wire, requests, milliseconds to the first words on the screen."""

    kilobytes: float
    requests: int
    painted: float


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=30)
    parser.add_argument("--people", type=int, default=50)
    options = parser.parse_args()
    asked = questions()
    with tempfile.TemporaryDirectory(prefix="attune-web-") as folder:
        home = Path(folder) / "home"
        with site("demo", home) as demo, opened(home) as parts:
            with browser() as chromium:
                show_weights({"chat": weight(chromium, demo.chat), "console": weight(chromium, demo.console)})
                in_process(parts, asked[:1])
                pairs = compare(chromium, demo, parts, asked[: options.questions])
            show_first_words(pairs)
            many = list(islice(cycle(asked), options.people))
            show_many(at_once(demo, many), in_process(parts, many))


def questions() -> list[str]:
    """Return what the sample company asks in its general channel."""
    lines = (files("bot") / "sample" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [row["question"] for row in map(json.loads, lines) if row["channel"] == _GENERAL]


def weight(chromium: Browser, url: str) -> Weight:
    """Return the median of some first visits."""
    visits = [visit(chromium, url) for _ in range(_ROUNDS)]
    return Weight(
        statistics.median(one.kilobytes for one in visits),
        visits[0].requests,
        statistics.median(one.painted for one in visits),
    )


def visit(chromium: Browser, url: str) -> Weight:
    """Open a page with nothing in the cache."""
    context = chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    page = context.new_page()
    sizes: list[float] = []
    wire = context.new_cdp_session(page)
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    wire.send("Network.enable")
    page.goto(url, wait_until="networkidle")
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    context.close()
    return Weight(sum(sizes) / 1000, len(sizes), float(painted))


def compare(chromium: Browser, demo: Site, parts: Wiring, asked: Sequence[str]) -> list[tuple[float, float]]:
    """Return for each question the seconds to the first words, in the browser and in this process."""
    pairs = []
    page = chromium.new_page()
    for question in asked:
        page.goto(f"{demo.chat}/c/general?new=1")
        ready(page)
        page.evaluate(_WATCH)
        page.get_by_label("Your question").fill(question)
        page.keyboard.press("Enter")
        settled(page, question)
        seen = float(page.evaluate("(at.first - at.enter) / 1000"))
        pairs.append((seen, in_process(parts, [question])[0].first))
    return pairs


def in_process(parts: Wiring, asked: Sequence[str]) -> list[Took]:
    """Answer one after another without any door."""
    return [timed(lambda text=text: answered(parts, text)) for text in asked]  # type: ignore[misc]


def answered(parts: Wiring, text: str) -> Iterator[str]:
    """Yield the pieces of an answer."""
    question = Question(text, _ASKER, Audience(channel=_GENERAL), f"bench:{time.monotonic_ns()}")
    yield from (delta.text for delta in parts.answerer.stream(question) if delta.text)


def at_once(demo: Site, asked: Sequence[str]) -> list[float]:
    """Return how many seconds each of so many people waited for the whole answer, all asking at one moment."""
    start = Barrier(len(asked))

    def ask(question: str) -> float:
        with httpx.Client(base_url=demo.chat, timeout=_SECONDS) as client:
            page = client.get("/c/general", params={"new": "1"}).text
            form = {
                name: found[1]
                for name in ("conversation", "key")
                if (found := re.search(rf'name="{name}"[^>]* value="([^"]+)"', page))
            }
            token = json.loads(unescape(_found(r"hx-headers='([^']+)'", page)))
            client.headers.update({**token, "hx-request": "true"})
            start.wait(_SECONDS)
            begun = time.perf_counter()
            turn = client.post("/questions", data={**form, "text": question, "channel": "general"}).text
            with client.stream("GET", _found('sse-connect="([^"]+)"', turn)) as events:
                if not any(line == "event: done" for line in events.iter_lines()):
                    raise RuntimeError(question)
            return time.perf_counter() - begun

    with ThreadPoolExecutor(len(asked)) as people:
        return list(people.map(ask, asked))


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise ValueError(pattern)
    return match[1]


def show_weights(weights: dict[str, Weight]) -> None:
    """Print what first visits take."""
    table = Table("first visit", "kB", "requests", "first paint, ms", title=f"median of {_ROUNDS}, empty cache")
    for name, one in weights.items():
        table.add_row(name, f"{one.kilobytes:.1f}", str(one.requests), f"{one.painted:.0f}")
    Console().print(table)


def show_first_words(pairs: Sequence[tuple[float, float]]) -> None:
    """Print medians and the slow end."""
    table = Table("to the first words, ms", "browser", "in process", "added", "ratio", title=f"n = {len(pairs)}")
    seen, made = ([value * 1000 for value in column] for column in zip(*pairs, strict=True))
    for name, at in (("median", 0.5), ("95th of 100", 0.95)):
        web, bare = quantile(seen, at), quantile(made, at)
        added = quantile([one - other for one, other in zip(seen, made, strict=True)], at)
        table.add_row(name, f"{web:.0f}", f"{bare:.0f}", f"{added:+.0f}", f"{web / bare:.2f}")
    Console().print(table)


def show_many(waited: Sequence[float], made: Sequence[Took]) -> None:
    """Print how long many people wait together, and what the bare answers add up to."""
    queue = [sum(one.end for one in made[: number + 1]) for number in range(len(made))]
    table = Table("seconds to the whole answer", "p50", "p95", "the last", title=f"{len(waited)} people at once")
    for name, row in (("through the web", waited), ("in process, one after another", queue)):
        table.add_row(name, *(f"{value:.2f}" for value in (quantile(row, 0.5), quantile(row, 0.95), max(row))))
    Console().print(table)
    print(f"one answer in process: median {statistics.median(one.end for one in made) * 1000:.0f} ms")


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of the values does not exceed."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


if __name__ == "__main__":
    main()
