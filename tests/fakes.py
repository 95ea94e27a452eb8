"""Second implementations of the ports, in memory, for tests that are not about an engine."""

import itertools
import math
import re
import zlib
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bot.accounts import Invitation, Session
from bot.domain import AnswerId, DocumentId, Grant, Hit, Passage, PassageId, PersonId, Prompt, Role, Scope
from bot.errors import ModelError, PromptTooLong
from bot.inbox import GAVE_UP, SETTLED, Asked, Entry, Lease, State, claimable, worn_out
from bot.ports import Vectors
from bot.terms import fold, words

_K1 = 1.2
_B = 0.75


@dataclass(frozen=True)
class _Kept:
    passage: Passage
    vector: NDArray[np.float32]

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(words(fold(self.passage.indexed)))


class FakeStore:
    """A `PassageStore` in a dictionary, which every write replaces by another one."""

    def __init__(self, dimension: int = 64) -> None:
        self._dimension = dimension
        self._kept: Mapping[PassageId, _Kept] = {}
        self._writing = Lock()

    def upsert(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        if vectors.shape != (len(passages), self._dimension):
            raise ValueError("shape", vectors.shape)
        if len({passage.id for passage in passages}) < len(passages):
            raise ValueError("twice", passages)
        named = {passage.document for passage in passages}
        added = [_Kept(passage, vector.copy()) for passage, vector in zip(passages, vectors, strict=True)]
        with self._writing:
            self._keep([*self._others(named), *added])

    def delete_document(self, documents: Sequence[DocumentId]) -> None:
        with self._writing:
            self._keep(self._others(set(documents)))

    def set_scopes(self, document: DocumentId, scopes: frozenset[Scope]) -> None:
        with self._writing:
            changed = [
                replace(kept, passage=replace(kept.passage, scopes=scopes))
                for kept in self._kept.values()
                if kept.passage.document == document
            ]
            self._keep([*self._others({document}), *changed])

    def search(self, text: str, vector: NDArray[np.float32], grant: Grant, limit: int) -> list[Hit]:
        state = self._kept
        scores = _bm25(state.values(), set(words(fold(text))))
        hits = [
            Hit(
                kept.passage,
                bm25=scores.get(kept.passage.id, 0.0),
                cosine=float(np.clip((kept.vector * vector).sum(), -1, 1)),
            )
            for kept in state.values()
            if grant.admits(kept.passage.scopes)
        ]
        hits.sort(key=lambda hit: (-hit.cosine, hit.passage.id))
        matching = sorted((hit for hit in hits if hit.bm25), key=lambda hit: (-hit.bm25, hit.passage.id))
        chosen = {hit.passage.id for hit in [*hits[: max(limit, 0)], *matching[: max(limit, 0)]]}
        return [hit for hit in hits if hit.passage.id in chosen]

    def get(self, ids: Sequence[PassageId], grant: Grant) -> list[Passage]:
        state = self._kept
        found = [state[id_].passage for id_ in ids if id_ in state]
        return [passage for passage in found if grant.admits(passage.scopes)]

    def neighbours(self, passage: Passage, grant: Grant, distance: int) -> list[Passage]:
        near = [
            kept.passage
            for kept in self._kept.values()
            if kept.passage.document == passage.document and abs(kept.passage.ordinal - passage.ordinal) <= distance
        ]
        return sorted((each for each in near if grant.admits(each.scopes)), key=lambda each: each.ordinal)

    def vectors(self, ids: Sequence[PassageId]) -> Mapping[PassageId, NDArray[np.float32]]:
        state = self._kept
        return {id_: state[id_].vector for id_ in ids if id_ in state}

    def documents(self) -> Mapping[DocumentId, int]:
        return Counter(kept.passage.document for kept in self._kept.values())

    def optimize(self) -> None:
        """Nothing gathers here."""

    def _others(self, documents: set[DocumentId]) -> list[_Kept]:
        return [kept for kept in self._kept.values() if kept.passage.document not in documents]

    def _keep(self, kept: Iterable[_Kept]) -> None:
        self._kept = {each.passage.id: each for each in kept}


def _bm25(everything: Iterable[_Kept], asked: set[str]) -> dict[PassageId, float]:
    """Return the scores of the passages in which one of the words stands (Robertson and Zaragoza, 2009)."""
    all_counts = {kept.passage.id: kept.counts for kept in everything}
    lengths = {id_: counts.total() for id_, counts in all_counts.items()}
    average = sum(lengths.values()) / max(len(lengths), 1) or 1.0
    scores: dict[PassageId, float] = {}
    for word in asked:
        holders = {id_: counts[word] for id_, counts in all_counts.items() if word in counts}
        rarity = math.log(1 + (len(lengths) - len(holders) + 0.5) / (len(holders) + 0.5))
        for id_, count in holders.items():
            weight = count * (_K1 + 1) / (count + _K1 * (1 - _B + _B * lengths[id_] / average))
            scores[id_] = scores.get(id_, 0.0) + rarity * weight
    return scores


class FakeEmbedder:
    """An `Embedder` that hashes words: texts are near where they share words, whatever their case and accents."""

    space = "fake"
    dimension = 64
    window = 256

    def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> Vectors:  # noqa: ARG002 - one tower
        vectors: Vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in words(fold(text))[: self.window - 2]:
                hashed = zlib.crc32(word.encode())
                vector[hashed % self.dimension] += 1.0 if hashed & 0x10000 else -1.0
            if not vector.any():
                vector[0] = 1.0
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def count(self, text: str) -> int:
        return len(words(fold(text))) + 2


def _echo(prompt: Prompt) -> str:
    """Say the last message again and again."""
    words = prompt.messages[-1].content.split()
    return " ".join(itertools.islice(itertools.cycle(words), 2000))


class FakeModel:
    """A language model whose tokens are words: it says what a function makes of the prompt.

    It keeps what it was asked, and counts the answers that were closed before their end.
    """

    name = "fake:words"
    fingerprint = "fake"

    def __init__(
        self,
        says: Callable[[Prompt], str] = _echo,
        *,
        window: int = 8192,
        fails: ModelError | None = None,
        fails_after: int = 0,
    ) -> None:
        """Raise `fails`, if given, after so many pieces."""
        self.window = window
        self.asked: list[tuple[Prompt, str]] = []
        self.stopped = 0
        self._says = says
        self._fails = fails
        self._fails_after = fails_after

    def count(self, text: str) -> int:
        return len(_tokens(text))

    def stream(self, prompt: Prompt, adapter: str = "") -> Generator[str, None, None]:
        self.asked.append((prompt, adapter))
        tokens = sum(self.count(message.content) for message in prompt.messages) + prompt.max_tokens
        if tokens > self.window:
            raise PromptTooLong(tokens=tokens, window=self.window)
        said = f"[{adapter}] {self._says(prompt)}" if adapter else self._says(prompt)
        pieces = _tokens(said)[: prompt.max_tokens]
        try:
            for number, piece in enumerate(pieces):
                if self._fails and number >= self._fails_after:
                    raise self._fails
                yield piece
        except GeneratorExit:
            self.stopped += 1
            raise
        if self._fails and len(pieces) <= self._fails_after:
            raise self._fails


def _tokens(text: str) -> list[str]:
    return re.findall(r"\s*\S+|\s+$", text)


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
            for entry in sorted(self._entries.values(), key=_age):
                held = self._leases.get(entry.asked.id)
                if not claimable(entry.state, held.until if held else None, now):
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
        return self._drop({key for key, session in self._kept.items() if session.person == person})

    def purge(self, now: datetime, unused_since: datetime) -> int:
        return self._drop(
            {key for key, session in self._kept.items() if session.expires <= now or session.seen <= unused_since}
        )

    def _drop(self, gone: set[str]) -> int:
        self._kept = {key: session for key, session in self._kept.items() if key not in gone}
        return len(gone)


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
