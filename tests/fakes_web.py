"""What the web doors keep, in memory: the inbox, sessions and accounts, each as strict as the records."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from threading import Lock

from bot.accounts import Invitation, Session
from bot.domain import AnswerId, PersonId, Role
from bot.inbox import GAVE_UP, SETTLED, Asked, Entry, Lease, State, worn_out


class FakeInbox:
    """An `Inbox` in a dictionary."""

    def __init__(self) -> None:
        """Begin empty."""
        self._entries: dict[str, Entry] = {}
        self._leases: dict[str, Lease] = {}
        self._lock = Lock()

    def put(self, asked: Asked) -> bool:
        with self._lock:
            new = asked.id not in self._entries
            self._entries.setdefault(asked.id, Entry(asked))
        return new

    def claim(self, lease: Lease, now: datetime) -> Entry | None:
        with self._lock:
            busy = Counter(
                entry.asked.question.asker
                for entry in self._entries.values()
                if entry.state is State.ANSWERING and self._leases[entry.asked.id].until > now
            )
            waiting = sorted(self._entries.values(), key=lambda entry: (busy[entry.asked.question.asker], *_age(entry)))
            for entry in waiting:
                held = self._leases.get(entry.asked.id)
                if not _claimable(entry.state, held.until if held else None, now):
                    continue
                if not worn_out(entry.attempts):
                    self._leases[entry.asked.id] = lease
                    return self._become(entry, state=State.ANSWERING, attempts=entry.attempts + 1)
                self._become(entry, state=State.FAILED, sentence=GAVE_UP)
        return None

    def extend(self, id_: str, lease: Lease) -> bool:
        with self._lock:
            held = self._held(id_, lease.by) is not None
            if held:
                self._leases[id_] = lease
        return held

    def finish(self, id_: str, by: str, answer: AnswerId) -> bool:
        with self._lock:
            entry = self._held(id_, by)
            return entry is not None and bool(self._become(entry, state=State.DONE, answer=answer))

    def fail(self, id_: str, by: str, sentence: str) -> bool:
        with self._lock:
            entry = self._held(id_, by)
            return entry is not None and bool(self._become(entry, state=State.FAILED, sentence=sentence))

    def stop(self, id_: str) -> bool:
        with self._lock:
            entry = self._entries.get(id_)
            running = entry is not None and entry.state not in SETTLED
            return entry is not None and running and bool(self._become(entry, state=State.STOPPED))

    def release(self, by: str) -> int:
        with self._lock:
            held = [entry for id_ in self._leases if (entry := self._held(id_, by))]
            for entry in held:
                self._become(entry, state=State.WAITING, attempts=entry.attempts - 1)
        return len(held)

    def get(self, id_: str) -> Entry | None:
        return self._entries.get(id_)

    def of_conversation(self, conversation: str, limit: int) -> list[Entry]:
        with self._lock:
            found = [one for one in self._entries.values() if one.asked.question.conversation == conversation]
        return sorted(found, key=_age)[max(len(found) - limit, 0) :]

    def of_person(self, persons: Sequence[PersonId], limit: int) -> list[Entry]:
        with self._lock:
            found = [one for one in self._entries.values() if one.asked.question.asker in persons]
        return sorted(found, key=_age, reverse=True)[:limit]

    def _held(self, id_: str, by: str) -> Entry | None:
        entry, lease = self._entries.get(id_), self._leases.get(id_)
        return entry if entry and lease and lease.by == by and entry.state is State.ANSWERING else None

    def _become(self, entry: Entry, **changes: object) -> Entry:
        changed = replace(entry, **changes)  # type: ignore[arg-type]  # the names of its fields
        self._entries[entry.asked.id] = changed
        return changed


def _claimable(state: State, until: datetime | None, now: datetime) -> bool:
    """Say whether a question may be taken up: it waits, or whoever was at work on it is gone."""
    return state is State.WAITING or (state is State.ANSWERING and until is not None and until <= now)


def _age(entry: Entry) -> tuple[datetime, str]:
    return entry.asked.created, entry.asked.id


class FakeSessions:
    """A `SessionStore` in a dictionary."""

    def __init__(self) -> None:
        self._kept: dict[str, Session] = {}

    def add(self, session: Session) -> None:
        self._kept[session.token_hash] = session

    def get(self, token_hash: str) -> Session | None:
        return self._kept.get(token_hash)

    def touch(self, token_hash: str, seen: datetime) -> None:
        if token_hash in self._kept:
            self._kept[token_hash] = replace(self._kept[token_hash], seen=seen)

    def remove(self, token_hash: str) -> None:
        self._kept.pop(token_hash, None)

    def remove_of(self, person: PersonId) -> int:
        return self._drop(key for key, session in list(self._kept.items()) if session.person == person)

    def purge(self, now: datetime, unused_since: datetime) -> int:
        kept = list(self._kept.items())
        return self._drop(key for key, session in kept if session.expires <= now or session.seen <= unused_since)

    def _drop(self, gone: Iterable[str]) -> int:
        # One by one, so that what a thread adds meanwhile stays.
        return sum(self._kept.pop(key, None) is not None for key in list(gone))


class FakeAccounts:
    """An `Accounts` in dictionaries; roles are kept beside, as `roles`."""

    def __init__(self) -> None:
        self.roles: dict[PersonId, Role] = {}
        self._passwords: dict[PersonId, str] = {}
        self._invitations: dict[str, Invitation] = {}

    def password(self, person: PersonId) -> str | None:
        return self._passwords.get(person)

    def set_password(self, person: PersonId, hashed: str, at: datetime) -> None:
        del at
        self._passwords[person] = hashed

    def any(self) -> bool:
        return bool(self._passwords)

    def invite(self, invitation: Invitation) -> None:
        void = {key for key, one in self._invitations.items() if one.person == invitation.person and one.used is None}
        kept = {key: one for key, one in self._invitations.items() if key not in void}
        self._invitations = {**kept, invitation.token_hash: invitation}

    def invitation(self, token_hash: str) -> Invitation | None:
        return self._invitations.get(token_hash)

    def lock(self, person: PersonId) -> bool:
        kept = {key: one for key, one in self._invitations.items() if one.person != person}
        gone = len(kept) < len(self._invitations)
        self._invitations = kept
        return self._passwords.pop(person, None) is not None or gone

    def accept(self, token_hash: str, hashed: str, at: datetime) -> bool:
        found = self._invitations.get(token_hash)
        if found is None or found.used is not None or found.expires <= at:
            return False
        self._invitations[token_hash] = replace(found, used=at)
        self._passwords[found.person] = hashed
        if found.role:
            self.roles[found.person] = found.role
        return True
