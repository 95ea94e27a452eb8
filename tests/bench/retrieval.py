"""What each step of retrieval is worth: `python -m tests.bench.retrieval --data FOLDER`.

The same questions over the same documents, ranked with one step more in each row. On XQuAD the rank is that of
the first passage of the right article that holds an accepted answer; on the handbook set ranks are those of
whole documents, and a question may need several.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.domain import Document, DocumentId, Grant, Hit, Passage, PassageId, scope
from bot.language import question_language
from bot.passages import split
from bot.ports import PassageStore
from bot.retrieval import Retriever, fuse, retrieve
from bot.stores.lance import LanceStore
from bot.terms import telling
from bot.wiring import Wiring, opened
from tests.bench.datasets import Asked, Setup, handbook, xquad
from tests.bench.quality import ELSEWHERE, fill
from tuning import metrics

SETS = ("handbook", "xquad-en", "xquad-es", "es asks en")
COLUMNS = ("recall@1", "recall@5", "recall@10", "nDCG@10", "MRR", "all of several in 10")
_ALL_LEFT = 5
"""A fold that leaves no article out."""
_WINDOW = 130
"""Words of a passage that is cut without regard to structure: about as many tokens as ours have."""
_BATCH = 256
_CANDIDATES = 30
_SMOOTHING = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009)."""

Ranked = Sequence[Passage]
Cut = Callable[[str, Document, Callable[[str], int]], Sequence[Passage]]


@dataclass(frozen=True, slots=True)
class Unit:
    """What a rank is given to: a document, or the answer in one."""

    uri: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A question with what may be seen where it is asked."""

    asked: Asked
    grant: Grant
    by_answer: bool
    """Whether the right passage is looked for, not only the right document."""


def main() -> None:
    """Print a table for each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", choices=SETS, action="append")
    options = parser.parse_args()
    for name in options.set or SETS:
        table = Table("", *COLUMNS, title=name)
        for row, figures in measured(name, options.data):
            table.add_row(row, *(f"{figures[column]:.2f}" if column in figures else "" for column in COLUMNS))
        Console().print(table)


def measured(name: str, data: Path) -> Iterator[tuple[str, Mapping[str, float]]]:
    """Yield each row with its figures."""
    with tempfile.TemporaryDirectory(prefix="attune-retrieval-") as folder:
        base = Path(folder)
        setup, queries = made(name, data, base / "documents")
        fill(base / "home", setup)
        with opened(base / "home") as parts:
            documents = known(parts, setup)
            for cut_name, cut in CUTS.items():
                store = indexed(parts, documents, cut, base / cut_name)
                yield f"{cut_name}, fused", judged(parts, store, documents, queries, by_both)
            for ranker_name, ranker in RANKERS.items():
                yield ranker_name, judged(parts, parts.store, documents, queries, ranker)
            yield (
                "older versions and copies left out",
                figures(
                    (query, unit_ranks(query, found(query, parts.answering.retriever), documents)) for query in queries
                ),
            )


def made(name: str, data: Path, out: Path) -> tuple[Setup, list[Query]]:
    """Return a set-up, and those of its questions that have an answer."""
    if name == "handbook":
        setup = handbook(data / "handbook", out)
        asked = [one for one in setup.asked if one.documents and one.kind != ELSEWHERE]
    elif name == "es asks en":
        setup = xquad(data / "xquad" / "en.json", out, _ALL_LEFT)
        asked = translated(setup.asked, data / "xquad" / "es.json")
    else:
        setup = xquad(data / "xquad" / f"{name.removeprefix('xquad-')}.json", out, _ALL_LEFT)
        asked = list(setup.asked)
    grants = {channel: Grant(frozenset(map(scope, scopes))) for channel, scopes in setup.grants.items()}
    return setup, [Query(one, grants[one.channel], by_answer=name != "handbook") for one in asked]


def translated(asked: Sequence[Asked], file: Path) -> list[Asked]:
    """Return the questions as the other language puts them; both files have the same ones in one order."""
    rows = [
        entry["question"]
        for article in json.loads(file.read_text(encoding="utf-8"))["data"]
        for paragraph in article["paragraphs"]
        for entry in paragraph["qas"]
    ]
    return [replace(one, question=question) for one, question in zip(asked, rows, strict=True)]


def known(parts: Wiring, setup: Setup) -> dict[DocumentId, Document]:
    """Return every document that came in."""
    rows = [row for folder in setup.folders for row in parts.documents.of_source(folder.name).values()]
    return {row.document.id: row.document for row in rows}


def indexed(parts: Wiring, documents: Mapping[DocumentId, Document], cut: Cut, folder: Path) -> PassageStore:
    """Return a store of the same documents, cut in another way."""
    store = LanceStore.open(folder, parts.embedder.dimension, parts.embedder.space)
    waiting: list[Passage] = []
    for number, document in enumerate(documents.values(), 1):
        waiting += cut(parts.documents.text(document.id), document, parts.embedder.count)
        if len(waiting) >= _BATCH or number == len(documents):
            store.upsert(waiting, parts.embedder.embed([one.indexed for one in waiting], "passage"))
            waiting = []
    return store


