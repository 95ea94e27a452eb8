"""People with linked identities, roles, groups and grants."""

import pytest
from sqlalchemy import Engine

from bot.domain import EVERYONE, Person, PersonId, Role, Scope, Subject
from bot.errors import BadSubject, NotFound
from bot.records.grants import GrantRecords
from bot.records.groups import GroupRecords
from bot.records.people import PeopleRecords

ANN, SLACK, TEAMS, BOB = map(
    PersonId, ["terminal:local:ann", "slack:T1:U1", "teams:tenant:ann@example.org", "terminal:local:bob"]
)
HALL = Subject("slack:T1:C1")
PEOPLE, FINANCE = Scope("people"), Scope("finance")


@pytest.fixture
def people(engine: Engine) -> PeopleRecords:
    return PeopleRecords(engine)


@pytest.fixture
def groups(engine: Engine) -> GroupRecords:
    return GroupRecords(engine)


@pytest.fixture
def grants(engine: Engine) -> GrantRecords:
    return GrantRecords(engine)


def test_a_role_is_given_changed_and_taken(people: PeopleRecords) -> None:
    assert people.role_of(ANN) is None
    for role in (Role.ADMIN, Role.AUDITOR, None):
        people.add(ANN, role)
        assert people.role_of(ANN) is role
        assert people.get(ANN) == Person(frozenset({ANN}), role)
    assert people.role_of(BOB) is None


def test_an_unknown_person(people: PeopleRecords) -> None:
    with pytest.raises(NotFound, match="no person"):
        people.get(ANN)


def test_linked_identities_are_one_person(people: PeopleRecords, groups: GroupRecords, grants: GrantRecords) -> None:
    people.add(ANN, Role.AUDITOR)
    people.add(TEAMS, Role.REVIEWER)
    people.add(BOB)
    groups.add("finance", [ANN])
    groups.add("on call", [TEAMS])
    people.link(ANN, SLACK)
    people.link(SLACK, TEAMS)
    ann = Person(frozenset({ANN, SLACK, TEAMS}), Role.REVIEWER, frozenset({"finance", "on call"}))
    for identity in (ANN, SLACK, TEAMS):
        assert people.get(identity) == ann
        assert people.role_of(identity) is Role.REVIEWER
        assert grants.identities(identity) == ann.identities
        assert grants.groups(identity) == ann.groups
    assert people.all() == [ann, Person(frozenset({BOB}))]


def test_linking_again_changes_nothing(people: PeopleRecords) -> None:
    people.add(ANN, Role.ADMIN)
    for first, second in [(ANN, SLACK), (ANN, SLACK), (SLACK, ANN), (ANN, ANN)]:
        people.link(first, second)
    assert people.all() == [Person(frozenset({ANN, SLACK}), Role.ADMIN)]


def test_an_unlinked_identity_keeps_what_it_holds_itself(
    people: PeopleRecords, groups: GroupRecords, grants: GrantRecords
) -> None:
    people.add(ANN, Role.ADMIN)
    people.link(ANN, SLACK)
    groups.add("finance", [ANN])
    groups.add("on call", [SLACK])
    assert people.unlink(SLACK)
    assert people.get(SLACK) == Person(frozenset({SLACK}), None, frozenset({"on call"}))
    assert people.get(ANN) == Person(frozenset({ANN}), Role.ADMIN, frozenset({"finance"}))
    assert grants.identities(ANN) == {ANN}
    people.link(ANN, SLACK)
    assert people.get(ANN).groups == {"finance", "on call"}


def test_who_stands_alone_cannot_be_unlinked(people: PeopleRecords) -> None:
    people.add(ANN, Role.ADMIN)
    assert not people.unlink(ANN)
    assert people.all() == [Person(frozenset({ANN}), Role.ADMIN)]
    with pytest.raises(NotFound, match="no person"):
        people.unlink(BOB)


@pytest.mark.parametrize("role", [Role.AUDITOR, None])
def test_the_last_admin_stays_one(people: PeopleRecords, role: Role | None) -> None:
    people.add(ANN, Role.ADMIN)
    people.link(ANN, SLACK)
    people.add(BOB, Role.REVIEWER)
    assert not people.set_role(SLACK, role)
    assert people.role_of(ANN) is Role.ADMIN
    assert people.set_role(ANN, Role.ADMIN)
    assert people.set_role(BOB, Role.ADMIN)
    assert people.set_role(ANN, role)
    assert people.role_of(ANN) is role
    assert not people.set_role(BOB, role)


