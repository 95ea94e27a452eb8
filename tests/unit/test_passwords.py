"""Passwords and the links with which they are set."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from bot.accounts import Accounts
from bot.domain import PersonId, Role
from bot.web.errors import BadInvitation, BadName, WeakPassword
from bot.web.invitations import Invitations, first_invitation
from bot.web.passwords import Passwords, local_person
from tests.fakes_web import FakeAccounts

ANN, NOBODY = PersonId("web:local:ann"), PersonId("web:local:nobody")
GOOD = "correct horse battery"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Quick(PasswordHasher):
    """Argon2 that takes no time, and counts what it is asked."""

    def __init__(self, time_cost: int = 1) -> None:
        super().__init__(time_cost=time_cost, memory_cost=8, parallelism=1)
        self.verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
        self.verified += 1
        return super().verify(hash, password)


def having(accounts: Accounts, password: str = GOOD, hasher: PasswordHasher | None = None) -> Passwords:
    passwords = Passwords(accounts, hasher or Quick())
    accounts.set_password(ANN, passwords.hashed(ANN, password), NOON)
    return passwords


def token(link: str) -> str:
    return link.rpartition("/")[2]


def test_the_right_password_and_others() -> None:
    passwords = having(FakeAccounts())
    assert passwords.right(ANN, GOOD)
    for other in ("", GOOD.upper(), f"{GOOD} ", GOOD[:-1], "x" * 1_000_000, "\ud800"):
        assert not passwords.right(ANN, other)
    assert not passwords.right(NOBODY, GOOD)
    assert not passwords.right(None, GOOD)


def test_the_same_letters_typed_on_another_keyboard() -> None:
    passwords = having(FakeAccounts(), "die Würde des Menschen")
    assert passwords.right(ANN, "die Wu\u0308rde des Menschen")


def test_somebody_unknown_takes_as_long_as_somebody_known() -> None:
    hasher = Quick()
    passwords = having(FakeAccounts(), hasher=hasher)
    for number, who in enumerate((ANN, NOBODY, None), 1):
        passwords.right(who, "not the right one")
        assert hasher.verified == number


def test_a_hash_of_an_older_kind_is_renewed_at_the_next_sign_in() -> None:
    accounts = FakeAccounts()
    having(accounts)
    old = accounts.password(ANN)
    stronger = Passwords(accounts, Quick(time_cost=2))
    assert not stronger.right(ANN, "not the right one")
    assert accounts.password(ANN) == old
    assert stronger.right(ANN, GOOD)
    assert accounts.password(ANN) != old
    assert stronger.right(ANN, GOOD)


def test_a_hash_that_cannot_be_read_is_never_right() -> None:
    accounts = FakeAccounts()
    accounts.set_password(ANN, "not a hash", NOON)
    assert not Passwords(accounts, Quick()).right(ANN, "not a hash")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "0 characters"),
        ("elevenchars", "11 characters and needs at least 12"),
        ("x" * 501, "more than 500"),
        ("abababababababab", "fewer than 5 different"),
        ("this is ANN speaking", "contains your name"),
    ],
)
def test_a_password_that_is_guessed_too_easily(password: str, why: str) -> None:
    with pytest.raises(WeakPassword, match=why):
        Passwords(FakeAccounts(), Quick()).hashed(ANN, password)


def test_names_are_the_same_in_any_case() -> None:
    for name in ("ann", " Ann ", "ANN", "web:local:ann"):
        assert local_person(name) == ANN
    for name in ("", "  ", "ann lee", "slack:T1:U1", "a:b", "x" * 200, "a\x00b"):
        with pytest.raises(BadName, match="cannot be a name"):
            local_person(name)


def test_an_invitation_is_used_once() -> None:
    accounts = FakeAccounts()
    passwords, invitations = Passwords(accounts, Quick()), Invitations(accounts, lambda: NOON)
    link = invitations.invite(ANN, Role.ADMIN)
    assert link.startswith("/welcome/")
    assert len(token(link)) >= 43  # 256 bits
    with pytest.raises(WeakPassword):
        invitations.accept(token(link), "short", passwords)
    assert invitations.accept(token(link), GOOD, passwords) == ANN
    assert passwords.right(ANN, GOOD)
    assert accounts.roles == {ANN: Role.ADMIN}
    for again in (lambda: invitations.find(token(link)), lambda: invitations.accept(token(link), GOOD, passwords)):
        with pytest.raises(BadInvitation):
            again()


@pytest.mark.parametrize("spoil", [str.swapcase, lambda link: link[:-1], lambda link: f"{link}x", lambda _: ""])
def test_a_link_that_was_changed(spoil: Callable[[str], str]) -> None:
    invitations = Invitations(FakeAccounts())
    link = token(invitations.invite(ANN))
    with pytest.raises(BadInvitation):
        invitations.find(spoil(link))
    assert invitations.find(link).person == ANN


def test_a_link_lasts_a_day() -> None:
    accounts, at = FakeAccounts(), [NOON]
    invitations = Invitations(accounts, lambda: at[0])
    link = token(invitations.invite(ANN))
    at[0] = NOON + timedelta(hours=24, seconds=-1)
    assert invitations.find(link).person == ANN
    at[0] = NOON + timedelta(hours=24)
    with pytest.raises(BadInvitation):
        invitations.find(link)


def test_the_first_admin_is_invited_where_nobody_has_an_account() -> None:
    accounts = FakeAccounts()
    link = first_invitation(accounts, "http://127.0.0.1:8420")
    assert link is not None
    assert link.startswith("http://127.0.0.1:8420/welcome/")
    invited = Invitations(accounts).find(token(link))
    assert (invited.person, invited.role) == ("web:local:admin", Role.ADMIN)
    having(accounts)
    assert first_invitation(accounts, "http://127.0.0.1:8420") is None
