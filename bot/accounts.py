"""Who may come in through a browser: sessions, passwords and invitations, as values and as what keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain import PersonId, Role


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which a person is signed in."""

    token_hash: str
    """SHA-256 of the token in the browser's cookie; the token itself is kept nowhere."""
    person: PersonId
    csrf: str
    """What every form of this session must carry."""
    created: datetime
    seen: datetime
    """When it was last used, as far as that was written down."""
    expires: datetime
    """When it ends however much it is used."""
    claims: Mapping[str, str]
    """What the sign-in said of the person, such as their name."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link with which a person sets a password, once."""

    token_hash: str
    person: PersonId
    role: Role | None
    expires: datetime
    used: datetime | None = None


class SessionStore(Protocol):
    """Sessions by the hash of their token; whether one still counts is not decided here."""

    def add(self, session: Session) -> None:
        """Keep a session; durable when it returns."""

    def get(self, token_hash: str) -> Session | None:
        """Return a session, None where there is none."""

    def touch(self, token_hash: str, seen: datetime) -> None:
        """Write down that a session was used; an unknown one is fine."""

    def remove(self, token_hash: str) -> None:
        """Forget a session; an unknown one is fine."""

    def remove_of(self, person: PersonId) -> int:
        """Forget all sessions of this identity, and return how many there were."""

    def purge(self, now: datetime, unused_since: datetime) -> int:
        """Forget those that expired, or were last seen before; returns how many."""


class Accounts(Protocol):
    """Local passwords, and the invitations with which they are set."""

    def password(self, person: PersonId) -> str | None:
        """Return the hash of a person's password, None where there is none."""

    def set_password(self, person: PersonId, hashed: str, at: datetime) -> None:
        """Keep the hash of a person's password, in place of any earlier one."""

    def any(self) -> bool:
        """Say whether anybody at all has a password."""

    def invite(self, invitation: Invitation) -> None:
        """Keep an invitation; earlier ones to the same person that were not used are void."""

    def invitation(self, token_hash: str) -> Invitation | None:
        """Return an invitation, None where there is none."""

    def lock(self, person: PersonId) -> bool:
        """Forget a person's password and invitations; returns whether there were any."""

    def accept(self, token_hash: str, hashed: str, at: datetime) -> bool:
        """Use an invitation up: set the password, and the person's role where the invitation names one.

        In one transaction. False, with nothing changed, where it does not exist, was used or has expired.
        """
