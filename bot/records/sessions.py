"""Who is signed in, and since when."""

from datetime import datetime

from sqlalchemy import Engine, delete, insert, or_, select, update

from bot.accounts import Session
from bot.domain import PersonId
from bot.records.tables import sessions
from bot.records.transactions import reading, writing


class SessionRecords:
    """`bot.accounts.SessionStore` in the database."""

    def __init__(self, engine: Engine) -> None:
        """Use a database that `open_records` opened."""
        self._engine = engine

    def add(self, session: Session) -> None:
        """Keep a session; durable when it returns."""
        row = {
            "token_hash": session.token_hash,
            "person": session.person,
            "csrf": session.csrf,
            "created": session.created,
            "seen": session.seen,
            "expires": session.expires,
            "claims": dict(session.claims),
        }
        with writing(self._engine) as connection:
            connection.execute(insert(sessions), row)

    def get(self, token_hash: str) -> Session | None:
        """Return a session, None where there is none."""
        with reading(self._engine) as connection:
            row = connection.execute(select(sessions).where(sessions.c.token_hash == token_hash)).mappings().first()
        return None if row is None else Session(**row)

    def touch(self, token_hash: str, seen: datetime) -> None:
        """Write down that a session was used; an unknown one is fine."""
        with writing(self._engine) as connection:
            connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen=seen))

    def remove(self, token_hash: str) -> None:
        """Forget a session; an unknown one is fine."""
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))

    def remove_of(self, person: PersonId) -> int:
        """Forget all sessions of this identity, and return how many there were."""
        with writing(self._engine) as connection:
            return connection.execute(delete(sessions).where(sessions.c.person == person)).rowcount

    def purge(self, now: datetime, unused_since: datetime) -> int:
        """Forget those that expired, or were last seen before; returns how many."""
        over = or_(sessions.c.expires <= now, sessions.c.seen <= unused_since)
        with writing(self._engine) as connection:
            return connection.execute(delete(sessions).where(over)).rowcount
