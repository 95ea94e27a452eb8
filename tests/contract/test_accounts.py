"""What everything that keeps passwords and invitations does."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.accounts import Accounts, Invitation
from bot.domain import PersonId, Role
from bot.records.accounts import AccountRecords
from bot.records.people import PeopleRecords
from tests.contract.records_cases import DATABASES, NOON, opened
from tests.contract.records_places import Places
from tests.fakes_web import FakeAccounts

ANN, BOB = PersonId("web:local:ann"), PersonId("web:local:bob")
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Case:
    """What keeps accounts, and how to see the roles that it gives."""

    accounts: Accounts
    role_of: Callable[[PersonId], Role | None]


@pytest.fixture(params=["fake", *DATABASES])
def case(request: pytest.FixtureRequest, places: Places) -> Iterator[Case]:
    if request.param == "fake":
        fake = FakeAccounts()
        yield Case(fake, fake.roles.get)
    else:
        with places.fresh(request.param) as place, opened(place) as engine:
            yield Case(AccountRecords(engine), PeopleRecords(engine).role_of)


def invitation(token_hash: str, person: PersonId = ANN, role: Role | None = None) -> Invitation:
    return Invitation(token_hash, person, role, NOON + HOUR)


def test_a_password_is_kept_and_replaced(case: Case) -> None:
    assert not case.accounts.any()
    assert case.accounts.password(ANN) is None
    for hashed in ("one", "two"):
        case.accounts.set_password(ANN, hashed, NOON)
        assert case.accounts.password(ANN) == hashed
    assert case.accounts.password(BOB) is None
    assert case.accounts.any()


def test_an_invitation_sets_the_password_once(case: Case) -> None:
    case.accounts.invite(invitation("token", role=Role.ADMIN))
    assert case.accounts.invitation("token") == invitation("token", role=Role.ADMIN)
    assert case.accounts.accept("token", "hash", NOON)
    assert case.accounts.password(ANN) == "hash"
    assert case.role_of(ANN) is Role.ADMIN
    assert not case.accounts.accept("token", "other", NOON)
    assert case.accounts.password(ANN) == "hash"
    kept = case.accounts.invitation("token")
    assert kept is not None
    assert kept.used == NOON


@pytest.mark.parametrize("late", [HOUR, 2 * HOUR])
def test_an_invitation_expires(case: Case, late: timedelta) -> None:
    case.accounts.invite(invitation("token", role=Role.ADMIN))
    assert not case.accounts.accept("token", "hash", NOON + late)
    assert case.accounts.password(ANN) is None
    assert case.role_of(ANN) is None


def test_a_token_that_nobody_was_given(case: Case) -> None:
    case.accounts.invite(invitation("token"))
    for other in ("", "TOKEN", "token ", "%"):
        assert case.accounts.invitation(other) is None
        assert not case.accounts.accept(other, "hash", NOON)


def test_a_newer_invitation_voids_an_unused_one_of_the_same_person(case: Case) -> None:
    for token, person in {"first": ANN, "hers": BOB, "second": ANN}.items():
        case.accounts.invite(invitation(token, person))
    assert [case.accounts.invitation(token) is None for token in ("first", "hers", "second")] == [True, False, False]


def test_an_invitation_without_a_role_leaves_the_role(case: Case) -> None:
    case.accounts.invite(invitation("first", role=Role.REVIEWER))
    case.accounts.accept("first", "hash", NOON)
    case.accounts.invite(invitation("second"))
    case.accounts.accept("second", "new", NOON)
    assert (case.role_of(ANN), case.accounts.password(ANN)) == (Role.REVIEWER, "new")


def test_a_locked_account_has_neither_password_nor_invitation(case: Case) -> None:
    case.accounts.set_password(ANN, "hash", NOON)
    case.accounts.set_password(BOB, "hash", NOON)
    case.accounts.invite(invitation("token"))
    assert [case.accounts.lock(ANN) for _ in range(2)] == [True, False]
    assert case.accounts.password(ANN) is None
    assert case.accounts.invitation("token") is None
    assert case.accounts.password(BOB) == "hash"
    case.accounts.invite(invitation("token"))
    assert case.accounts.lock(ANN)


def test_of_many_who_use_a_link_at_once_one_succeeds(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        accounts = AccountRecords(engine)
        accounts.invite(invitation("token"))
        assert sum(pool.map(lambda number: accounts.accept("token", f"hash {number}", NOON), range(16))) == 1
