"""What may be quoted of passages: statements, and runs of them that stand together in a paragraph or a list."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.sentences import Statement

_LONGEST = 420
"""Characters of a run of sentences."""
_MOST = 3
_ENOUGH = 40
"""Characters below which a quote takes along the sentence behind it: 'The law gives 22 days. We give 24.'"""
_LIST = 700
_ITEMS = 7
_NOTES = re.compile(
    r"^\W*(?:last (?:updated|modified|reviewed|changed)|updated|owner|author|version|status|deciders|applies to|alert"
    r"|approved by|última (?:actualización|atualização)|responsable|responsável|para|alerta|estado)\b[^.:]{0,20}:"
    r"|^no: ?\d+; note: last updated",
    re.IGNORECASE,
)
_POINTS = re.compile(r"^(?:see|ver|véase|consult[ae]|veja|vide)\b", re.IGNORECASE)
_LEANS = re.compile(
    r"^(?:it|its|they|their|them|this|that|these|those|then|so|but|also|he|she|longer|later|otherwise|anything else"
    r"|(?:after|before|below|above) that|esto|eso|ese|esa|así|después|entonces|pero|también|además"
    r"|isso|isto|depois|assim|mas|também)\b",
    re.IGNORECASE,
)
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Window:
    """A run of statements of one passage."""

    statements: tuple[Statement, ...]
    place: int
    """Of the first of them in the passage."""

    @property
    def text(self) -> str:
        """Return them as one text."""
        return " ".join(one.text for one in self.statements)

    @property
    def leans(self) -> bool:
        """Say whether it begins with what only the sentence before it explains."""
        return bool(_LEANS.match(self.statements[0].text)) and self.statements[0].kind == "sentence"


def is_note(statement: Statement) -> bool:
    """Say whether a statement is about its document: who looks after it, when it was changed."""
    return bool(_NOTES.match(statement.text))


def points_away(statement: Statement) -> bool:
    """Say whether a statement only says where else to look."""
    return bool(_POINTS.match(statement.text)) and len(statement.text.split()) <= 3 * _SHORT


def opens(statement: Statement) -> bool:
    """Say whether a statement states nothing by itself: a label, a question, the announcement of what follows."""
    text = statement.text.rstrip()
    if statement.kind != "sentence":
        return statement.kind == "item" and text.endswith(":")
    return text.endswith(("?", ":")) or len(text.split()) < _SHORT or text == statement.label


def windows(stated: Sequence[Statement]) -> Iterator[Window]:
    """Yield each statement, and the runs of two or three sentences that stand in one paragraph.

    What states nothing by itself is there only with what follows it.
    """
    for place in range(len(stated)):
        for count in range(1, _MOST + 1):
            run = tuple(stated[place : place + count])
            if len(run) < count or (count > 1 and not _together(run)):
                break
            if not opens(run[-1]) and not any(one.text == one.label or points_away(one) for one in run[1:]):
                yield Window(run, place)


def whole(window: Window, stated: Sequence[Statement]) -> Window:
    """Return a window with the sentences after it until it is long enough to be understood by itself."""
    run = window.statements
    while run[0].kind == "sentence" and sum(len(one.text) for one in run) < _ENOUGH:
        after = stated[window.place + len(run) : window.place + len(run) + 1]
        if not after or not _together((*run, *after)) or opens(after[0]) or points_away(after[0]):
            break
        run = (*run, *after)
    return Window(run, window.place)


def lists(stated: Sequence[Statement]) -> Iterator[Window]:
    """Yield the items of each list that no line announces: its heading does."""
    for _, group in groupby(enumerate(stated), key=lambda pair: (pair[1].block, pair[1].kind)):
        items = [(place, one) for place, one in group if not opens(one)]
        run = tuple(one for _, one in items)
        if len(run) > 1 and run[0].kind == "item" and not run[0].under:
            short = run[:_ITEMS]
            if sum(len(one.text) for one in short) <= _LIST:
                yield Window(short, items[0][0])


def _together(run: Sequence[Statement]) -> bool:
    alike = all(one.kind == "sentence" and one.block == run[0].block and one.under == run[0].under for one in run)
    return alike and sum(len(one.text) for one in run) <= _LONGEST
