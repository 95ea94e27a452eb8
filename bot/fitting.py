"""How well each thing that may be quoted answers a question, before meaning is compared: by words, form and place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.answer_types import Expected, Kind, expected, holds
from bot.contrasts import Contrast, contrast
from bot.domain import Passage
from bot.ranges import amounts, within
from bot.rows import asked_of
from bot.sentences import Statement, statements
from bot.terms import coverage, stems, weights
from bot.windows import Window, is_note, lists, opens, points_away, whole, windows

_HEADINGS = 0.8
"""How much a word of the question counts that stands in the headings only."""
_BEFORE = 0.6
"""The same for the sentence before, in the same paragraph."""
_RANK = 0.06
"""What each place further down in the ranking of passages costs."""
_FORM = 0.3
"""What it is worth to hold the kind of answer that is asked for."""
_LEAD = 0.2
"""What comes first under a heading that the question names answers it."""
_LISTED = 0.12
"""Whoever asks how to do something wants the whole list."""
_KEYED = 0.2
"""A row whose first cell the question names is about what was asked."""
_IN_RANGE = 0.35
"""A row whose range holds the amount asked about, or does not."""
_SOMEBODY_ELSES = 0.3
"""A statement about Bristol, where the question names Lisbon."""
_LONGER = 0.04
_ROW = 0.03
"""Prose reads better."""
_LEANS = 0.06
_NOTE = 0.6
_POINTS_AWAY = 0.4
_OWN_NOTE = 0.3
"""A note that holds this share of the question's weight is what was asked for."""
_TELLING = 0.05
_PARTS = re.compile(r"[,.;:!?]\s+")
_SHORTEST = 4
"""Words of a part that asks by itself."""