def windows(text: str, document: Document, count: Callable[[str], int]) -> list[Passage]:
    """Cut every so many words, whatever they are."""
    del count
    words = text.split()
    parts = [" ".join(words[start : start + _WINDOW]) for start in range(0, len(words), _WINDOW)]
    return [
        Passage(PassageId(f"{document.id}#{number}"), document.id, number, part, (), 0, 0, document.scopes)
        for number, part in enumerate(parts)
    ]


def bare(text: str, document: Document, count: Callable[[str], int]) -> list[Passage]:
    """Cut by structure, and leave the headings out of what is indexed."""
    return [replace(passage, headings=()) for passage in split(text, document, count)]


CUTS: Mapping[str, Cut] = {"cut every 130 words": windows, "cut by structure, without headings": bare}


def by_words(hits: Sequence[Hit], documents: Mapping[DocumentId, Document], text: str) -> list[Passage]:
    """Rank by BM25 alone."""
    del documents, text
    scored = sorted((hit for hit in hits if hit.bm25 > 0), key=lambda hit: (-hit.bm25, hit.passage.id))
    return [hit.passage for hit in scored]


def by_meaning(hits: Sequence[Hit], documents: Mapping[DocumentId, Document], text: str) -> list[Passage]:
    """Rank by cosine alone."""
    del documents, text
    return [hit.passage for hit in sorted(hits, key=lambda hit: (-hit.cosine, hit.passage.id))]


def by_ranks(hits: Sequence[Hit], documents: Mapping[DocumentId, Document], text: str) -> list[Passage]:
    """Rank by reciprocal rank fusion."""
    scores: dict[PassageId, float] = {}
    for ranking in (by_words(hits, documents, text)[:_CANDIDATES], by_meaning(hits, documents, text)[:_CANDIDATES]):
        for place, passage in enumerate(ranking, 1):
            scores[passage.id] = scores.get(passage.id, 0.0) + 1 / (_SMOOTHING + place)
    ranked = sorted(hits, key=lambda hit: (-scores.get(hit.passage.id, 0.0), hit.passage.id))
    return [hit.passage for hit in ranked]


def by_both(hits: Sequence[Hit], documents: Mapping[DocumentId, Document], text: str) -> list[Passage]:
    """Rank as Attune does."""
    return [item.passage for item in fuse(hits, documents, text, question_language(text))]


RANKERS: Mapping[str, Callable[[Sequence[Hit], Mapping[DocumentId, Document], str], list[Passage]]] = {
    "with heading paths: BM25": by_words,
    "with heading paths: vectors": by_meaning,
    "with heading paths: fused by ranks": by_ranks,
    "with heading paths: fused by scores": by_both,
}


def judged(
    parts: Wiring,
    store: PassageStore,
    documents: Mapping[DocumentId, Document],
    queries: Sequence[Query],
    ranker: Callable[[Sequence[Hit], Mapping[DocumentId, Document], str], Ranked],
) -> Mapping[str, float]:
    """Return the figures of one way to rank."""

    def ranks() -> Iterator[tuple[Query, list[Unit]]]:
        for query in queries:
            text = query.asked.question
            vector = parts.embedder.embed([text], "query")[0]
            hits = store.search(telling(text, question_language(text)), vector, query.grant, _CANDIDATES)
            yield query, unit_ranks(query, ranker(hits, documents, text), documents)

    return figures(ranks())


def found(query: Query, retriever: Retriever) -> list[Passage]:
    """Return what Attune finds, best first."""
    text = query.asked.question
    return [item.passage for item in retrieve(text, question_language(text), query.grant, retriever).evidence]


def unit_ranks(query: Query, ranked: Ranked, documents: Mapping[DocumentId, Document]) -> list[Unit]:
    """Return what ranks are given to: distinct documents; or passages, of which those with the answer are one."""
    if not query.by_answer:
        return [Unit(documents[passage.document].uri) for passage in ranked]
    units = []
    for passage in ranked:
        right = metrics.is_cited([Unit(documents[passage.document].uri)], query.asked.documents)
        holds = right and metrics.is_correct(passage.text, query.asked.answers)
        units.append(Unit(query.asked.documents[0] if holds else f"{passage.id}"))
    return units


def figures(ranks: Iterator[tuple[Query, list[Unit]]]) -> dict[str, float]:
    """Return the mean of each measure."""
    rows = [(query.asked.documents, units) for query, units in ranks]
    several = [(names, units) for names, units in rows if len(names) > 1]
    made = {f"recall@{k}": [metrics.recall(units, names, k) for names, units in rows] for k in (1, 5, 10)}
    made["nDCG@10"] = [metrics.ndcg(units, names, 10) for names, units in rows]
    made["MRR"] = [1 / rank if (rank := first(units, names)) else 0.0 for names, units in rows]
    made["all of several in 10"] = [float(metrics.recall(units, names, 10) == 1) for names, units in several]
    return {name: sum(values) / len(values) for name, values in made.items() if values}


def first(units: Sequence[Unit], names: Sequence[str]) -> int:
    """Return the rank of the first accepted unit among distinct ones, from 1; 0 where there is none."""
    distinct = list(dict.fromkeys(unit.uri for unit in units))
    return next((place for place, uri in enumerate(distinct, 1) if metrics.is_cited([Unit(uri)], names)), 0)


if __name__ == "__main__":
    main()
