"""Passages follow a document's structure, keep the limit and lose nothing."""

import re
import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain import Document, DocumentId, Passage, scope
from bot.passages import split


def pieces(text: str) -> int:
    """Count as a tokenizer does: words in pieces of up to 5 letters, every sign by itself, two special tokens."""
    return 2 + len(re.findall(r"\w{1,5}|[^\w\s]", text))


def letters(text: str) -> int:
    """Count every character but the white space."""
    return len(re.sub(r"\s", "", text))


def document(title: str = "Travel policy", name: str = "d1") -> Document:
    return Document(DocumentId(name), "handbook", "/handbook/travel.md", title, frozenset({scope("everyone")}))


def cut(text: str, limit: int = 60, title: str = "Travel policy") -> list[Passage]:
    return split(text, document(title), pieces, limit)


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


blocks = st.one_of(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=200),
    st.lists(st.text("abc def.,: \n", max_size=60), max_size=8).map("\n".join),
    st.lists(st.text("abcdefg hij", min_size=1, max_size=80), min_size=1, max_size=9).map(
        lambda items: "\n".join(f"- {item}" for item in items)
    ),
    st.lists(st.tuples(st.text("abc 123", max_size=40), st.text("xyz|", max_size=20)), min_size=1, max_size=9).map(
        lambda rows: "| head | other |\n| --- | --- |\n" + "\n".join(f"| {a} | {b} |" for a, b in rows)
    ),
    st.tuples(st.integers(1, 6), st.text("Heading words", min_size=1, max_size=200)).map(
        lambda h: f"{'#' * h[0]} {h[1]}"
    ),
    st.text("code =()\n  ", max_size=200).map(lambda code: f"```\n{code}\n```"),
    st.just("---"),
    st.text("abcdefgh", min_size=300, max_size=900),
)
markdown = st.lists(blocks, max_size=8).map("\n\n".join)


