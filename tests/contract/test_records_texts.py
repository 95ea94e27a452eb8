"""Texts mean the same in every database: their order, their case, and what of them cannot be kept."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot.catalogue import Choice
from bot.domain import AnswerId, DocumentId, PersonId, Scope, Subject
from bot.errors import NotFound
from bot.ports import Synced
from bot.records.accounts import AccountRecords
from bot.records.answers import AnswerRecords
from bot.records.catalogue import CatalogueRecords
from bot.records.documents import DocumentRecords
from bot.records.export import export
from bot.records.grants import GrantRecords
from bot.records.groups import GroupRecords
from bot.records.inbox import InboxRecords
from bot.records.meta import MetaRecords
from bot.records.people import PeopleRecords
from bot.records.sessions import SessionRecords
from bot.records.sources import SourceRecords
from tests.contract.records_cases import NOON, answer, synced, unhurried, unique

NAMES = [
    "z",
    "a-b",
    "a",
    "a b",
    "B",
    "_",
    "é",
    "e",
    "Z",
    "ñ",
    "n",
    "a_b",
    "ab",
    "ß",
    "🦙",
    "\uffee",
    "10",
    "9",
    "ä",
    "A",
]
EVERYONE = frozenset({Scope("everyone")})
Lookup = Callable[[Engine, str], object]
LOOKUPS: dict[str, Lookup] = {
    "an answer": lambda engine, text: AnswerRecords(engine).get(AnswerId(text)),
    "the beginning of an id": lambda engine, text: AnswerRecords(engine).beginning(text),
    "a conversation": lambda engine, text: AnswerRecords(engine).conversation(text, 9),
    "words": lambda engine, text: CatalogueRecords(engine).documents(Choice(words=text)).lines,
    "a source's documents": lambda engine, text: CatalogueRecords(engine).documents(Choice(source=text)).lines,
    "a document": lambda engine, text: DocumentRecords(engine).by_id([DocumentId(text)]),
    "a text": lambda engine, text: DocumentRecords(engine).text(DocumentId(text)),
    "a source": lambda engine, text: SourceRecords(engine).get(text),
    "what is granted": lambda engine, text: GrantRecords(engine).scopes_of([Subject(text)]),
    "whom it is granted to": lambda engine, text: GrantRecords(engine).reach(Scope(text)),
    "groups": lambda engine, text: GrantRecords(engine).groups(PersonId(text)),
    "a role": lambda engine, text: PeopleRecords(engine).role_of(PersonId(text)),
    "all of a person": lambda engine, text: export(engine, PersonId(text)).get("answers"),
    "a fact": lambda engine, text: MetaRecords(engine).get(text),
    "a session": lambda engine, text: SessionRecords(engine).get(text),
    "a password": lambda engine, text: AccountRecords(engine).password(PersonId(text)),
    "an invitation": lambda engine, text: AccountRecords(engine).invitation(text),
    "a question": lambda engine, text: InboxRecords(engine).get(text),
    "a person's questions": lambda engine, text: InboxRecords(engine).of_person([PersonId(text)], 9),
}


def titled(title: str, *, uri: str = "", source: str = "handbook") -> Synced:
    made = synced(unique("document"), uri=uri or f"/{title}.md", source=source)
    return replace(made, document=replace(made.document, title=title))


def found(engine: Engine, words: str) -> list[str]:
    return [line.document.title for line in CatalogueRecords(engine).documents(Choice(words=words)).lines]


def test_whatever_is_listed_is_in_the_order_of_code_points(engine: Engine) -> None:
    people, groups = PeopleRecords(engine), GroupRecords(engine)
    sources, grants = SourceRecords(engine), GrantRecords(engine)
    documents, in_order = DocumentRecords(engine), sorted(NAMES)
    documents.write([titled(name) for name in NAMES], {})
    for name in NAMES:
        people.add(PersonId(name))
        sources.add(name, "/srv", EVERYONE)
        grants.allow(Subject(name), EVERYONE)
        groups.add(f"g{name}", [PersonId(name)])
    assert found(engine, "") == in_order
    assert list(documents.of_source("handbook")) == sorted(f"/{name}.md" for name in NAMES)
    assert [source.name for source in sources.all()] == in_order
    assert list(grants.all()) == in_order
    assert list(groups.all()) == sorted(f"g{name}" for name in NAMES)
    assert [min(person.identities) for person in people.all()] == in_order


@pytest.mark.parametrize("words", ["lÍnea", "LI\u0301NEA", "STRASSE línea", "ＬÍＮＥＡ", ".MD", "ωσ", "0% l", r"c:\D"])
def test_words_are_found_in_any_case_and_composition(engine: Engine, words: str) -> None:
    DocumentRecords(engine).write([titled("100% LÍNEA Straße", uri=r"c:\d\ΩΣ.md"), titled("Otra", uri="/x.txt")], {})
    assert found(engine, words) == ["100% LÍNEA Straße"]


@pytest.mark.parametrize("words", ["linea", "%", "_", "\\", "/", "c:d"])
def test_no_character_stands_for_others(engine: Engine, words: str) -> None:
    DocumentRecords(engine).write([titled("LÍNEA", uri="c.md")], {})
    assert found(engine, words) == []


def test_ids_begin_with_exactly_what_was_typed(engine: Engine) -> None:
    records = AnswerRecords(engine)
    for name in ("abc", "aBd", "a%e", "b", "añ"):
        records.add(replace(answer(), id=AnswerId(name)))
    for typed, expected in {"ab": ["abc"], "aB": ["aBd"], "a%": ["a%e"], "a_": [], "añ": ["añ"], "b": ["b"]}.items():
        assert records.beginning(typed) == expected
    assert len(records.beginning("a")) == len(records.beginning("")) == 2


@pytest.mark.parametrize("lookup", LOOKUPS.values(), ids=LOOKUPS)
def test_nothing_that_is_looked_for_is_too_much_for_a_database(shared: Engine, lookup: Lookup) -> None:
    for text in ("\0", "nul\0nul", "\ud800", "%", "x" * 10_000):
        with suppress(NotFound):
            assert not lookup(shared, f"nobody {text}")


def test_what_was_kept_without_a_nul_is_found_with_it(engine: Engine) -> None:
    MetaRecords(engine).put("sp\0ace", "mini\0lm \ud800")
    assert MetaRecords(engine).get("sp\0ace") == MetaRecords(engine).get("space") == "minilm \ufffd"


def test_a_long_text_comes_back_whole(engine: Engine) -> None:
    documents, one = DocumentRecords(engine), synced("long")
    text = "¿Cuántos días? 🦙 " * 200_000
    documents.write([one], {one.document.id: text})
    assert documents.text(one.document.id) == text


@pytest.mark.parametrize("moment", [datetime.min, datetime(1883, 11, 18, 12), datetime.max, NOON.replace(tzinfo=None)])  # noqa: DTZ001, DTZ901 - the zone follows
def test_any_moment_comes_back(engine: Engine, moment: datetime) -> None:
    kept = answer(created=moment.replace(tzinfo=UTC))
    AnswerRecords(engine).add(kept)
    assert AnswerRecords(engine).get(kept.id).created == kept.created


@unhurried
@given(
    titles=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1), max_size=6, unique=True)
)
def test_any_titles_are_in_order_and_found(shared: Engine, titles: list[str]) -> None:
    source = unique("source")
    DocumentRecords(shared).write([titled(title, uri=unique("u"), source=source) for title in titles], {})
    listed = CatalogueRecords(shared).documents(Choice(source=source)).lines
    assert [line.document.title for line in listed] == sorted(titles)
    for title in titles:
        words = Choice(source=source, words=title)
        assert title in [line.document.title for line in CatalogueRecords(shared).documents(words).lines]
