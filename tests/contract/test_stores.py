"""What a store is: the same tests for every one."""

import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from bot.domain import DocumentId, Grant, PassageId, scope
from bot.ports import PassageStore
from tests.contract.store_cases import EMBEDDER, EVERYONE, STORES, fill, found, passages

FINANCE = Grant(frozenset({scope("finance")}))
BOTH = Grant(EVERYONE.scopes | FINANCE.scopes)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> PassageStore:
    """Give an empty store of each kind."""
    return STORES[request.param][0](tmp_path)


def texts(store: PassageStore, text: str, grant: Grant = EVERYONE, limit: int = 10) -> set[str]:
    return {hit.passage.text for hit in found(store, text, grant, limit)}


def matching(store: PassageStore, text: str) -> set[str]:
    """Return the texts in which one of the words stands."""
    return {hit.passage.text for hit in found(store, text) if hit.bm25 > 0}


class TestWriting:
    """Documents come, change and go as a whole."""

    def test_a_passage_comes_back_as_it_was(self, store: PassageStore) -> None:
        odd = "NUL \0, tab \t, \"quotes' \\ 🦜 \u202e日本, " + "x" * 5_000
        given = passages("d'1\n", odd, "", scopes="everyone,it's,日本", headings=("Título", "", "a > b"))
        fill(store, given)
        assert store.get([passage.id for passage in given], EVERYONE) == given

    def test_writing_a_document_again_replaces_all_of_it(self, store: PassageStore) -> None:
        fill(store, passages("leave", "old one", "old two", "old three"), passages("travel", "stays"))
        fill(store, passages("leave", "old one", "new two"))
        assert texts(store, "old new") == {"old one", "new two", "stays"}
        assert store.documents() == {"leave": 2, "travel": 1}

    def test_writing_the_same_again_changes_nothing(self, store: PassageStore) -> None:
        given = [passages("leave", "ten days", "twenty days"), passages("travel", "by train")]
        fill(store, *given)
        before = found(store, "days by train")
        fill(store, *given)
        assert found(store, "days by train") == before
        assert store.documents() == {"leave": 2, "travel": 1}

    def test_writing_nothing_removes_nothing(self, store: PassageStore) -> None:
        fill(store, passages("leave", "ten days"))
        fill(store)
        assert store.documents() == {"leave": 1}

    def test_each_passage_needs_an_id_of_its_own_and_a_vector_that_fits(self, store: PassageStore) -> None:
        given = passages("leave", "ten days", "twenty days")
        with pytest.raises(ValueError, match="twice"):
            fill(store, [given[0], replace(given[1], id=given[0].id)])
        with pytest.raises(ValueError, match="shape"):
            store.upsert(given, np.zeros((1, EMBEDDER.dimension), dtype=np.float32))
        with pytest.raises(ValueError, match="shape"):
            store.upsert(given, np.zeros((2, 3), dtype=np.float32))
        assert store.documents() == {}

    def test_a_deleted_document_is_gone_and_an_unknown_one_is_no_error(self, store: PassageStore) -> None:
        fill(store, passages("it's leave", "ten days"), passages("travel", "by train"))
        store.delete_document([DocumentId("it's leave"), *(DocumentId(f"no {each}") for each in range(12_000))])
        store.delete_document([])
        assert texts(store, "ten days") == {"by train"}
        assert store.documents() == {"travel": 1}

    def test_two_copies_of_a_text_stay_two(self, store: PassageStore) -> None:
        fill(store, passages("handbook", "The same words.", scopes="everyone"))
        fill(store, passages("ledger", "The same words.", scopes="finance"))
        assert [hit.passage.document for hit in found(store, "same words")] == ["handbook"]
        assert [hit.passage.document for hit in found(store, "same words", FINANCE)] == ["ledger"]
        assert [hit.passage.document for hit in found(store, "same words", BOTH)] == ["handbook", "ledger"]
        store.delete_document([DocumentId("handbook")])
        assert [hit.passage.document for hit in found(store, "same words", BOTH)] == ["ledger"]

    def test_upkeep_changes_nothing_that_is_seen(self, store: PassageStore) -> None:
        fill(store, passages("leave", "ten days", "twenty days"), passages("budget", "ten euros", scopes="finance"))
        before = found(store, "ten days")
        store.optimize()
        store.optimize()
        assert [hit.passage for hit in found(store, "ten days")] == [hit.passage for hit in before]
        assert found(store, "ten days")[0].bm25 == pytest.approx(before[0].bm25, rel=0.5)

    def test_an_empty_store_answers(self, store: PassageStore) -> None:
        (stranger,) = passages("leave", "ten days")
        store.set_scopes(DocumentId("leave"), EVERYONE.scopes)
        store.optimize()
        assert found(store, "ten days") == []
        assert store.get([stranger.id], EVERYONE) == []
        assert store.neighbours(stranger, EVERYONE, 1) == []
        assert store.vectors([stranger.id]) == {}
        assert store.documents() == {}


