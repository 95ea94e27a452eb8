"""From a question to the evidence for its answer: search inside the grant, check again, fuse, sort out variants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.domain import Document, DocumentId, Evidence, Grant, Hit, Ranked
from bot.grounding import answerable
from bot.ports import Embedder, KnownDocuments, PassageStore, Reranker
from bot.spelling import corrected
from bot.terms import coverage, stems, telling, weights, words
from bot.variants import Variant, is_copy, is_outdated, is_replaced, variant

_CANDIDATES = 30
"""How many passages each of the two searches brings."""
_CONSIDERED = 20
"""How many of them, after fusion, are compared with one another."""
_NAMED = 3
"""How many of the documents that came nearest are named where none held the answer."""
_COSINE, _COVERAGE, _BM25 = 4 / 7, 2 / 7, 1 / 7
"""What each says of a passage, chosen by the rank of the passage that holds the answer; together 1."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Retriever:
    """The parts that finding needs."""

    store: PassageStore
    embedder: Embedder
    documents: KnownDocuments
    reranker: Reranker | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a question found."""

    evidence: tuple[Evidence, ...]
    """Best first, without copies and outdated versions."""
    dropped: tuple[Ranked, ...]
    """What did not become evidence, each with the reason."""
    answerable: float
    """How likely the evidence holds the answer, from 0 to 1."""
    query: str = ""
    """What was searched for: the question as its words are spelled."""


def retrieve(query: str, language: str, grant: Grant, parts: Retriever) -> Found:
    """Return what the grant admits for a query, best first.

    Every passage is checked a second time against the scopes that the records hold for its document:
    they change first, so a store that is behind cannot leak.
    """
    admitted, refused, documents = _hits(query, language, grant, parts)
    meant = corrected(query, language, (hit.passage.indexed for hit in admitted))
    if meant != query:
        query = meant
        admitted, refused, documents = _hits(query, language, grant, parts)
    if refused:
        log.warning("passages_refused", count=len(refused), documents=len({hit.passage.document for hit in refused}))
    ranked = fuse(admitted, documents, query, language)
    evidence, dropped = _without_variants(ranked[:_CONSIDERED], frozenset(words(query)))
    if parts.reranker:
        evidence = _reranked(query, evidence, parts.reranker)
    # Counted, and no more: how well a hidden passage fits would tell what it says.
    hidden = tuple(_ranked(Evidence(hit.passage, _unknown(hit), 0.0, 0.0, 0.0), "refused") for hit in refused)
    return Found(tuple(evidence), (*dropped, *hidden), answerable(query, language, evidence), query)


def _hits(
    query: str, language: str, grant: Grant, parts: Retriever
) -> tuple[list[Hit], list[Hit], Mapping[DocumentId, Document]]:
    """Return what is found and admitted, what is found and refused, and the documents of both."""
    vector = parts.embedder.embed([query], "query")[0]
    hits = parts.store.search(telling(query, language), vector, grant, _CANDIDATES)
    documents = parts.documents.by_id({hit.passage.document for hit in hits})
    admitted = [hit for hit in hits if _admitted(hit, documents, grant)]
    return admitted, [hit for hit in hits if not _admitted(hit, documents, grant)], documents


def _admitted(hit: Hit, documents: Mapping[DocumentId, Document], grant: Grant) -> bool:
    document = documents.get(hit.passage.document)
    return document is not None and grant.admits(document.scopes) and grant.admits(hit.passage.scopes)


def fuse(hits: Sequence[Hit], documents: Mapping[DocumentId, Document], query: str, language: str) -> list[Evidence]:
    """Return the hits by cosine, the share of the question's weight that they hold, and BM25 relative to the best.

    Where no passage holds much of the question, the best BM25 is that of a word or two which say little: the share
    tells by how much. All are of the same passages, so nothing that one of them found is lost on the way. A raw BM25
    does not leave: it follows from how often a word stands in all documents, those that may not be seen included.
    """
    wanted = weights(query, language)
    best = max((hit.bm25 for hit in hits), default=0.0) or 1.0
    scored = [
        Evidence(
            hit.passage,
            documents[hit.passage.document],
            hit.bm25 / best,
            hit.cosine,
            (
                _COSINE * max(hit.cosine, 0.0)
                + _COVERAGE * coverage(wanted, stems(hit.passage.indexed, language))
                + _BM25 * hit.bm25 / best
            ),
        )
        for hit in hits
    ]
    return sorted(scored, key=lambda item: (-item.score, item.passage.id))


def _reranked(query: str, evidence: Sequence[Evidence], reranker: Reranker) -> list[Evidence]:
    scores = reranker.scores(query, [item.passage.indexed for item in evidence])
    scored = [replace(item, reranked=float(score)) for item, score in zip(evidence, scores, strict=True)]
    return sorted(scored, key=lambda item: (-(item.reranked or 0.0), -item.score, item.passage.id))


def _without_variants(ranked: Sequence[Evidence], asked: frozenset[str]) -> tuple[list[Evidence], list[Ranked]]:
    variants = [variant(item.passage, item.document) for item in ranked]
    replaced = {this.document.id for this in variants if any(is_replaced(this, other, asked) for other in variants)}
    kept: list[tuple[Evidence, Variant]] = []
    dropped: list[Ranked] = []
    for item, this in zip(ranked, variants, strict=True):
        if any(is_outdated(this, other, asked) for other in variants):
            dropped.append(_ranked(item, "outdated"))
        elif any(is_copy(this, other) for _, other in kept):
            dropped.append(_ranked(item, "duplicate"))
        else:
            kept.append((item, this))
    # What only the earlier version of a page says may still hold, and comes behind what does.
    return sorted((item for item, _ in kept), key=lambda item: item.document.id in replaced), dropped


def _unknown(hit: Hit) -> Document:
    return Document(hit.passage.document, "", "", "", hit.passage.scopes)


def _ranked(item: Evidence, fate: str) -> Ranked:
    document = item.document
    place = (item.passage.id, document.id, document.uri, document.title)
    return Ranked(*place, item.bm25, item.cosine, item.score, fate, item.reranked)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one passage stood after each step, 1 for the best; None where that step said nothing of it."""

    row: Ranked
    bm25: int | None
    cosine: int | None
    fused: int | None
    reranked: int | None


def standings(trace: Sequence[Ranked]) -> list[Standing]:
    """Return the ranks of each step among the passages that were considered, in the order of the trace."""

    def ranks(values: Sequence[float | None]) -> list[int | None]:
        told = sorted({value for value in values if value}, reverse=True)
        return [told.index(value) + 1 if value else None for value in values]

    steps = (
        ranks([row.bm25 for row in trace]),
        ranks([row.cosine for row in trace]),
        ranks([row.score for row in trace]),
        ranks([row.reranked for row in trace]),
    )
    return [Standing(row, *places) for row, *places in zip(trace, *steps, strict=True)]


def traced(evidence: Sequence[Evidence], used: int, dropped: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """Return how each passage fared, the evidence in its order first."""
    fates = ["used"] * used + ["beyond the limit"] * (len(evidence) - used)
    return (*(_ranked(item, fate) for item, fate in zip(evidence, fates, strict=True)), *dropped)


def nearest_titles(trace: Sequence[Ranked]) -> list[str]:
    """Return the titles of the documents that came nearest, best first; of what was refused nothing is told."""
    return list(dict.fromkeys(row.title for row in trace if row.fate != "refused" and row.title))[:_NAMED]
