"""Passages in a folder, with LanceDB: the store that needs nothing but a disk."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self, TypeVar, cast

import numpy as np
import pyarrow as pa
from lancedb.query import LanceQueryBuilder, LanceVectorQueryBuilder
from lancedb.table import Table
from numpy.typing import NDArray

from bot.domain import DocumentId, Grant, Hit, Passage, PassageId, Scope
from bot.ports import Vectors
from bot.stores.lance_rows import PASSAGE, among, array, comparable, passages_of, rows, schema, vectors_of, within
from bot.stores.lance_table import PassageTable
from bot.stores.lance_upkeep import Upkeep

_T = TypeVar("_T")
_DEPTH = 1_000
"""How many scores a search by words brings: few bytes each, and mostly all that there are inside a grant."""
_PROBES = 64
"""How many parts of a vector index are looked through, where there is one."""
_AT_ONCE = 10_000
"""How many ids stand in one condition."""


class LanceStore:
    """A `bot.ports.PassageStore` for any number of threads and processes on one machine."""

    def __init__(self, table: PassageTable) -> None:
        """Keep the passages in this table."""
        self._table = table

    @classmethod
    def open(cls, folder: Path, dimension: int, space: str, upkeep: Upkeep | None = None) -> Self:
        """Return the store in a folder, made where it is missing.

        `dimension` and `space` are the embedder's. Raises `OtherVectorSpace` where the passages there have
        vectors of another, `StoreUnreachable` where the folder cannot be used, and `DiskFull`.
        """
        return cls(PassageTable(folder, schema(dimension, space), upkeep or Upkeep()))

    @classmethod
    def open_as_it_is(cls, folder: Path) -> Self | None:
        """Return the store in a folder whatever made its vectors, for all but these; None where there is none.

        Raises `StoreUnreachable`.
        """
        return cls(PassageTable(folder, None, Upkeep())) if PassageTable.is_in(folder) else None

    def upsert(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """See `PassageStore`. Everything in one call appears at once."""
        if not passages:
            return
        written = rows(passages, vectors, self._table.schema)
        surplus = among("document", {passage.document for passage in passages})
        with self._table.writing() as table:
            merge = table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all()
            merge.when_not_matched_by_source_delete(surplus).execute(written)

    def delete_document(self, documents: Sequence[DocumentId]) -> None:
        """See `PassageStore`."""
        with self._table.writing() as table:
            for part in _parts(documents):
                table.delete(among("document", part))

    def set_scopes(self, document: DocumentId, scopes: frozenset[Scope]) -> None:
        """See `PassageStore`."""
        with self._table.writing() as table:
            table.update(where=among("document", [document]), values_sql={"scopes": array(scopes)})

    def search(self, text: str, vector: NDArray[np.float32], grant: Grant, limit: int) -> list[Hit]:
        """See `PassageStore`. How rare a word is follows from all passages, seen or not."""
        if limit < 1:
            return []
        asked = " ".join(dict.fromkeys(comparable(text).split()))
        depth = max(limit, _DEPTH)
        with self._table.reading() as table:
            near = _nearest(table, vector, grant, limit)
            if not near:
                return []
            scores = _bm25(table, asked, grant, depth)
            best = sorted(scores, key=lambda id_: (-scores[id_], id_))[:limit]
            unscored = [id_ for id_ in near if id_ not in scores]
            if unscored and len(scores) == depth:
                scores |= _bm25(table, asked, grant, len(unscored), among("id", unscored))
            found = _inside(grant, table.search(), (*PASSAGE, "vector"), among("id", {*near, *best}))
        # From the vectors, in one way for all, so that equal passages have equal scores.
        cosines = np.clip((vectors_of(found) * vector).sum(axis=1), -1.0, 1.0)
        hits = [
            Hit(passage, bm25=scores.get(passage.id, 0.0), cosine=float(cosine))
            for passage, cosine in zip(passages_of(found), cosines, strict=True)
        ]
        return sorted(hits, key=lambda hit: (-hit.cosine, hit.passage.id))

    def get(self, ids: Sequence[PassageId], grant: Grant) -> list[Passage]:
        """See `PassageStore`."""
        with self._table.reading() as table:
            parts = [_inside(grant, table.search(), PASSAGE, among("id", part)) for part in _parts(ids)]
        found = {passage.id: passage for part in parts for passage in passages_of(part)}
        return [found[id_] for id_ in ids if id_ in found]

    def neighbours(self, passage: Passage, grant: Grant, distance: int) -> list[Passage]:
        """See `PassageStore`."""
        first, last = passage.ordinal - distance, passage.ordinal + distance
        near = f"ordinal BETWEEN {first} AND {last}"
        with self._table.reading() as table:
            found = _inside(grant, table.search(), PASSAGE, among("document", [passage.document]), near)
        return sorted(passages_of(found), key=lambda neighbour: neighbour.ordinal)

    def vectors(self, ids: Sequence[PassageId]) -> Mapping[PassageId, NDArray[np.float32]]:
        """See `PassageStore`."""
        kept: dict[PassageId, NDArray[np.float32]] = {}
        with self._table.reading() as table:
            for part in _parts(ids):
                found = table.search().where(among("id", part)).select(["id", "vector"]).to_arrow()
                kept |= zip(map(PassageId, found["id"].to_pylist()), vectors_of(found), strict=True)
        return kept

    def documents(self) -> Mapping[DocumentId, int]:
        """See `PassageStore`."""
        with self._table.reading() as table:
            found = table.search().select(["document"]).to_arrow()
        counts = found["document"].value_counts()
        return {DocumentId(count["values"]): count["counts"] for count in counts.to_pylist()}

    def optimize(self) -> None:
        """See `PassageStore`. Writing does it by itself, whenever enough has gathered."""
        self._table.tidy()


def _inside(
    grant: Grant, query: LanceQueryBuilder, columns: Sequence[str], *conditions: str, limit: int | None = None
) -> pa.Table:
    """Run a query inside a grant: the one way in which passages leave the table.

    The condition is part of the query, before any ranking, and no grant is empty: there is no call
    that searches everything.
    """
    where = " AND ".join([within(grant), *conditions])
    return query.where(where, prefilter=True).select(list(columns)).limit(limit).to_arrow()


def _nearest(table: Table, vector: NDArray[np.float32], grant: Grant, limit: int) -> list[str]:
    query = cast("LanceVectorQueryBuilder", table.search(vector, vector_column_name="vector", query_type="vector"))
    query = query.distance_type("cosine").nprobes(_PROBES)
    ids: list[str] = _inside(grant, query, ("id", "_distance"), limit=limit)["id"].to_pylist()
    return ids


def _bm25(table: Table, asked: str, grant: Grant, limit: int, *conditions: str) -> dict[str, float]:
    """Return the best scores for any of these words, of which nothing but letters, digits and spaces is left."""
    if not asked:
        return {}
    query = table.search(asked, query_type="fts", fts_columns="words")
    found = _inside(grant, query, ("id", "_score"), *conditions, limit=limit)
    return dict(zip(found["id"].to_pylist(), found["_score"].to_pylist(), strict=True))


def _parts(values: Sequence[_T]) -> list[Sequence[_T]]:
    return [values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE)]