def test_a_role_is_the_persons_not_the_identitys(people: PeopleRecords) -> None:
    people.link(ANN, SLACK)
    people.add(SLACK, Role.ADMIN)
    people.add(ANN, None)
    assert people.role_of(SLACK) is None


def test_who_was_never_named_stands_alone(grants: GrantRecords) -> None:
    assert grants.identities(ANN) == {ANN}
    assert grants.groups(ANN) == frozenset()


def test_a_group_is_its_members(people: PeopleRecords, groups: GroupRecords) -> None:
    groups.add("finance", [ANN, BOB])
    groups.add("finance", [BOB, BOB])
    groups.add("empty", [])
    assert groups.all() == {"finance": {ANN, BOB}}
    assert people.get(BOB).groups == {"finance"}
    assert groups.remove("finance", [BOB]) == 1
    assert groups.remove("finance", [BOB]) == 0
    assert groups.all() == {"finance": {ANN}}
    assert groups.remove("finance") == 1
    assert groups.all() == {}


def test_who_leaves_a_group_leaves_it_as_a_whole(
    people: PeopleRecords, groups: GroupRecords, grants: GrantRecords
) -> None:
    people.link(ANN, SLACK)
    groups.add("finance", [SLACK])
    assert groups.remove("finance", [ANN]) == 1
    assert grants.groups(SLACK) == frozenset()


def test_a_provider_says_all_groups_of_its_identity_and_of_no_other(
    people: PeopleRecords, groups: GroupRecords
) -> None:
    people.link(ANN, TEAMS)
    groups.add("finance", [TEAMS, BOB])
    groups.add("on call", [ANN])
    groups.assign(TEAMS, ["hr", " hr ", "board", "", "x" * 200, "a\nb"])
    assert groups.all() == {"board": {TEAMS}, "finance": {BOB}, "hr": {TEAMS}, "on call": {ANN}}
    groups.assign(TEAMS, [])
    assert groups.all() == {"finance": {BOB}, "on call": {ANN}}
    groups.assign(SLACK, [])
    assert people.get(SLACK) == Person(frozenset({SLACK}))


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 200])
def test_a_group_that_could_not_be_granted_anything(name: str, groups: GroupRecords) -> None:
    with pytest.raises(BadSubject):
        groups.add(name, [ANN])


def test_nothing_is_granted_before_it_was_allowed(grants: GrantRecords) -> None:
    assert grants.scopes_of([HALL, EVERYONE]) == frozenset()
    assert grants.scopes_of([]) == frozenset()


def test_grants_add_up_and_can_be_revoked(grants: GrantRecords) -> None:
    grants.allow(HALL, [PEOPLE, PEOPLE])
    grants.allow(HALL, [PEOPLE, FINANCE])
    grants.allow(EVERYONE, [PEOPLE])
    assert grants.scopes_of([HALL]) == {PEOPLE, FINANCE}
    assert grants.all() == {EVERYONE: {PEOPLE}, HALL: {PEOPLE, FINANCE}}
    assert grants.reach(PEOPLE) == {HALL, EVERYONE}
    assert grants.revoke(HALL, [PEOPLE, Scope("unknown")]) == 1
    assert grants.scopes_of([HALL]) == {FINANCE}
    assert grants.scopes_of([HALL, EVERYONE]) == {PEOPLE, FINANCE}
    assert grants.revoke(HALL, [FINANCE]) == 1
    assert grants.all() == {EVERYONE: {PEOPLE}}


def test_a_subject_that_only_looks_alike_gets_nothing(grants: GrantRecords) -> None:
    grants.allow(HALL, [PEOPLE])
    alike = ["slack:T1:c1", "slack:T1:C1 ", "slack:T1:C", "slack:T1:%", "slack:T1:C1\u200b"]
    assert grants.scopes_of(map(Subject, alike)) == frozenset()


def test_many_subjects_and_scopes(grants: GrantRecords) -> None:
    scopes = [Scope(f"scope {number}") for number in range(1200)]
    grants.allow(HALL, scopes)
    many = [Subject(f"user:terminal:local:{number}") for number in range(1200)]
    assert grants.scopes_of([*many, HALL]) == set(scopes)
    assert grants.revoke(HALL, scopes) == 1200
