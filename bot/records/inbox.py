"""Questions from their taking to their end, claimed by one thread of one process at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Update, and_, func, or_, select, update

from bot.domain import AnswerId, Audience, PersonId, Question
from bot.inbox import GAVE_UP, Asked, Entry, Lease, State, worn_out
from bot.records.statements import insert_new
from bot.records.tables import inbox
from bot.records.transactions import reading, writing

_OPEN = (State.WAITING, State.ANSWERING)


class InboxRecords:
    """`bot.inbox.Inbox` in the database."""

    def __init__(self, engine: Engine) -> None:
        """Use a database that `open_records` opened."""
        self._engine = engine

    def put(self, asked: Asked) -> bool:
        """Take a question; False where its id is there already."""
        with writing(self._engine) as connection:
            return insert_new(connection, inbox, [_row(asked)]) > 0

    def claim(self, lease: Lease, now: datetime) -> Entry | None:
        """See `bot.inbox.Inbox`."""
        if not self._anything(now):
            return None
        with writing(self._engine) as connection:
            while (row := _next(connection, now)) is not None:
                mine = update(inbox).where(inbox.c.id == row["id"])
                if worn_out(row["attempts"]):
                    connection.execute(mine.values(**_ended(State.FAILED), sentence=GAVE_UP))
                    continue
                begun = {"state": State.ANSWERING, "attempts": row["attempts"] + 1}
                connection.execute(mine.values(**begun, claimed_by=lease.by, lease_until=lease.until))
                return _entry({**row, **begun})
        return None

    def extend(self, id_: str, lease: Lease) -> bool:
        """Hold a question for longer; False where it is no longer held."""
        return self._changed(_held(lease.by, id_).values(lease_until=lease.until)) > 0

    def finish(self, id_: str, by: str, answer: AnswerId) -> bool:
        """Say which answer it got; False where it is not held."""
        return self._changed(_held(by, id_).values(**_ended(State.DONE), answer=answer)) > 0

    def fail(self, id_: str, by: str, sentence: str) -> bool:
        """Say why it gets no answer; False where it is not held."""
        return self._changed(_held(by, id_).values(**_ended(State.FAILED), sentence=sentence)) > 0

    def stop(self, id_: str) -> bool:
        """End a question that is no longer wanted; False where it had come to an end."""
        unwanted = update(inbox).where(inbox.c.id == id_, inbox.c.state.in_(_OPEN))
        return self._changed(unwanted.values(**_ended(State.STOPPED))) > 0

    def release(self, by: str) -> int:
        """Give back what this one holds, as if it had not been begun; returns how many."""
        back = {"state": State.WAITING, "claimed_by": None, "lease_until": None}
        return self._changed(_held(by).values(**back, attempts=inbox.c.attempts - 1))

    def get(self, id_: str) -> Entry | None:
        """Return a question, None where there is none of that id."""
        with reading(self._engine) as connection:
            row = connection.execute(select(inbox).where(inbox.c.id == id_)).mappings().first()
        return None if row is None else _entry(row)

    def of_conversation(self, conversation: str, limit: int) -> list[Entry]:
        """Return the last questions of a conversation, oldest first."""
        newest_first = select(inbox).where(inbox.c.conversation == conversation)
        with reading(self._engine) as connection:
            query = newest_first.order_by(inbox.c.created.desc(), inbox.c.id.desc()).limit(limit)
            rows = connection.execute(query).mappings().all()
        return [_entry(row) for row in reversed(rows)]

    def of_person(self, persons: Sequence[PersonId], limit: int) -> list[Entry]:
        """Return the last questions of these identities, newest first."""
        theirs = select(inbox).where(inbox.c.person.in_(persons))
        with reading(self._engine) as connection:
            query = theirs.order_by(inbox.c.created.desc(), inbox.c.id.desc()).limit(limit)
            return [_entry(row) for row in connection.execute(query).mappings()]

    def _anything(self, now: datetime) -> bool:
        """Look before the lock of a write is taken: most looks find nothing."""
        with reading(self._engine) as connection:
            return connection.scalar(select(inbox.c.id).where(_free(now)).limit(1)) is not None

    def _changed(self, change: Update) -> int:
        with writing(self._engine) as connection:
            return connection.execute(change).rowcount


def _free(now: datetime) -> Any:  # noqa: ANN401 - what SQLAlchemy calls a condition
    abandoned = and_(inbox.c.state == State.ANSWERING, inbox.c.lease_until <= now)
    return or_(inbox.c.state == State.WAITING, abandoned)


def _next(connection: Connection, now: datetime) -> RowMapping | None:
    # Others pass over a row that is being claimed; SQLite, which lets one write at a time, leaves the clause out.
    # Who has something answered already waits for who has nothing: nobody's many questions keep others waiting.
    others = inbox.alias()
    busy = select(func.count()).where(
        others.c.person == inbox.c.person, others.c.state == State.ANSWERING, others.c.lease_until > now
    )
    fair = select(inbox).where(_free(now)).order_by(busy.scalar_subquery(), inbox.c.created, inbox.c.id).limit(1)
    return connection.execute(fair.with_for_update(skip_locked=True)).mappings().first()


def _held(by: str, id_: str | None = None) -> Update:
    held = update(inbox).where(inbox.c.claimed_by == by, inbox.c.state == State.ANSWERING)
    return held if id_ is None else held.where(inbox.c.id == id_)


def _ended(state: State) -> dict[str, object]:
    return {"state": state, "claimed_by": None, "lease_until": None}


def _row(asked: Asked) -> dict[str, Any]:
    question, audience = asked.question, asked.question.audience
    return {
        "id": asked.id,
        "door": asked.door,
        "person": question.asker,
        "conversation": question.conversation,
        "payload": {
            "text": question.text,
            "channel": audience.channel,
            "members": sorted(audience.members),
            "outsiders": audience.outsiders,
        },
        "created": asked.created,
        "attempts": 0,
        "state": State.WAITING,
        "sentence": "",
    }


def _entry(row: Any) -> Entry:  # noqa: ANN401 - a row, or one with its changes
    said = row["payload"]
    audience = Audience(said["channel"], frozenset(said["members"]), said["outsiders"])
    question = Question(said["text"], row["person"], audience, row["conversation"])
    asked = Asked(row["id"], row["door"], question, row["created"])
    return Entry(asked, State(row["state"]), row["attempts"], row["answer"], row["sentence"])