@dataclass(frozen=True)
class Asked:
    """A question, taken apart."""

    text: str
    language: str
    passages: Sequence[Passage]

    @cached_property
    def wanted(self) -> Mapping[str, float]:
        """The weight of each of its stems."""
        return weights(self.text, self.language)

    @cached_property
    def kind(self) -> Expected:
        """The answer that it expects."""
        return expected(self.text, self.language)

    @cached_property
    def contrast(self) -> Contrast:
        """What it names, and what the passages put in its place."""
        return contrast(self.text, self.passages, self.language)

    @cached_property
    def amounts(self) -> Sequence[float]:
        """The amounts that it names."""
        return amounts(self.text)

    @cached_property
    def clause(self) -> str:
        """The part that asks, where others only tell: 'My laptop was stolen, do I have to pay for it?'."""
        parts = [part.strip() for part in _PARTS.split(self.text) if part.strip()]
        last = parts[-1] if len(parts) > 1 else ""
        asks = len(last.split()) >= _SHORTEST and expected(last, self.language).kind is not Kind.ANY
        return last if asks else ""

    def share(self, stems_held: frozenset[str]) -> float:
        """Return the share of its weight that stems hold."""
        return coverage(self.wanted, stems_held)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be quoted, and what speaks for it."""

    window: Window
    texts: tuple[str, ...]
    """What is quoted, each with a mark of its own."""
    keys: tuple[str, ...]
    """What its meaning is compared by: each of its statements with what it stands under."""
    number: int
    """Of its passage, from 1."""
    prior: float
    fits: float
    """How well it holds the kind of answer that is asked for, from 0 to 1."""


def candidates(asked: Asked) -> list[Candidate]:
    """Return everything in the passages that may be quoted, the best by words, form and place first."""
    found = (one for number, passage in enumerate(asked.passages, 1) for one in _Reader(asked, passage, number).read())
    return sorted(found, key=lambda one: -one.prior)


@dataclass(frozen=True)
class _Reader:
    """Weighs what one passage states."""

    asked: Asked
    passage: Passage
    number: int

    @cached_property
    def _stated(self) -> Sequence[Statement]:
        return statements(self.passage.text, self.passage.headings)

    @cached_property
    def _around(self) -> frozenset[str]:
        return stems(" ".join(self.passage.headings), self.asked.language)

    @cached_property
    def _heading(self) -> str:
        return self.passage.headings[-1] if self.passage.headings else ""

    def read(self) -> Iterator[Candidate]:
        """Yield what may be quoted."""
        for window in windows(self._stated):
            first = window.statements[0]
            if first.cells:
                yield self._row(window, first)
            else:
                yield self._prose(window)
        if self.asked.kind.kind is Kind.PROCEDURE:
            yield from map(self._list, lists(self._stated))

    def _prose(self, window: Window) -> Candidate:
        fits = max(holds(self.asked.kind, one.text) for one in window.statements)
        own = stems(window.text, self.asked.language)
        prior = self._named(window, own) + _FORM * fits - _LONGER * (len(window.statements) - 1)
        prior += self._lead(window) - self._flaws(window) - self._elsewhere(window, window.text)
        return Candidate(window, (whole(window, self._stated).text,), self._keys(window), self.number, prior, fits)

    def _row(self, window: Window, row: Statement) -> Candidate:
        text = asked_of(row, self.asked.wanted, self.asked.kind, self.asked.contrast)
        fits = holds(self.asked.kind, text)
        prior = self._named(window, stems(row.text, self.asked.language)) + _FORM * fits - _ROW
        prior += (
            (self._key(row) if fits else 0.0) + self._range(row) - self._flaws(window) - self._elsewhere(window, text)
        )
        return Candidate(window, (text,), self._keys(window), self.number, prior, fits)

    def _list(self, window: Window) -> Candidate:
        # A long list holds many words by chance: what it is about, its heading says.
        own = stems(self._heading, self.asked.language)
        prior = self._named(window, own) + _FORM + _LISTED - self._elsewhere(window, window.text)
        texts = tuple(one.text for one in window.statements)
        return Candidate(window, texts, self._keys(window)[:1], self.number, prior, 1.0)

    def _named(self, window: Window, own: frozenset[str]) -> float:
        """Return how much of the question a window names, itself or by what stands around it."""
        first = window.statements[0]
        above = own | self._around | stems(first.label, self.asked.language)
        before = self._stated[window.place - 1] if window.place and first.kind == "sentence" else None
        near = stems(before.text, self.asked.language) if before and before.block == first.block else frozenset()
        mine, with_headings, with_all = (self.asked.share(held) for held in (own, above, above | near))
        share = mine + _HEADINGS * (with_headings - mine) + _BEFORE * (with_all - with_headings)
        return share - _RANK * (self.number - 1)

    def _lead(self, window: Window) -> float:
        leads = window.statements[0].kind == "sentence" and all(map(is_note, self._stated[: window.place]))
        return _LEAD * self.asked.share(stems(self._heading, self.asked.language)) if leads else 0.0

    def _key(self, row: Statement) -> float:
        key = re.sub(r"\(.*?\)|,.*", "", row.cells[0].rpartition(": ")[2])
        told = weights(key, self.asked.language)
        named = set(told) <= self.asked.wanted.keys() and sum(told.values()) > _TELLING
        return _KEYED if named else 0.0

    def _range(self, row: Statement) -> float:
        if not self.asked.amounts:
            return 0.0
        told = [inside for cell in row.cells if (inside := within(self.asked.amounts, cell)) is not None]
        return (_IN_RANGE if any(told) else -_IN_RANGE) if told else 0.0

    def _flaws(self, window: Window) -> float:
        """Return what speaks against quoting a window to anybody."""
        notes = [one for one in window.statements if is_note(one)]
        meant = any(self.asked.share(stems(one.text, self.asked.language)) >= _OWN_NOTE for one in notes)
        return (
            (_NOTE if notes and not meant else 0.0)
            + (_POINTS_AWAY if points_away(window.statements[0]) else 0.0)
            + (_LEANS if window.leans and window.place else 0.0)
        )

    def _elsewhere(self, window: Window, text: str) -> float:
        """Return what it costs to be about something else in the place of what the question names."""
        if not self.asked.contrast.asked:
            return 0.0
        first = window.statements[0]
        governing = " ".join([*self.passage.headings, first.label, *first.cells[:1]])
        mine, other = self.asked.contrast.sides(governing, self.asked.language)
        said, said_other = self.asked.contrast.sides(text, self.asked.language)
        if mine or said:
            return 0.0
        return _SOMEBODY_ELSES if other else _SOMEBODY_ELSES / 2 if said_other else 0.0

    def _keys(self, window: Window) -> tuple[str, ...]:
        placed = enumerate(window.statements, window.place)
        return tuple(self._compared(place, one) for place, one in placed if not opens(one))

    def _compared(self, place: int, statement: Statement) -> str:
        """Return a statement with what it stands under, without which 'Bristol: 42 days' would mean nothing."""
        before = self._stated[place - 1] if place else None
        opening = f"{before.text} " if before and before.block == statement.block and opens(before) else ""
        heading = "" if statement.text.startswith(self._heading) else f"{self._heading}: "
        return f"{heading}{opening}{statement.text}"
