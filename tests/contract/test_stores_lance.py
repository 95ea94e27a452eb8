"""What LanceStore does beyond the contract: other processes, upkeep, and the errors of its engine."""

import multiprocessing as mp
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import lancedb
import numpy as np
import pytest

from bot.domain import DocumentId, Grant, Passage, scope
from bot.errors import DiskFull, OtherVectorSpace, StoreUnreachable
from bot.stores.lance import LanceStore
from bot.stores.lance_table import engine_errors
from bot.stores.lance_upkeep import Upkeep
from tests.contract.store_cases import EMBEDDER, EVERYONE, fill, found, passages

PROCESSES = mp.get_context("spawn")  # the engine's threads do not survive a fork


def opened(folder: Path, upkeep: Upkeep | None = None) -> LanceStore:
    return LanceStore.open(folder, EMBEDDER.dimension, EMBEDDER.space, upkeep)


def revision(document: int, number: int) -> list[Passage]:
    """Return a document whose passages say which revision they are of, and how many there are of it."""
    count = 1 + (document + number) % 4
    return passages(f"d{document}", *(f"revision {number} of {count} text {at}" for at in range(count)))


def write_revisions(folder: Path, acknowledge: Connection) -> None:
    store = opened(folder, Upkeep(writes=6))
    for number in range(1_000):
        for document in range(7):
            fill(store, revision(document, number))
            acknowledge.send((document, number))


def remaining(messages: Connection) -> Iterator[tuple[int, int]]:
    with suppress(EOFError, OSError):  # the last message may be cut off
        while messages.poll():
            yield messages.recv()


def stored(store: LanceStore, document: int) -> list[Passage]:
    return store.neighbours(revision(document, 0)[0], EVERYONE, 100)


class TestProcesses:
    """Several on one folder, and one that is killed."""

    @pytest.mark.slow
    def test_what_another_process_acknowledged_is_seen_and_survives_its_death(self, tmp_path: Path) -> None:
        store = opened(tmp_path)
        messages, acknowledge = PROCESSES.Pipe(duplex=False)
        writer = PROCESSES.Process(target=write_revisions, args=(tmp_path, acknowledge))
        writer.start()
        acknowledge.close()
        newest: dict[int, int] = {}
        for _ in range(50):
            document, number = messages.recv()
            newest[document] = number
            assert int(stored(store, document)[0].text.split()[1]) >= number
        writer.kill()
        writer.join(60)
        newest |= dict(remaining(messages))
        for reader in (store, opened(tmp_path)):
            for document, number in newest.items():
                assert stored(reader, document) in (revision(document, number), revision(document, number + 1))
        fill(store, revision(0, 5_000))
        store.optimize()
        assert stored(store, 0) == revision(0, 5_000)

    def test_a_table_that_was_made_but_not_finished_is_finished(self, tmp_path: Path) -> None:
        fill(opened(tmp_path), passages("leave", "ten days"))
        table = lancedb.connect(tmp_path).open_table("passages")
        table.drop_index("words_idx")
        table.drop_index("scopes_idx")
        assert found(opened(tmp_path), "ten days")[0].bm25 > 0

    def test_a_new_folder_may_be_opened_by_several_at_once(self, tmp_path: Path) -> None:
        with ThreadPoolExecutor(4) as threads:
            stores = list(threads.map(lambda _: opened(tmp_path), range(4)))
        fill(stores[0], passages("leave", "ten days"))
        assert all(found(store, "ten days")[0].bm25 > 0 for store in stores)


