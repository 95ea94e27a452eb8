"""What an admin looks through: sources, documents and answers as lines of a list, and who tells them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from bot.domain import AnswerId, ChannelId, Document, PersonId, Scope

PAGE: Final = 50
"""Lines that a page of a list has."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is there of one source."""

    documents: int
    """That may be answered from."""
    passages: int
    problems: int
    """Documents that could not come in as they are now."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A document as a line of a list."""

    document: Document
    passages: int
    problem: str
    """Why its newest version is not in, empty if it is."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of documents, and how many there are in all."""

    total: int
    lines: Sequence[Listed]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which documents to list: those that match all of it."""

    source: str | None = None
    scopes: frozenset[Scope] | None = None
    """Any of these is enough. None asks for no scope."""
    words: str = ""
    """Stand in the title or the address."""
    answered: bool = False
    """Only what may be answered from."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer as a line of a list."""

    id: AnswerId
    question: str
    asker: PersonId
    channel: ChannelId | None
    created: datetime
    abstained: bool
    ups: int
    downs: int
    """Persons whose current vote is that."""


class Catalogue(Protocol):
    """Lists of what is there, for a person who looks through it; nothing is decided by them."""

    def held(self) -> Mapping[str, Held]:
        """Return what is there of each source that has any document."""

    def spread(self) -> Mapping[frozenset[Scope], int]:
        """Return how many documents that may be answered from have exactly these scopes."""

    def documents(self, choice: Choice, offset: int = 0, limit: int = PAGE) -> Listing:
        """Return documents by title, from `offset` on."""

    def answers(self, *, downs: bool = False, offset: int = 0, limit: int = PAGE) -> Sequence[Asked]:
        """Return answers, newest first, from `offset` on; with `downs` only those that somebody votes down now."""

    def channels(self) -> Sequence[ChannelId]:
        """Return the channels that somebody asked in, in order."""

    def last_asked(self) -> Mapping[PersonId, datetime]:
        """Return when each identity asked for the last time."""
