"""How conversations go: `python -m tests.bench.dialogues`.

Sixty short dialogues over the sample company, in English, Spanish and Portuguese. Each turn says how it has to be
taken: alone, joined with what was said before, as small talk, or as nothing at all. Half of the dialogues, chosen
by a fixed seed, are held back: nothing is chosen by looking at them.
"""

import argparse
import json
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from rich.console import Console
from rich.table import Table

from bot.access import grant_for
from bot.chat.terminal import asking
from bot.commands import samples
from bot.domain import Answer
from bot.wiring import Wiring, opened

DIALOGUES: Final = Path(__file__).with_suffix(".jsonl")
SEED: Final = 20_26
UNSEARCHED: Final = frozenset({"small", "mash"})
"""What is answered without looking into any document."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that is said, and how it has to be taken."""

    text: str
    kind: str
    """alone, joined, small or mash."""
    wanted: str
    """What the passages must hold, as a pattern, empty where there is no answer; of small talk, its language."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation in a channel of the sample company."""

    id: str
    channel: str
    turns: Sequence[Turn]


@dataclass(frozen=True, slots=True)
class Judged:
    """How one turn went."""

    dialogue: str
    turn: Turn
    answer: Answer
    found: bool
    """It was taken as it had to be: what is wanted is in the passages, or nothing was searched."""
    said: bool
    """The answer holds what is wanted too, or gives nothing where nothing is wanted."""
    repeated: bool
    """The answer is that of the turn before, although it does not hold what is wanted."""


def dialogues(part: str = "all") -> list[Dialogue]:
    """Return the dialogues: all of them, or the half that is `seen`, or the one that is `held` back."""
    every = [_dialogue(json.loads(line)) for line in DIALOGUES.read_text("utf-8").splitlines()]
    held = {one.id for one in random.Random(SEED).sample(every, len(every) // 2)}  # noqa: S311 - no secret
    return [one for one in every if part == "all" or (one.id in held) is (part == "held")]


def hold(parts: Wiring, dialogue: Dialogue) -> Iterator[Judged]:
    """Hold a dialogue, and judge each of its turns."""
    where = asking.channel(dialogue.channel)
    conversation = f"bench:{uuid4()}"
    before: Answer | None = None
    for turn in dialogue.turns:
        asked = asking.question(turn.text, asking.asker("ann"), where, conversation)
        answer = parts.answerer.answer(asked)
        yield _judged(parts, dialogue.id, turn, answer, before)
        before = answer if answer.citations else before


def table(judged: Sequence[Judged], title: str) -> Table:
    """Return the counts, by kind of turn."""
    made = Table("kind", "turns", "taken right", "answered right", "wrong repeats", title=title)
    of = Counter(one.turn.kind for one in judged)
    for kind, turns in of.items():
        rows = [one for one in judged if one.turn.kind == kind]
        counts = (sum(one.found for one in rows), sum(one.said for one in rows), sum(one.repeated for one in rows))
        made.add_row(kind, str(turns), *map(str, counts))
    return made


def main() -> None:
    """Print the counts, and with --turns every turn."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.dialogues", description=__doc__)
    parser.add_argument("--home", type=Path, help="a home of `attune demo`; by default one that is filled for this")
    parser.add_argument("--part", choices=("all", "seen", "held"), default="all", help="which half")
    parser.add_argument("--turns", action="store_true", help="print each turn with its answer")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="attune-") as folder, opened(options.home or Path(folder)) as parts:
        if not parts.sources.all():
            samples.fill(parts)
        judged = [row for one in dialogues(options.part) for row in hold(parts, one)]
    if options.turns:
        for row in judged:
            marks = ("found" if row.found else "NOT FOUND", "said" if row.said else "not said")
            print(row.dialogue, row.turn.kind, *marks, "REPEATED" if row.repeated else "", sep=" | ")
            print(f"  > {row.turn.text}\n  {row.answer.text}")
    Console().print(table(judged, f"Dialogues: {options.part}"))


def _judged(parts: Wiring, dialogue: str, turn: Turn, answer: Answer, before: Answer | None) -> Judged:
    if turn.kind in UNSEARCHED:
        right = not answer.trace and not answer.citations and answer.language == turn.wanted and not answer.abstained
        return Judged(dialogue, turn, answer, right, right, _repeats(answer, before))
    shown = " ".join(answer.text.replace("; ", " | ").split())
    said = bool(re.search(turn.wanted, shown)) if turn.wanted else answer.abstained
    wrongly = _repeats(answer, before) and not (turn.wanted and said)
    used = [row.passage for row in answer.trace if row.fate == "used"]
    grant = grant_for(answer.question.audience, parts.grants)
    passages = parts.store.get(used, grant) if grant else []
    texts = " ".join(" ".join(one.indexed.split()) for one in passages)
    found = bool(re.search(turn.wanted, texts)) if turn.wanted else True
    return Judged(dialogue, turn, answer, found and not wrongly, said, wrongly)


def _repeats(answer: Answer, before: Answer | None) -> bool:
    """Say whether an answer only quotes what the last one with sources did."""
    if before is None or not answer.citations:
        return False
    return {one.quote for one in answer.citations} <= {one.quote for one in before.citations}


def _dialogue(line: dict[str, object]) -> Dialogue:
    turns = line["turns"]
    assert isinstance(turns, list)
    return Dialogue(str(line["id"]), str(line["in"]), [Turn(*turn) for turn in turns])


if __name__ == "__main__":
    main()
