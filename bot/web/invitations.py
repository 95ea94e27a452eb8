"""One-time links with which somebody sets a password: the only way to get a local account."""

from datetime import timedelta
from typing import Final

from bot.accounts import Accounts, Invitation
from bot.domain import PersonId, Role
from bot.web.errors import BadInvitation
from bot.web.passwords import Passwords, local_person
from bot.web.sessions import Clock, fresh_token, hashed, now

HOURS: Final = 24
FIRST: Final = "admin"
"""The name of the first admin."""


class Invitations:
    """Makes the links, and lets each be used once."""

    def __init__(self, accounts: Accounts, clock: Clock = now) -> None:
        """Keep invitations with these accounts."""
        self._accounts = accounts
        self._clock = clock

    def invite(self, person: PersonId, role: Role | None = None) -> str:
        """Return the path of a link for a person; earlier ones that were not used no longer work.

        Using it gives the person the role, if one is named. It sets a new password for who has one already.
        """
        token = fresh_token()
        expires = self._clock() + timedelta(hours=HOURS)
        self._accounts.invite(Invitation(hashed(token), person, role, expires))
        return f"/welcome/{token}"

    def find(self, token: str) -> Invitation:
        """Return the invitation of a link; raises `BadInvitation` where it cannot be used (any more)."""
        found = self._accounts.invitation(hashed(token))
        if found is None or found.used is not None or found.expires <= self._clock():
            raise BadInvitation
        return found

    def accept(self, token: str, password: str, passwords: Passwords) -> PersonId:
        """Set the password and use the link up; raises `BadInvitation` or `WeakPassword`, and then it stays good."""
        person = self.find(token).person
        if not self._accounts.accept(hashed(token), passwords.hashed(person, password), self._clock()):
            raise BadInvitation
        return person


def first_invitation(accounts: Accounts, url: str) -> str | None:
    """Return a link for a first admin where nobody has an account yet, else None."""
    if accounts.any():
        return None
    return url.rstrip("/") + Invitations(accounts).invite(local_person(FIRST), Role.ADMIN)