class TestAlways:
    """What holds for any text."""

    @given(markdown, st.sampled_from([20, 60, 200]), st.sampled_from([pieces, letters]))
    @example("\r\r- a\r\n  b\x0b\x85c\u2028d\n", 20, pieces)
    @example("# Only\n## Headings\n", 60, pieces)
    @settings(max_examples=60)
    def test_sizes_places_and_words(self, text: str, limit: int, count: object) -> None:
        assert callable(count)
        passages = split(text, document(), count, limit)
        assert [passage.ordinal for passage in passages] == list(range(len(passages)))
        assert len({passage.id for passage in passages}) == len(passages)
        assert all(count(passage.indexed) <= limit for passage in passages)
        for passage in passages:
            stretch = text[passage.start : passage.end].split()
            assert passage.text.split()[-len(stretch) :] == stretch
            assert passage.text.strip() == passage.text
        assert all(before.end <= after.start for before, after in pairwise(passages))
        told = {word for passage in passages for word in words(passage.indexed)}
        whole = [word for chunk in text.split() if len(chunk) < limit // 4 for word in words(chunk)]
        assert set(whole) <= told

    @given(markdown)
    @settings(max_examples=40)
    def test_the_same_text_gives_the_same_passages(self, text: str) -> None:
        assert cut(text) == cut(text)

    @given(st.text("abcdef ghi.\n", min_size=1, max_size=2000))
    @settings(max_examples=40)
    def test_no_word_is_cut(self, text: str) -> None:
        told = [word for passage in cut(text) for word in words(passage.text)]
        assert told == words(text)


class TestStructure:
    """What a reader would expect."""

    def test_headings_make_the_path_below_the_title(self) -> None:
        text = (
            "# Travel policy\n\nIntro.\n\n## Trains\n\nBook early.\n\n### By night\n\nBring plugs.\n\n## Cars\n\nNever."
        )
        assert [(passage.headings, passage.text) for passage in cut(text)] == [
            (("Travel policy",), "Intro."),
            (("Travel policy", "Trains"), "Book early."),
            (("Travel policy", "Trains", "By night"), "Bring plugs."),
            (("Travel policy", "Cars"), "Never."),
        ]

    def test_markup_of_headings_is_not_repeated(self) -> None:
        (passage,) = cut("## 1. **Per diem** in `EUR` [rates](http://x) for _all_ user_names\n\n42.")
        assert passage.headings == ("Travel policy", "1. Per diem in EUR rates for all user_names")

    def test_small_neighbours_are_joined_as_they_stand(self) -> None:
        (passage,) = cut("One.\n\nTwo.\n\n- three\n- four")
        assert passage.text == "One.\n\nTwo.\n\n- three\n- four"

    def test_a_break_keeps_apart(self) -> None:
        assert [passage.text for passage in cut("One.\n\n---\n\nTwo.")] == ["One.", "Two."]

    def test_a_paragraph_is_cut_between_sentences(self) -> None:
        text = "The first sentence says a lot about Dr. Silva and costs 3.5 euros. " * 6
        assert all(passage.text.endswith("euros.") and passage.text.startswith("The") for passage in cut(text))

    def test_a_list_is_cut_between_items(self) -> None:
        text = "\n".join(f"- item number {number} has a few words in it" for number in range(30))
        assert all(passage.text.startswith("- item") and passage.text.endswith("in it") for passage in cut(text))

    def test_a_table_is_cut_between_rows_and_each_part_has_the_header(self) -> None:
        text = "| City | Hotel limit |\n| --- | --- |\n" + "\n".join(f"| City {n} | {n} euros |" for n in range(40))
        passages = cut(text, limit=80)
        assert len(passages) > 2
        assert all(passage.text.startswith("| City | Hotel limit |\n| --- | --- |\n| City") for passage in passages)
        assert "\n".join(text[passage.start : passage.end] for passage in passages) == text

    def test_nested_items_in_a_passage_of_their_own_stand_at_its_left(self) -> None:
        inner = "\n".join(
            f"    - item number {number} has a few words\n      and a second line" for number in range(12)
        )
        last = cut(f"- outer\n\n{inner}")[-1]
        assert re.fullmatch(r"(- item number \d+ has a few words\n  and a second line\n?)+", last.text)

    def test_what_announces_a_list_stays_with_it(self) -> None:
        filler = "A sentence of some eight words stands here. " * 5
        passages = cut(f"{filler}\n\nYou may claim:\n\n" + "\n".join(f"- thing {n} and its reason" for n in range(7)))
        (announced,) = [passage for passage in passages if "You may claim:" in passage.text]
        assert "- thing 0" in announced.text

    def test_a_heading_with_nothing_under_it_stays_text(self) -> None:
        passages = cut("## Contacts\n\n### Ana Silva\n\n### Bea Costa\n\n## End")
        assert [(passage.headings[1:], passage.text) for passage in passages] == [
            (("Contacts",), "### Ana Silva\n\n### Bea Costa"),
            ((), "## End"),
        ]

    def test_a_title_too_long_for_the_limit_is_shortened(self) -> None:
        (passage,) = cut("Text.", title="word " * 200)
        assert pieces(passage.indexed) <= 60
        assert passage.headings[0].startswith("word word")

    def test_scopes_and_document_are_kept(self) -> None:
        (passage,) = cut("Text.")
        assert (passage.document, passage.scopes) == (DocumentId("d1"), frozenset({scope("everyone")}))

    def test_text_without_words_makes_no_passage(self) -> None:
        assert cut(" \n\n---\n\n***\n") == []


class TestIdentity:
    """Ids follow from content."""

    def test_a_new_paragraph_on_top_keeps_the_ids_below(self) -> None:
        text = "## A\n\nOne.\n\n## B\n\nTwo."
        before = {passage.id for passage in cut(text)}
        assert before < {passage.id for passage in cut(f"New on top.\n\n{text}")}

    def test_the_same_text_twice_is_two_passages(self) -> None:
        first, second = cut("## A\n\nSame.\n\n## A\n\nSame.")
        assert first.id != second.id

    def test_the_same_text_in_two_documents_is_two_passages(self) -> None:
        (one,), (other,) = (split("Same.", document(name=name), pieces) for name in ("d1", "d2"))
        assert one.id != other.id


@pytest.mark.parametrize(
    "text", ["word " * 200_000, "x" * 1_000_000, "- item\n" * 60_000], ids=["line", "word", "list"]
)
@pytest.mark.slow
def test_a_megabyte_takes_seconds(text: str) -> None:
    started = time.process_time()
    passages = split(text, document(), pieces, 200)
    assert time.process_time() - started < 20
    assert sum(passage.end - passage.start for passage in passages) > len(text) // 2