class TestScopes:
    """A change of scopes counts for the next search."""

    def test_narrowing_counts_at_once_and_leaves_vectors_alone(self, store: PassageStore) -> None:
        given = passages("budget", "ten euros", "twenty euros")
        fill(store, given, passages("leave", "ten days"))
        before = store.vectors([given[0].id])
        store.set_scopes(DocumentId("budget"), FINANCE.scopes)
        assert texts(store, "ten euros") == {"ten days"}
        assert store.get([given[0].id], EVERYONE) == []
        assert store.neighbours(given[0], EVERYONE, 1) == []
        assert texts(store, "ten euros", FINANCE) == {"ten euros", "twenty euros"}
        assert store.vectors([given[0].id])[given[0].id].tobytes() == before[given[0].id].tobytes()

    def test_without_any_scope_nobody_sees_it(self, store: PassageStore) -> None:
        fill(store, passages("budget", "ten euros"))
        store.set_scopes(DocumentId("budget"), frozenset())
        assert found(store, "ten euros", BOTH) == []
        assert store.documents() == {"budget": 1}
        store.set_scopes(DocumentId("budget"), BOTH.scopes)
        assert store.get([PassageId("budget#0")], FINANCE)[0].scopes == BOTH.scopes

    def test_upkeep_does_not_bring_old_scopes_back(self, store: PassageStore) -> None:
        fill(store, passages("budget", "ten euros"))
        store.optimize()
        store.set_scopes(DocumentId("budget"), FINANCE.scopes)
        assert found(store, "ten euros") == []
        store.optimize()
        assert found(store, "ten euros") == []
        assert texts(store, "ten euros", FINANCE) == {"ten euros"}


