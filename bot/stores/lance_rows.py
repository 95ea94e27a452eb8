"""How passages stand in a Lance table, and the SQL conditions that find them there."""

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa

from bot.domain import DocumentId, Grant, Passage, PassageId, Scope
from bot.ports import Vectors
from bot.terms import fold, words

PASSAGE = ("id", "document", "ordinal", "text", "headings", "start", "end", "scopes")
"""The columns that make a passage; beside them stand `words` and `vector`."""


def schema(dimension: int, space: str) -> pa.Schema:
    """Return the columns of a table whose vectors have this length and come from this space."""
    strings = pa.list_(pa.string())
    columns = {
        "id": pa.string(),
        "document": pa.string(),
        "ordinal": pa.int32(),
        "text": pa.string(),
        "headings": strings,
        "start": pa.int64(),
        "end": pa.int64(),
        "scopes": strings,
        "words": pa.string(),
        "vector": pa.list_(pa.float32(), dimension),
    }
    return pa.schema(columns.items(), metadata={"space": space})


def space_of(columns: pa.Schema) -> tuple[str, int]:
    """Return the vector space that a table was made for, and how long its vectors are."""
    return (columns.metadata or {}).get(b"space", b"").decode(), columns.field("vector").type.list_size


def rows(passages: Sequence[Passage], vectors: Vectors, columns: pa.Schema) -> pa.Table:
    """Return passages as rows; raises `ValueError` where an id stands twice or a vector does not fit."""
    dimension = columns.field("vector").type.list_size
    if vectors.shape != (len(passages), dimension):
        msg = f"{len(passages)} passages need vectors of shape {(len(passages), dimension)}, not {vectors.shape}"
        raise ValueError(msg)
    if len({passage.id for passage in passages}) < len(passages):
        msg = "an id stands for one passage, and here one stands twice"
        raise ValueError(msg)
    values = {name: [getattr(passage, name) for passage in passages] for name in PASSAGE}
    values["scopes"] = [sorted(passage.scopes) for passage in passages]
    values["words"] = [comparable(passage.indexed) for passage in passages]
    flat = pa.array(np.ascontiguousarray(vectors, dtype=np.float32).ravel())
    values["vector"] = pa.FixedSizeListArray.from_arrays(flat, dimension)
    return pa.table(values, schema=columns)


def passages_of(found: pa.Table) -> list[Passage]:
    """Return the passages that rows hold, in their order."""
    return [
        Passage(
            id=PassageId(row["id"]),
            document=DocumentId(row["document"]),
            ordinal=row["ordinal"],
            text=row["text"],
            headings=tuple(row["headings"]),
            start=row["start"],
            end=row["end"],
            scopes=frozenset(map(Scope, row["scopes"])),
        )
        for row in found.select(PASSAGE).to_pylist()
    ]


def vectors_of(found: pa.Table) -> Vectors:
    """Return the vectors that rows hold, in their order."""
    column = found.column("vector").combine_chunks()
    vectors: Vectors = column.flatten().to_numpy(zero_copy_only=False).reshape(len(column), column.type.list_size)
    return vectors


def comparable(text: str) -> str:
    """Return a text as BM25 compares it: its words without case and accents, with single spaces between.

    The engine then has nothing to do but to split at spaces. Left to itself it would cut a word in two
    at an accent that is a character of its own, as PDFs and macOS write it.
    """
    return " ".join(words(fold(text)))


def within(grant: Grant) -> str:
    """Return the condition that only what the grant admits fulfils."""
    return f"array_has_any(scopes, {array(grant.scopes)})"


def among(column: str, values: Iterable[str]) -> str:
    """Return the condition that a column holds one of these values; there must be one."""
    return f"{column} IN ({', '.join(map(_quoted, values))})"


def array(values: Iterable[str]) -> str:
    """Return a list of strings as SQL writes it."""
    return f"make_array({', '.join(map(_quoted, sorted(values)))})"


def _quoted(value: str) -> str:
    """Return the value as an SQL string; in Lance's dialect nothing but the quote has a meaning in it."""
    return "'" + value.replace("'", "''") + "'"
