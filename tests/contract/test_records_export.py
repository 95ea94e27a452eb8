"""An export holds everything about one person and nothing about another."""

import json

from sqlalchemy import Engine, insert

from bot.accounts import Invitation, Session
from bot.domain import Answer, PersonId, Role, Scope, Verdict, subject
from bot.records.accounts import AccountRecords
from bot.records.answers import AnswerRecords
from bot.records.grants import GrantRecords
from bot.records.groups import GroupRecords
from bot.records.people import PeopleRecords
from bot.records.sessions import SessionRecords
from bot.records.tables import inbox, metadata
from tests.contract.records_cases import NOON, answer, press

CONCERN_PERSONS = {
    "people",
    "identities",
    "memberships",
    "grants",
    "answers",
    "votes",
    "inbox",
    "sessions",
    "passwords",
    "invitations",
}
CONCERN_NOBODY = {"sources", "documents", "document_texts", "releases", "promotions", "meta"}


def fill(engine: Engine, name: str) -> tuple[PersonId, Answer]:
    """Leave a trace of a person, and the word name-canary, everywhere that it can be."""
    person, linked = PersonId(f"terminal:local:{name}"), PersonId(f"slack:T1:{name}-canary-linked")
    people, answers = PeopleRecords(engine), AnswerRecords(engine)
    people.add(person, Role.REVIEWER)
    people.link(person, linked)
    GroupRecords(engine).add(f"{name}-canary-group", [linked])
    GrantRecords(engine).allow(subject(f"user:{linked}"), [Scope(f"{name}-canary-scope")])
    asked = answer(asker=linked, question=f"{name}-canary-question", text=f"{name}-canary-answer")
    answers.add(asked)
    leave_web_traces(engine, linked, name)
    for identity in (person, linked):
        answers.vote(
            press(asked, identity, Verdict.DOWN, reason=f"{name}-canary-reason", better=f"{name}-canary-better")
        )
    return person, asked


def leave_web_traces(engine: Engine, person: PersonId, name: str) -> None:
    claims = {"name": f"{name}-canary-claim"}
    SessionRecords(engine).add(Session(f"{name}-secret-token", person, f"{name}-secret-csrf", NOON, NOON, NOON, claims))
    accounts = AccountRecords(engine)
    accounts.set_password(person, f"{name}-secret-hash", NOON)
    accounts.invite(Invitation(f"{name}-secret-invitation", person, Role.ADMIN, NOON))
    row = {
        "id": f"{name}-inbox",
        "door": "web",
        "person": person,
        "conversation": "c",
        "payload": {"text": f"{name}-canary-inbox"},
        "created": NOON,
        "attempts": 0,
        "state": "waiting",
        "sentence": "",
    }
    with engine.begin() as connection:
        connection.execute(insert(inbox), row)


def test_every_table_is_known_to_concern_persons_or_not() -> None:
    assert set(metadata.tables) == CONCERN_PERSONS | CONCERN_NOBODY


def test_all_of_one_person_and_nothing_of_another(engine: Engine) -> None:
    ann, ann_asked = fill(engine, "ann")
    bob, bob_asked = fill(engine, "bob")
    AnswerRecords(engine).vote(press(ann_asked, bob, Verdict.DOWN, reason="bob-canary-on-ann"))
    AnswerRecords(engine).vote(press(bob_asked, ann, Verdict.UP, reason="ann-canary-on-bob"))
    exported = PeopleRecords(engine).export(ann)
    said = json.dumps(exported)
    for trace in "linked group scope question answer reason better on-bob claim inbox".split():
        assert f"ann-canary-{trace}" in said
    assert "bob-canary" not in said
    assert bob not in said
    assert "secret" not in said, "nothing that somebody could sign in with"
    assert all(exported[kind] for kind in ("sessions", "passwords", "invitations"))
    assert exported["role"] == Role.REVIEWER
    assert exported == PeopleRecords(engine).export(PersonId("slack:T1:ann-canary-linked"))


def test_questions_of_others_that_one_read_along(engine: Engine) -> None:
    ann, bob, alike = (PersonId(f"terminal:local:{name}") for name in ("ann", "bob", "Ann"))
    shared = answer(asker=bob, members=frozenset({ann, bob}), question="bob-canary")
    AnswerRecords(engine).add(shared)
    AnswerRecords(engine).add(answer(asker=bob, members=frozenset({alike, bob})))
    exported = PeopleRecords(engine).export(ann)
    assert exported["read_along"] == [
        {"id": shared.id, "created": "2026-03-02T12:00:00+00:00", "conversation": shared.question.conversation}
    ]
    assert "bob" not in json.dumps(exported)


def test_who_read_along_with_ones_own_questions_is_left_out(engine: Engine) -> None:
    ann, bob = PersonId("terminal:local:ann"), PersonId("terminal:local:bob")
    AnswerRecords(engine).add(answer(asker=ann, members=frozenset({ann, bob}), question="ann-canary"))
    said = json.dumps(PeopleRecords(engine).export(ann))
    assert "ann-canary" in said
    assert "bob" not in said


def test_somebody_of_whom_nothing_is_stored(engine: Engine) -> None:
    fill(engine, "ann")
    bob = PersonId("terminal:local:bob")
    assert PeopleRecords(engine).export(bob) == {
        "identities": [bob],
        "role": None,
        "groups": [],
        "grants": [],
        "answers": [],
        "read_along": [],
        "votes": [],
        "inbox": [],
        "sessions": [],
        "passwords": [],
        "invitations": [],
    }
