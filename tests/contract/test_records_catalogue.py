"""Lists of documents and answers, as an admin looks through them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot.catalogue import Choice, Held
from bot.domain import ChannelId, DocumentId, Grant, PersonId, Scope, Verdict
from bot.ports import Synced
from bot.records.answers import AnswerRecords
from bot.records.catalogue import CatalogueRecords
from bot.records.documents import DocumentRecords
from bot.records.people import PeopleRecords
from tests.contract.records_cases import NOON, answer, press, somebody, synced, unhurried, unique

ANN, BOB = PersonId("terminal:local:ann"), PersonId("terminal:local:bob")
HALL = ChannelId("terminal:local:hall")
SCOPES = [Scope(name) for name in ("everyone", "finance", 'a "quoted" one', "straße", "people")]


@pytest.fixture
def catalogue(engine: Engine) -> CatalogueRecords:
    return CatalogueRecords(engine)


@pytest.fixture
def documents(engine: Engine) -> DocumentRecords:
    return DocumentRecords(engine)


@pytest.fixture
def answers(engine: Engine) -> AnswerRecords:
    return AnswerRecords(engine)


def row(id_: str, *names: str, title: str = "", problem: str = "", source: str = "handbook") -> Synced:
    made = synced(id_, uri=f"/{id_}.md", source=source)
    scopes = frozenset(map(Scope, names or ("everyone",)))
    return replace(made, document=replace(made.document, scopes=scopes, title=title or id_), problem=problem)


def ids(catalogue: CatalogueRecords, choice: Choice) -> list[str]:
    return [line.document.id for line in catalogue.documents(choice).lines]


def test_an_empty_home_has_empty_lists(catalogue: CatalogueRecords) -> None:
    assert catalogue.held() == {}
    assert catalogue.documents(Choice()).total == 0
    assert catalogue.answers() == []
    assert catalogue.answers(downs=True) == []
    assert catalogue.channels() == []
    assert catalogue.last_asked() == {}


def test_what_is_held_of_each_source(catalogue: CatalogueRecords, documents: DocumentRecords) -> None:
    never = replace(row("c", problem="damaged"), passages=0, settled=False)
    documents.write([row("a"), row("b", problem="the new version is damaged"), never, row("d", source="other")], {})
    assert catalogue.held() == {"handbook": Held(2, 6, 2), "other": Held(1, 3, 0)}


def test_documents_are_searched_by_title_and_address(catalogue: CatalogueRecords, documents: DocumentRecords) -> None:
    documents.write([row("a", title="Annual Leave 100%"), row("b", title="Pay_review"), row("c", source="x")], {})
    assert ids(catalogue, Choice(source="handbook", words="leave annual")) == ["a"]
    assert ids(catalogue, Choice(words="100%")) == ["a"]
    assert ids(catalogue, Choice(words="y_r")) == ["b"]
    assert ids(catalogue, Choice(words="%")) == ["a"]
    assert ids(catalogue, Choice(words="/C.MD")) == ["c"]
    assert ids(catalogue, Choice(words="nowhere")) == []


def test_documents_come_in_pages(catalogue: CatalogueRecords, documents: DocumentRecords) -> None:
    documents.write([row(f"{number:03}") for number in range(7)], {})
    page = catalogue.documents(Choice(), offset=3, limit=3)
    assert page.total == 7
    assert [line.document.title for line in page.lines] == ["003", "004", "005"]
    assert catalogue.documents(Choice(), offset=9, limit=3).lines == []


def test_problems_are_listed_with_the_reason(catalogue: CatalogueRecords, documents: DocumentRecords) -> None:
    never = replace(row("b", problem="damaged"), passages=0, settled=False)
    documents.write([row("a", problem="the new version is damaged"), never], {})
    lines = catalogue.documents(Choice()).lines
    assert [(line.problem, line.passages) for line in lines] == [("the new version is damaged", 3), ("damaged", 0)]
    assert ids(catalogue, Choice(answered=True)) == ["a"]


def test_what_was_retired_is_not_listed_as_seen(catalogue: CatalogueRecords, documents: DocumentRecords) -> None:
    documents.write([row("a"), row("b")], {})
    documents.retire([DocumentId("a")])
    everyone = frozenset({Scope("everyone")})
    assert ids(catalogue, Choice(scopes=everyone)) == ["a", "b"]
    assert ids(catalogue, Choice(scopes=everyone, answered=True)) == ["b"]
    assert ids(catalogue, Choice(scopes=frozenset())) == []


def test_documents_are_counted_by_their_scopes(catalogue: CatalogueRecords, documents: DocumentRecords) -> None:
    documents.write([row("a"), row("b", "people", "straße"), row("c", "straße", "people"), row("d")], {})
    documents.retire([DocumentId("d")])
    assert catalogue.spread() == {frozenset({Scope("everyone")}): 1, frozenset({SCOPES[3], SCOPES[4]}): 2}


@unhurried
@given(
    st.lists(st.frozensets(st.sampled_from(SCOPES), min_size=1, max_size=3), max_size=8),
    st.frozensets(st.sampled_from(SCOPES), min_size=1, max_size=3),
)
@pytest.mark.slow
def test_documents_of_some_scopes_are_those_that_a_grant_of_them_admits(
    shared: Engine, held: list[frozenset[Scope]], granted: frozenset[Scope]
) -> None:
    source = unique("source")
    rows = [row(f"{source}-{number}", *scopes, source=source) for number, scopes in enumerate(held)]
    DocumentRecords(shared).write(rows, {})
    listed = ids(CatalogueRecords(shared), Choice(source=source, scopes=granted))
    assert listed == [one.document.id for one in rows if Grant(granted).admits(one.document.scopes)]


def test_answers_are_listed_newest_first_with_the_votes_that_count(
    engine: Engine, catalogue: CatalogueRecords, answers: AnswerRecords
) -> None:
    older, newer = answer(asker=ANN), answer(asker=BOB, created=NOON + timedelta(hours=1))
    for one in (older, newer):
        answers.add(one)
    PeopleRecords(engine).link(ANN, PersonId("slack:T1:U1"))
    for verdict in (Verdict.UP, Verdict.DOWN):
        answers.vote(press(older, ANN, verdict))
    answers.vote(press(older, PersonId("slack:T1:U1"), Verdict.DOWN))
    answers.vote(press(older, BOB, Verdict.UP))
    answers.vote(press(newer, BOB, Verdict.DOWN))
    answers.vote(press(newer, BOB, Verdict.NONE))
    assert [(line.id, line.ups, line.downs) for line in catalogue.answers()] == [(newer.id, 0, 0), (older.id, 1, 1)]
    (line,) = catalogue.answers(downs=True)
    assert (line.id, line.question, line.asker, line.channel) == (older.id, older.question.text, ANN, HALL)
    assert [line.id for line in catalogue.answers(limit=1)] == [newer.id]
    assert [line.id for line in catalogue.answers(offset=1)] == [older.id]


def test_channels_and_when_somebody_asked_last(catalogue: CatalogueRecords, answers: AnswerRecords) -> None:
    for hours in (2, 5, 1):
        answers.add(answer(asker=ANN, created=NOON + timedelta(hours=hours)))
    answers.add(answer(asker=BOB, members=frozenset({BOB, somebody()}), question=unique("q")))
    assert catalogue.channels() == [HALL]
    assert catalogue.last_asked() == {ANN: NOON + timedelta(hours=5), BOB: NOON}
