"""Sessions: who is signed in, by a random token of which only the hash is kept."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.accounts import Session, SessionStore
from bot.domain import PersonId

_TOKEN_BYTES: Final = 32
_PRECISION: Final = timedelta(minutes=1)
"""A session that is used all the time is written down once in that time."""
_LONGEST: Final = 14
"""However much it is used, a session ends after so many times the hours that it may be left unused."""

Clock = Callable[[], datetime]


def now() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)


def hashed(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def fresh_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


class Sessions:
    """Begins sessions, finds the one of a token, and ends them."""

    def __init__(self, store: SessionStore, hours: float, clock: Clock = now, *, demo: bool = False) -> None:
        """Let a session end after `hours` without use; one that the demo began is none anywhere else."""
        self._store = store
        self._kind = "demo " if demo else ""
        self._idle = timedelta(hours=hours)
        self._clock = clock

    def begin(self, person: PersonId, claims: Mapping[str, str], *, renewable: bool = True) -> tuple[str, Session]:
        """Sign a person in: return the token for the cookie, and the session.

        One that is not renewable ends after the hours however much it is used, so that what a provider said of a
        person does not count for longer.
        """
        at = self._clock()
        self._store.purge(at, at - self._idle)
        token = fresh_token()
        expires = at + self._idle * (_LONGEST if renewable else 1)
        session = Session(self._hashed(token), person, fresh_token(), at, at, expires, dict(claims))
        self._store.add(session)
        return token, session

    def find(self, token: str) -> Session | None:
        """Return the session of a token, None where it is forged or has ended."""
        session = self._store.get(self._hashed(token)) if token else None
        if session is None:
            return None
        at = self._clock()
        if at >= session.expires or at - session.seen >= self._idle:
            self._store.remove(session.token_hash)
            return None
        if at - session.seen >= _PRECISION:
            self._store.touch(session.token_hash, at)
        return session

    def end(self, token: str) -> None:
        """Sign out; a token that is unknown is fine."""
        if token:
            self._store.remove(self._hashed(token))

    def end_all(self, person: PersonId) -> int:
        """Sign a person out everywhere, for example because the password has changed."""
        return self._store.remove_of(person)

    def _hashed(self, token: str) -> str:
        return hashed(self._kind + token)
