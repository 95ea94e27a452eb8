"""From answers to what a page shows of them: values for templates, made by pure functions."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

from bot.domain import Answer, Citation, DocumentId, Feedback
from bot.inbox import State
from bot.retrieval import nearest_titles
from bot.web.pages import fragment
from bot.web.paths import within
from bot.wording import made_from, nearest, nothing_searched

_MARKED: Final = re.compile(r"(?P<marks>(?<!\s)(?:\s*+\[\d{1,4}\]){1,50})(?=\s|$)")
_NUMBER: Final = re.compile(r"\d+")
_CELL: Final = re.compile(r"(?P<name>[^:;]{1,60}): (?P<value>.+)")
"""A cell of a table as quotes have it: Limit: 58."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of an answer with the numbers of the sources that it rests on."""

    text: str
    marks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CitationView:
    """A source of an answer."""

    number: int
    title: str
    path: str
    """Where the document stands in its source."""
    uri: str
    """Its full address, for those who look after sources; empty for others."""
    headings: tuple[str, ...]
    quote: str
    when: datetime | None
    href: str
    rows: Sequence[Sequence[tuple[str, str]]] = ()
    """What the quote says in rows of a table, each as names of columns with what stands there."""


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer as a page shows it to one person."""

    id: str
    href: str
    vote_href: str
    """Where a thumb is posted."""
    sentences: Sequence[Sentence]
    abstained: bool
    searched: str
    citations: Sequence[CitationView]
    release: str
    seconds: float
    vote: str | None = None
    reason: str = ""
    better: str = ""
    explain_href: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with what became of it."""

    question_id: str
    question: str
    asked: datetime
    state: State
    answer: AnswerView | None = None
    sentence: str = ""

    @property
    def events(self) -> str:
        """Return the address at which the answer can be followed."""
        return f"/questions/{self.question_id}/events"


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who looks, as far as the look of an answer depends on it."""

    place: str = ""
    """The place that links must name so that they are checked against it; empty outside the demo."""
    console: str = ""
    """Where an answer is explained, for those who may see that."""
    paths: Mapping[DocumentId, str] = field(default_factory=dict)
    """Where documents stand in their sources."""


def answer_view(answer: Answer, vote: Feedback | None, eyes: Eyes, visible: Collection[DocumentId] = ()) -> AnswerView:
    """Return an answer as one person sees it, with that person's own vote.

    `visible` are the documents that may be named to that person, besides those that the answer cites.
    """
    path = f"/answers/{quote(answer.id, safe='')}"
    return AnswerView(
        id=answer.id,
        href=_address(path, eyes),
        vote_href=_address(f"{path}/vote", eyes),
        sentences=sentences(answer.text, {citation.number for citation in answer.citations}),
        abstained=answer.abstained,
        searched=searched(answer, visible),
        citations=[
            _citation(citation, answer, eyes) for citation in sorted(answer.citations, key=lambda one: one.number)
        ],
        release=answer.release,
        seconds=answer.seconds.get("total", 0.0),
        vote=vote.verdict.value if vote else None,
        reason=vote.reason if vote else "",
        better=vote.better if vote else "",
        explain_href=f"{eyes.console}{path}/why" if eyes.console else None,
    )


def sentences(text: str, known: Iterable[int] | None = None) -> list[Sentence]:
    """Return the stretches of a text that end in citation marks, and last what has none.

    Only `known` numbers are marks, any where none are given; brackets with others in them stay in the text.
    """
    allowed = None if known is None else frozenset(known)
    found: list[Sentence] = []
    begun = 0
    for match in _MARKED.finditer(text):
        marks = tuple(int(number) for number in _NUMBER.findall(match["marks"]))
        if allowed is not None and not allowed.issuperset(marks):
            continue
        found.append(Sentence(text[begun : match.start("marks")].strip(), marks))
        begun = match.end()
    rest = text[begun:].strip()
    return [*found, Sentence(rest)] if rest else found


def piece_markup(piece: str, question_id: str) -> str:
    """Return a piece of an answer on its way, as it will stand in the finished answer."""
    return "".join(f"{fragment('_sentence.html', id=question_id, sentence=one)} " for one in sentences(piece))


def searched(answer: Answer, visible: Collection[DocumentId] = ()) -> str:
    """Return in one line, in the answer's language, what was looked at for it; only `visible` documents are named."""
    if not answer.abstained:
        return made_from(answer.language, len({citation.document for citation in answer.citations}))
    if not answer.trace:
        return nothing_searched(answer.language)
    return nearest(answer.language, nearest_titles([row for row in answer.trace if row.document in visible]))


def title(question: str, longest: int = 60) -> str:
    """Return what a conversation is listed under: its first question, on one line, cut at a word."""
    line = " ".join(question.split())
    if len(line) <= longest:
        return line
    head, _, _ = line[:longest].rpartition(" ")
    return f"{head or line[: longest - 1]}…"


def numbered(titles: Sequence[str]) -> list[str]:
    """Return titles, the newest first, of which no two are alike: the second of a name is called so."""
    seen: Counter[str] = Counter()
    told: list[str] = []
    for one in reversed(titles):
        seen[one] += 1
        told.append(f"{one} ({seen[one]})" if seen[one] > 1 else one)
    return told[::-1]


def _citation(citation: Citation, answer: Answer, eyes: Eyes) -> CitationView:
    found = {"passage": citation.passage, "quote": citation.quote, "answer": answer.id}
    rows, rest = table_rows(citation.quote)
    return CitationView(
        number=citation.number,
        title=citation.title,
        path=eyes.paths.get(citation.document) or within(citation.uri, ""),
        uri=citation.uri if eyes.console else "",
        headings=citation.headings,
        quote=rest,
        when=citation.modified,
        href=_address(f"/documents/{quote(citation.document, safe='')}", eyes, **found) + "#cited",
        rows=rows,
    )


def table_rows(quote: str) -> tuple[list[list[tuple[str, str]]], str]:
    """Return the rows of tables in a quote, each as names of columns with what stands there, and the rest of it."""
    rows: list[list[tuple[str, str]]] = []
    rest: list[str] = []
    for line in quote.splitlines():
        cells = [_CELL.fullmatch(part.strip()) for part in line.split("; ")]
        if len(cells) > 1 and all(cells):
            rows.append([(cell["name"], cell["value"]) for cell in cells if cell])
        else:
            rest.append(line)
    return rows, "\n".join(rest).strip()


def _address(path: str, eyes: Eyes, **query: str) -> str:
    named = {**query, **({"in": eyes.place} if eyes.place else {})}
    return f"{path}?{urlencode(named)}" if named else path