class TestUpkeep:
    """The store keeps itself quick and small."""

    def test_many_small_writes_gather_neither_fragments_nor_old_states(self, tmp_path: Path) -> None:
        store = opened(tmp_path, Upkeep(writes=4, keep=timedelta(milliseconds=1)))
        for number in range(30):
            fill(store, revision(0, number))
        assert len(list((tmp_path / "passages.lance" / "data").iterdir())) < 12
        assert len(list((tmp_path / "passages.lance" / "_versions").iterdir())) < 25
        assert stored(store, 0) == revision(0, 29)

    def test_old_states_stay_while_a_reader_may_be_in_them(self, tmp_path: Path) -> None:
        store = opened(tmp_path, Upkeep(writes=0))
        fill(store, passages("leave", "ten days"))
        with store._table.reading() as table:  # noqa: SLF001 - a reader in the middle of its work
            store.delete_document([DocumentId("leave")])
            store.optimize()
            assert table.count_rows() == 1
        assert store.documents() == {}

    def test_what_is_written_stays_where_upkeep_fails(self, tmp_path: Path) -> None:
        store = opened(tmp_path, Upkeep(writes=0))
        (tmp_path / "tidied").mkdir()
        fill(store, passages("leave", "ten days"))
        assert store.documents() == {"leave": 1}
        with pytest.raises(StoreUnreachable):
            store.optimize()

    def test_a_vector_index_changes_neither_scores_nor_who_sees_what(self, tmp_path: Path) -> None:
        exact, indexed = opened(tmp_path / "exact"), opened(tmp_path / "indexed", Upkeep(exact=300))
        vectors = np.random.default_rng(0).normal(size=(600, EMBEDDER.dimension)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        given = [
            *passages("open", *(f"text {each}" for each in range(300))),
            *passages("closed", *(f"text {each}" for each in range(300)), scopes="finance"),
        ]
        for store in (exact, indexed):
            store.upsert(given, vectors)
            store.optimize()
        right = 0
        for vector in vectors[::30]:
            truth = exact.search("", vector, EVERYONE, 10)
            hits = indexed.search("", vector, EVERYONE, 10)
            assert {hit.passage.document for hit in hits} == {"open"}
            right += len(set(hits) & set(truth))
        assert right >= 190
        fill(indexed, passages("late", "a new one"))
        assert found(indexed, "a new one", limit=1)[0].passage.document == "late"


class TestErrors:
    """What goes wrong is said in our words."""

    def test_vectors_of_another_model_are_refused(self, tmp_path: Path) -> None:
        fill(opened(tmp_path), passages("leave", "ten days"))
        with pytest.raises(OtherVectorSpace, match=r"by fake \(64 dimensions\), but fake \(384 dimensions\) is set"):
            LanceStore.open(tmp_path, 384, EMBEDDER.space)
        with pytest.raises(OtherVectorSpace, match=r"by fake \(64 dimensions\), but other \(64 dimensions\) is set"):
            LanceStore.open(tmp_path, EMBEDDER.dimension, "other")
        assert opened(tmp_path).documents() == {"leave": 1}

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("not a folder")
        for folder in (tmp_path / "file", tmp_path / "file" / "below"):
            with pytest.raises(StoreUnreachable):
                opened(folder)

    def test_files_that_are_damaged_or_gone(self, tmp_path: Path) -> None:
        store = opened(tmp_path)
        given = passages("leave", "ten days")
        fill(store, given)
        for file in (tmp_path / "passages.lance" / "data").iterdir():
            file.unlink()
        with pytest.raises(StoreUnreachable):
            found(opened(tmp_path), "ten days")
        with pytest.raises(StoreUnreachable):
            fill(opened(tmp_path), given)
        shutil.rmtree(tmp_path / "passages.lance")
        with pytest.raises(StoreUnreachable, match="not found"):
            found(store, "ten days")

    @pytest.mark.parametrize(
        "error",
        [
            RuntimeError("lance error: LanceError(IO): No space left on device (os error 28), /root/writer.rs:258:9"),
            OSError(28, "No space left on device"),
            RuntimeError("lance error: LanceError(IO): Disk quota exceeded (os error 122), /root/writer.rs:258:9"),
        ],
    )
    def test_a_full_disk(self, error: Exception, tmp_path: Path) -> None:
        with pytest.raises(DiskFull, match=str(tmp_path)), engine_errors(tmp_path):
            raise error

    def test_the_reason_is_one_short_line(self, tmp_path: Path) -> None:
        error = RuntimeError("lance error: LanceError(IO): broken, /root/.cargo/registry/src/x.rs:258:9\nmore")
        with pytest.raises(StoreUnreachable, match=r"\(LanceError\(IO\): broken\)"), engine_errors(tmp_path):
            raise error

    def test_our_own_errors_pass(self, tmp_path: Path) -> None:
        with pytest.raises(KeyError), engine_errors(tmp_path):
            raise KeyError


def test_a_scope_is_data(tmp_path: Path) -> None:
    store = opened(tmp_path)
    fill(store, passages("budget", "ten euros", scopes="finance"))
    for name in ("x') or 1=1 --", "x'] ) or true --", "\\') or true --", "'", "''"):
        assert found(store, "ten euros", Grant(frozenset({scope(name)}))) == []
