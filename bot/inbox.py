"""Questions taken at a door: kept before anybody waits for them, answered once, or apologised for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from bot.domain import AnswerId, PersonId, Question

MAX_ATTEMPTS: Final = 3
"""How often a question is begun; one that ended the process that often is not begun again."""
GAVE_UP: Final = (
    "Something kept going wrong while I looked for an answer. I am sorry: please ask again, perhaps in other words, "
    "and tell an admin if it happens once more."
)


class State(StrEnum):
    """How far a question has come; the last three are for good."""

    WAITING = "waiting"
    ANSWERING = "answering"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


SETTLED: Final = frozenset({State.DONE, State.FAILED, State.STOPPED})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a door took it."""

    id: str
    """Made by whoever asks, so that the same press twice is one question."""
    door: str
    question: Question
    created: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A question and what became of it so far."""

    asked: Asked
    state: State = State.WAITING
    attempts: int = 0
    answer: AnswerId | None = None
    sentence: str = ""
    """Why there is no answer, for the asker."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to answer a question until a moment, which whoever holds it puts off while at work."""

    by: str
    until: datetime


class Inbox(Protocol):
    """Questions from their taking to their end; every change is durable when it returns.

    Any number of processes and threads may claim at once. What one of them held when it died is claimed again
    after its lease; whoever lost a lease changes nothing any more.
    """

    def put(self, asked: Asked) -> bool:
        """Take a question; False where its id is there already, which changes nothing."""

    def claim(self, lease: Lease, now: datetime) -> Entry | None:
        """Take the oldest question that waits, or that nobody is at work on any more; None where there is none.

        Whoever has fewer questions at work right now comes first: nobody's many keep another one waiting. One
        that was begun `MAX_ATTEMPTS` times fails instead.
        """

    def extend(self, id_: str, lease: Lease) -> bool:
        """Hold a question for longer; False where it is no longer held, for instance because it was stopped."""

    def finish(self, id_: str, by: str, answer: AnswerId) -> bool:
        """Say which answer it got; False, and no change, where it is not held."""

    def fail(self, id_: str, by: str, sentence: str) -> bool:
        """Say why it gets no answer; False, and no change, where it is not held."""

    def stop(self, id_: str) -> bool:
        """End a question that its asker no longer wants answered; False where it had come to an end."""

    def release(self, by: str) -> int:
        """Give back what this one holds, as if it had not been begun; returns how many."""

    def get(self, id_: str) -> Entry | None:
        """Return a question, None where there is none of that id."""

    def of_conversation(self, conversation: str, limit: int) -> list[Entry]:
        """Return the last questions of a conversation, oldest first."""

    def of_person(self, persons: Sequence[PersonId], limit: int) -> list[Entry]:
        """Return the last questions of these identities, newest first."""


def worn_out(attempts: int) -> bool:
    """Say whether a question was begun too often to be begun again."""
    return attempts >= MAX_ATTEMPTS
