"""Local passwords: what a good one is, and whether one is right."""

import threading
import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.accounts import Accounts
from bot.domain import PersonId, person
from bot.errors import BadPerson
from bot.web.errors import BadName, WeakPassword
from bot.web.sessions import Clock, fresh_token, now

LOCAL: Final = "web:local"
"""Where people with a local password are at home."""
SHORTEST: Final = 12
_LONGEST: Final = 500
_FEWEST_DIFFERENT: Final = 5
_AT_ONCE: Final = 4
"""Checking takes 64 MiB each time, so many sign-ins at once wait for one another."""


class Passwords:
    """Hashes passwords with Argon2id and checks them, in the same time whether or not there is such a person."""

    def __init__(self, accounts: Accounts, hasher: PasswordHasher | None = None, clock: Clock = now) -> None:
        """Check against the hashes of these accounts."""
        self._accounts = accounts
        self._hasher = hasher or PasswordHasher()
        self._clock = clock
        self._room = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = self._hasher.hash(fresh_token())

    def right(self, who: PersonId | None, password: str) -> bool:
        """Say whether this is the person's password; a hash that was made in an older way is renewed."""
        kept = self._accounts.password(who) if who else None
        typed = _canonical(password[: _LONGEST + 1])
        with self._room:
            try:
                matches = self._hasher.verify(kept or self._nobody, typed)
            except (VerificationError, InvalidHashError):
                return False
            if who is None or kept is None or not matches:
                return False
            if self._hasher.check_needs_rehash(kept):
                self._accounts.set_password(who, self._hasher.hash(typed), self._clock())
        return True

    def hashed(self, who: PersonId, password: str) -> str:
        """Return the hash of a new password; raises `WeakPassword`."""
        check(who, password)
        with self._room:
            return self._hasher.hash(_canonical(password))


def check(who: PersonId, password: str) -> None:
    """Raise `WeakPassword` for one that is guessed too easily."""
    folded = unicodedata.normalize("NFKC", password).casefold()
    if len(password) < SHORTEST:
        raise WeakPassword(why=f"it has {len(password)} characters and needs at least {SHORTEST}")
    if len(password) > _LONGEST:
        raise WeakPassword(why=f"it has more than {_LONGEST} characters")
    if len(set(folded)) < _FEWEST_DIFFERENT:
        raise WeakPassword(why=f"it has fewer than {_FEWEST_DIFFERENT} different characters")
    if name_of(who).casefold() in folded:
        raise WeakPassword(why="it contains your name")


def local_person(name: str) -> PersonId:
    """Return who has a local account under this name, in whatever case it is typed; raises `BadName`."""
    bare = unicodedata.normalize("NFC", name).strip().casefold().removeprefix(f"{LOCAL}:")
    if ":" in bare:
        raise BadName(given=name)
    try:
        return person(bare, platform=LOCAL)
    except BadPerson as error:
        raise BadName(given=name) from error


def name_of(who: PersonId) -> str:
    """Return the name in an identity."""
    return who.rpartition(":")[2]


def _canonical(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
