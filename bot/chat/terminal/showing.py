"""From an answer to a terminal, a pipe or JSON."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any, Final

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot import wording
from bot.domain import Answer, Citation, Delta
from bot.questions import readable, visible
from bot.retrieval import nearest_titles, standings

_PARTS: Final = re.compile(r"\n|[^\S\n]+|\S+")


class Lines:
    """Breaks a text between words while it comes in pieces, each of whole words."""

    def __init__(self, width: int) -> None:
        """Begin at the left edge of a terminal that is so wide."""
        self._width = width
        self._column = 0
        self._gap = ""

    def broken(self, piece: str) -> str:
        """Return the piece with line breaks where a word would not fit; a space at its end waits for the next."""
        return "".join(map(self._placed, _PARTS.findall(piece)))

    def _placed(self, part: str) -> str:
        if part == "\n":
            self._column, self._gap = 0, ""
            return part
        if part.isspace():
            self._gap = part
            return ""
        gap = self._gap
        if self._column and self._column + len(gap) + cell_len(part) > self._width and gap:
            self._column, gap = 0, "\n"
        self._column += cell_len(part) + (0 if gap == "\n" else len(gap))
        self._gap = ""
        return gap + part


def show(deltas: Iterator[Delta], out: Console) -> Answer:
    """Print the pieces as they come, and return the finished answer; whatever interrupts it stops the model."""
    written = ""
    lines = Lines(out.width) if out.is_terminal else None
    finished: Answer | None = None
    with closing(deltas):  # type: ignore[type-var]  # a generator, though the port promises less
        for delta in deltas:
            written += delta.text
            text = visible(delta.text)
            out.out(lines.broken(text) if lines else text, end="", highlight=False)
            out.file.flush()
            finished = delta.answer or finished
    if finished is None:
        msg = "the last delta carries the finished answer"
        raise RuntimeError(msg)
    if finished.text != written:
        out.out(finished.text.removeprefix(written) if finished.text.startswith(written) else f"\n{finished.text}")
    else:
        out.out("")
    return finished


def sources(answer: Answer, out: Console, *, quoted: bool = False) -> None:
    """Print what the numbers of the answer stand for, each on a line, with the sentences on demand."""
    cited = Counter(citation.document for citation in answer.citations)
    for citation in answer.citations:
        line = Text.assemble((f"[{citation.number}] ", "bold"), readable(citation.title))
        if cited[citation.document] > 1 and citation.headings[1:]:
            line.append(f" > {readable(citation.headings[-1])}")
        if citation.modified:
            line.append(f" ({citation.modified:%Y-%m-%d})", style="dim")
        line.append(f"  {readable(citation.uri)}", style="cyan")
        out.print(line, soft_wrap=not out.is_terminal)
        if quoted:
            out.print(Text(f"    {readable(citation.quote)}", style="italic"), soft_wrap=not out.is_terminal)


def nearest(answer: Answer, out: Console) -> None:
    """Print the titles that came nearest to a question which was looked for in vain; who asks may see them now."""
    if answer.abstained and answer.trace:
        out.out(readable(wording.nearest(answer.language, nearest_titles(answer.trace))), highlight=False)


def explain(answer: Answer, out: Console) -> None:
    """Print how every passage fared, and where the time went."""
    found = standings(answer.trace)
    steps = {"bm25": "bm25", "cosine": "cosine", "fused": "score"}
    if any(one.reranked for one in found):
        steps["reranked"] = "reranked"
    table = Table(*steps, "fate", "title", "uri", box=None, pad_edge=False, header_style="bold")
    for one in found:
        ranks = (_rank(getattr(one, step), getattr(one.row, key)) for step, key in steps.items())
        row = one.row
        table.add_row(*ranks, row.fate, Text(readable(row.title)), Text(readable(row.uri), overflow="fold"))
    out.print(table)
    times = ", ".join(f"{step} {seconds:.3f} s" for step, seconds in answer.seconds.items())
    out.print(f"{times}; release {answer.release}", style="dim", soft_wrap=True)


def _rank(place: int | None, figure: float | None) -> str:
    return f"{place}. {figure:.3f}" if place and figure is not None else "-"


def as_json(answer: Answer, *, explained: bool = False) -> dict[str, Any]:
    """Return the answer under the keys that scripts rely on; citations are in the order of their numbers."""
    found: dict[str, Any] = {
        "answer_id": answer.id,
        "text": answer.text,
        "citations": [_cited(citation) for citation in sorted(answer.citations, key=lambda one: one.number)],
        "release": answer.release,
        "abstained": answer.abstained,
        "seconds": round(answer.seconds.get("total", 0.0), 4),
    }
    return found | _explained(answer) if explained else found


def _cited(citation: Citation) -> Mapping[str, str]:
    return {"title": citation.title, "uri": citation.uri, "text": citation.quote}


def _explained(answer: Answer) -> dict[str, Any]:
    keys = ("title", "uri", "bm25", "cosine", "score", "reranked", "fate")
    steps = ("bm25", "cosine", "fused", "reranked")
    trace = [
        {key: getattr(one.row, key) for key in keys} | {"ranks": {step: getattr(one, step) for step in steps}}
        for one in standings(answer.trace)
    ]
    return {"explain": {"passages": trace, "seconds": dict(answer.seconds)}}
