"""Keeping a Lance table quick and small while it is written to."""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from lancedb.index import FTS, BTree, IvfSq, LabelList
from lancedb.table import Table

log = structlog.get_logger()

_INDEXES: dict[str, BTree | LabelList | FTS] = {
    "id": BTree(),
    "scopes": LabelList(),
    # The words come folded and split by us (see comparable), the same in every store. Nothing is stemmed
    # and no stop word removed: either would be one language's rules, and documents come in several. Where
    # folding by Unicode leaves a letter (ø, đ), the engine's table goes on. Hashes are longer than 40.
    "words": FTS(
        base_tokenizer="whitespace",
        stem=False,
        remove_stop_words=False,
        lower_case=True,
        ascii_folding=True,
        max_token_length=128,
    ),
}


def lacks_indexes(table: Table) -> bool:
    """Say whether a table was made but not finished."""
    return not _INDEXES.keys() <= _indexed(table)


def add_indexes(table: Table) -> None:
    """Give a table the indexes that it lacks."""
    for column in _INDEXES.keys() - _indexed(table):
        table.create_index(column, config=_INDEXES[column])


def _indexed(table: Table) -> set[str]:
    return {column for index in table.list_indices() for column in index.columns}


@dataclass(frozen=True, slots=True)
class Upkeep:
    """When a table is tidied, and how. The figures are of 384 dimensions and two cores."""

    writes: int = 32
    """Each leaves a fragment, which costs a search 0.7 ms, and the state before it, which costs space. Of
    50,000 passages, a write takes 0.1 s and tidying 1 s.
    """
    unindexed: int = 1_000
    """New passages are found at once, by reading them all: 10,000 cost 20 ms. So many are always fine."""
    share: float = 0.2
    """And so large a part of all passages; BM25 counts words in the index, so it should hold most of them."""
    exact: int = 200_000
    """Up to here vectors are compared one by one, after the filter: 45 ms where 18,000 passages are admitted,
    150 to 300 ms at 200,000. Beyond, an index answers in 15 ms with 98 to 99 of 100 neighbours right. IVF_SQ is
    built in 10 s; IVF_HNSW_SQ took 410 s and found no more.
    """
    keep: timedelta = timedelta(minutes=2)
    """How long a state that was replaced stays on disk, for readers that are still in it."""

    def is_due(self, table: Table, writes: int) -> bool:
        """Say whether so many writes since the last time are enough, or what they wrote is."""
        words = table.index_stats("words_idx")
        if words is None or writes > self.writes:
            return True
        rows = words.num_indexed_rows + words.num_unindexed_rows
        return words.num_unindexed_rows > max(self.unindexed, self.share * rows)

    def tidy(self, table: Table) -> None:
        """Join fragments, bring the indexes up to date, and remove what no reader can be reading any more."""
        table.optimize(cleanup_older_than=self.keep)
        rows = table.count_rows()
        if rows > self.exact and "vector" not in _indexed(table):
            table.create_index("vector", config=IvfSq(distance_type="cosine"))
        log.debug("passages_tidied", passages=rows)