class TestSearching:
    """By words and by meaning."""

    def test_every_hit_has_both_scores_and_they_are_ordered_by_cosine_and_id(self, store: PassageStore) -> None:
        given = passages("leave", "ten days", "days", "ten days", "weeks", "ten ten ten")
        fill(store, given)
        hits = found(store, "ten days")
        assert [hit.passage.ordinal for hit in hits[:2]] == [0, 2]
        assert hits == sorted(hits, key=lambda hit: (-hit.cosine, hit.passage.id))
        query = EMBEDDER.embed(["ten days"], "query")[0]
        for hit in hits:
            assert hit.cosine == pytest.approx(EMBEDDER.embed([hit.passage.indexed], "passage")[0] @ query, abs=1e-6)
            assert (hit.bm25 > 0) == (hit.passage.text != "weeks")

    def test_bm25_prefers_rare_words_and_short_passages(self, store: PassageStore) -> None:
        fill(store, passages("leave", "the vacation", "the office", "the train", "the vacation in a long passage here"))
        scores = {hit.passage.text: hit.bm25 for hit in found(store, "the vacation")}
        assert scores["the vacation"] > scores["the vacation in a long passage here"] > scores["the office"] > 0

    def test_each_of_the_two_searches_brings_its_best(self, store: PassageStore) -> None:
        given = passages("leave", "words words words", "meaning", "neither")
        vectors = EMBEDDER.embed(["neither", "question", "neither"], "passage")
        store.upsert(given, vectors)
        hits = store.search("words", EMBEDDER.embed(["question"], "query")[0], EVERYONE, 1)
        assert [hit.passage.text for hit in hits] == ["meaning", "words words words"]
        assert [hit.cosine for hit in hits] == pytest.approx([1.0, float(vectors[0] @ vectors[1])], abs=1e-6)
        assert [hit.bm25 > 0 for hit in hits] == [False, True]

    def test_a_hit_by_meaning_has_its_bm25_however_many_passages_score_higher(self, store: PassageStore) -> None:
        many = passages("many", *(f"vacation {number}" for number in range(1_500)))
        last = passages("one", "vacation " + "and many other words " * 20)
        store.upsert([*many, *last], EMBEDDER.embed(["far"] * 1_500 + ["near"], "passage"))
        for _ in range(2):
            hits = store.search("vacation", EMBEDDER.embed(["near"], "query")[0], EVERYONE, 1)
            assert [hit.passage.document for hit in hits] == ["one", "many"]
            assert 0 < hits[0].bm25 < hits[1].bm25
            store.optimize()

    @pytest.mark.parametrize("limit", [0, 1, 2, 3, 100])
    def test_a_limit_holds_for_each_search(self, store: PassageStore, limit: int) -> None:
        fill(store, passages("leave", "ten days", "twenty days", "thirty days"))
        assert len(found(store, "days", EVERYONE, limit)) in range(min(limit, 3), min(limit * 2, 3) + 1)

    def test_what_may_not_be_seen_takes_no_place(self, store: PassageStore) -> None:
        fill(store, passages("budget", *["ten days"] * 50, scopes="finance"), passages("leave", "about leave", "ten"))
        assert texts(store, "ten days", EVERYONE, 1) == {"ten"}

    @pytest.mark.parametrize(
        ("stored", "asked"),
        [
            ("política", "politica"),
            ("politica", "POLÍTICA"),
            (unicodedata.normalize("NFD", "férias"), "FÉRIAS"),
            ("férias", unicodedata.normalize("NFD", "férias")),
            ("Straße", "STRASSE"),
            ("İstanbul", "istanbul"),
            ("ΟΔΥΣΣΕΎΣ", "οδυσσευς"),
            ("error E-204 again", "E-204?"),
            ("version 3.5 of ISO-9001.", "iso 9001"),
            ("a b 3.5", "3.5"),
            ("who are you", "the who"),
            ("0f" * 32, "0F" * 32),
        ],
    )
    def test_words_match_without_regard_to_case_and_accents(self, store: PassageStore, stored: str, asked: str) -> None:
        fill(store, passages("d", stored, "something else"))
        assert matching(store, asked) == {stored}

    def test_headings_are_searched(self, store: PassageStore) -> None:
        fill(store, passages("d", "ten days", headings=("Handbook", "Parental leave")), passages("e", "else"))
        assert matching(store, "parental") == {"ten days"}

    @pytest.mark.parametrize(
        "text",
        [
            "", " ", "?!", "🦜", "\0", "\ud800", "'", '"', '"travel', "+travel", "-travel", "travel~2", "text:travel",
            "(travel", "travel)", "travel AND", "NOT travel", "trav*", "travel^9", "{travel}", "[a TO z] travel",
            "\\travel", "%", "a " * 2_000, "travel; drop table passages", "travel " + "long" * 1_000,
            " ".join(f"word{number}" for number in range(800)) + " travel",
        ],
    )  # fmt: skip
    def test_a_question_is_words_and_never_syntax(self, store: PassageStore, text: str) -> None:
        fill(store, passages("d", "travel by train", "ten days"))
        assert matching(store, text) == ({"travel by train"} if "travel" in text else set())
        assert texts(store, text) == {"travel by train", "ten days"}


