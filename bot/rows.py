"""What of a table's row answers a question: what it is about, and the columns that the question names."""

from collections.abc import Mapping, Sequence

from bot.answer_types import Expected, holds
from bot.contrasts import Contrast
from bot.sentences import Statement, bare
from bot.terms import coverage, stems

_FEW = 3
"""A row with no more cells stays whole."""
_NAMED = 0.12
"""The share of the question's weight from which a column counts as named."""


def asked_of(row: Statement, wanted: Mapping[str, float], kind: Expected, contrast: Contrast) -> str:
    """Return a row as far as it was asked for: its first cell without the column's name, and the columns named.

    A row in which nothing tells the columns apart stays as it is.
    """
    cells = [cell for cell in row.cells if cell.rpartition(": ")[2] not in {"-", "–", "n/a"}]  # noqa: RUF001
    if len(cells) <= 1:
        return row.text
    key, *others = cells
    rest = {stem: value for stem, value in wanted.items() if stem not in stems(key, kind.language)}
    chosen = _sided(others, contrast, kind.language)
    if len(chosen) == len(others):
        chosen = _named(others, rest, kind)
    under = f"{row.under} " if row.under else ""
    kept = [bare(key), *(cell for cell in others if cell in chosen)]
    return f"{under}{'; '.join(kept)}"


def _sided(cells: Sequence[str], contrast: Contrast, language: str) -> list[str]:
    """Return the columns without those of somebody else."""
    told = [(cell, *contrast.sides(cell.partition(": ")[0], language)) for cell in cells]
    if not any(mine for _, mine, _ in told):
        return list(cells)
    return [cell for cell, mine, _ in told if mine]


def _named(cells: Sequence[str], wanted: Mapping[str, float], kind: Expected) -> list[str]:
    """Return the columns that the question names, by header or by content; all of them where it names none."""
    if len(cells) < _FEW:
        return list(cells)
    scores = [coverage(wanted, stems(cell, kind.language)) for cell in cells]
    named = [cell for cell, score in zip(cells, scores, strict=True) if score >= _NAMED]
    fitting = [cell for cell in cells if holds(kind, cell) == 1.0]
    if named and not any(cell in fitting for cell in named):
        named += fitting[:1]
    return named or (fitting if len(fitting) <= _FEW else []) or list(cells)
