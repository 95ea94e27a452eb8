"""Which documents may be answered from, and what the next sync finds of them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot.domain import Document, DocumentId, Scope
from bot.errors import NotFound
from bot.ports import Synced
from bot.records.documents import DocumentRecords
from tests.contract import records_cases as cases
from tests.contract.records_cases import synced, unhurried, unique


@pytest.fixture(scope="module")
def engine(shared: Engine) -> Engine:
    return shared


@pytest.fixture
def records(engine: Engine) -> DocumentRecords:
    return DocumentRecords(engine)


@unhurried
@given(document=cases.documents, version=cases.texts, problem=cases.texts, text=cases.texts)
def test_a_document_comes_back_as_it_was(
    engine: Engine, document: Document, version: str, problem: str, text: str
) -> None:
    records = DocumentRecords(engine)
    mine = replace(document, id=DocumentId(unique("document")), source=unique("source"))
    kept = Synced(mine, version, "hash", 7, settled=True, problem=problem)
    records.write([kept], {mine.id: text})
    assert records.of_source(mine.source) == {mine.uri: kept}
    assert records.by_id([mine.id]) == {mine.id: mine}
    assert records.text(mine.id) == text


STEPS = st.lists(st.sampled_from(["settled", "unsettled", "retire", "forget"]), max_size=8)


@unhurried
@given(steps=STEPS)
def test_when_a_document_may_be_answered_from(engine: Engine, steps: list[str]) -> None:
    records, source = DocumentRecords(engine), unique("source")
    known = settled = answerable = False
    one = DocumentId(unique("document"))
    for step in steps:
        if step == "retire":
            records.retire([one])
            settled = answerable = False
        elif step == "forget":
            records.forget([one])
            known = settled = answerable = False
        else:
            settled = step == "settled"
            records.write([synced(one, source=source, settled=settled)], {one: step})
            known, answerable = True, answerable or settled
        assert bool(records.by_id([one])) is answerable
        assert [each.settled for each in records.of_source(source).values()] == ([settled] if known else [])


def test_scopes_change_at_once(records: DocumentRecords) -> None:
    before = synced(unique("document"))
    records.write([before], {})
    narrowed = replace(before.document, scopes=frozenset({Scope("finance")}))
    records.write([replace(before, document=narrowed, settled=False)], {})
    assert records.by_id([narrowed.id]) == {narrowed.id: narrowed}


def test_a_text_stays_until_another_one_is_given(records: DocumentRecords) -> None:
    one = synced(unique("document"))
    records.write([one], {one.document.id: "first"})
    records.write([replace(one, version="2")], {})
    assert records.text(one.document.id) == "first"
    records.write([replace(one, version="3")], {one.document.id: "second"})
    assert records.text(one.document.id) == "second"


def test_a_forgotten_document_takes_its_text_along(records: DocumentRecords) -> None:
    one = synced(unique("document"))
    records.write([one], {one.document.id: "secret"})
    records.forget([one.document.id])
    records.write([one], {})
    with pytest.raises(NotFound, match="no document"):
        records.text(one.document.id)


def test_documents_may_swap_their_names(records: DocumentRecords) -> None:
    source = unique("source")
    first, second = (synced(unique("document"), source=source, uri=uri) for uri in ("a.md", "b.md"))
    records.write([first, second], {})
    swapped = [
        replace(one, document=replace(one.document, uri=uri)) for one, uri in ((first, "b.md"), (second, "a.md"))
    ]
    records.write(swapped, {})
    assert {uri: each.document.id for uri, each in records.of_source(source).items()} == {
        "a.md": second.document.id,
        "b.md": first.document.id,
    }


def test_a_batch_comes_in_whole_or_not_at_all(records: DocumentRecords) -> None:
    source = unique("source")
    good = synced(unique("document"), source=source)
    naive = replace(good.document, id=DocumentId(unique("document")), modified=cases.NOON.replace(tzinfo=None))
    with pytest.raises(Exception, match="without a time zone"):
        records.write([good, replace(good, document=naive)], {})
    assert records.of_source(source) == {}


def test_thousands_at_once(records: DocumentRecords) -> None:
    source = unique("source")
    many = [synced(unique("document"), source=source, uri=f"{number}.md") for number in range(3000)]
    ids = [each.document.id for each in many]
    records.write(many, dict.fromkeys(ids, "text"))
    unknown = [DocumentId(str(number)) for number in range(40_000)]  # SQLite takes 32,766 values a statement
    assert records.by_id([*ids, *unknown]) == {each.document.id: each.document for each in many}
    records.retire(ids[:2000])
    assert records.by_id(ids).keys() == set(ids[2000:])
    records.forget(ids[:2000])
    assert len(records.of_source(source)) == 1000


def test_nothing_is_fine(records: DocumentRecords) -> None:
    records.write([], {})
    records.retire([])
    records.forget([DocumentId("unknown")])
    assert records.by_id([]) == {}
    assert records.of_source("unknown") == {}