class TestLookingUp:
    """By id, by place, by document."""

    def test_passages_come_in_the_order_asked_and_only_where_admitted(self, store: PassageStore) -> None:
        fill(store, passages("leave", "zero", "one", "two"), passages("budget", "euros", scopes="finance"))
        ids = [PassageId(each) for each in ("leave#2", "budget#0", "nowhere", "leave#0", "' or 1=1 --")]
        assert [passage.text for passage in store.get(ids, EVERYONE)] == ["two", "zero"]
        assert [passage.text for passage in store.get(ids, BOTH)] == ["two", "euros", "zero"]
        assert store.get([], BOTH) == []

    def test_neighbours_are_of_the_same_document_and_in_order(self, store: PassageStore) -> None:
        given = passages("leave", *map(str, range(12)))
        fill(store, given, passages("travel", *map(str, range(12))))
        for passage, distance, expected in [(given[5], 1, "456"), (given[0], 2, "012"), (given[3], 0, "3")]:
            near = store.neighbours(passage, EVERYONE, distance)
            assert [(each.document, each.text) for each in near] == [("leave", text) for text in expected]
        assert store.neighbours(given[3], EVERYONE, 100) == given
        assert store.neighbours(given[5], FINANCE, 1) == []

    def test_vectors_come_back_as_they_were(self, store: PassageStore) -> None:
        given = passages("leave", *(f"day {number}" for number in range(30)))
        vectors = EMBEDDER.embed([passage.text for passage in given], "passage")
        store.upsert(given, vectors)
        ids = [*(passage.id for passage in given), *(PassageId(f"nowhere {each}") for each in range(12_000))]
        kept = store.vectors(ids)
        assert len(kept) == 30
        assert all(np.array_equal(kept[passage.id], vector) for passage, vector in zip(given, vectors, strict=True))
        assert store.vectors([]) == {}

    def test_documents_are_counted(self, store: PassageStore) -> None:
        fill(store, *(passages(f"d{number}", *["text"] * (number + 1)) for number in range(5)))
        assert store.documents() == {"d0": 1, "d1": 2, "d2": 3, "d3": 4, "d4": 5}


class TestThreads:
    """Many at once."""

    def test_a_reader_sees_a_document_before_or_after_and_never_a_gap(self, store: PassageStore) -> None:
        before, after = passages("leave", "old a", "old b", "old c"), passages("leave", "new a", "new b")
        after = [replace(passage, id=PassageId(f"new {passage.id}")) for passage in after]
        states = [{passage.text for passage in before}, {passage.text for passage in after}]
        fill(store, before)
        done = Event()

        def read() -> Iterator[set[str]]:
            while not done.is_set():
                yield texts(store, "old new a b c")

        with ThreadPoolExecutor() as threads:
            readers = [threads.submit(lambda: list(read())) for _ in range(3)]
            for turn in range(10):
                fill(store, before if turn % 2 else after)
                if turn == 5:
                    store.optimize()
            done.set()
            seen = [state for reader in readers for state in reader.result()]
        assert len(seen) > 10
        assert all(state in states for state in seen)

    def test_writers_do_not_lose_each_others_documents(self, store: PassageStore) -> None:
        def write(number: int) -> None:
            fill(store, passages(f"d{number}", "one", "two"))
            store.set_scopes(DocumentId(f"d{number}"), BOTH.scopes)
            fill(store, passages("contested", *["all or nothing"] * (number + 1)))
            store.delete_document([DocumentId(f"d{number - 20}")])

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(write, range(8)))
        kept = dict(store.documents())
        assert kept.pop(DocumentId("contested")) in range(1, 9)
        assert kept == {f"d{number}": 2 for number in range(8)}
        ids = [PassageId(f"d{number}#1") for number in range(8)]
        assert [passage.scopes for passage in store.get(ids, FINANCE)] == [BOTH.scopes] * 8
