"""What the console works with, each as small as its pages need it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.catalogue import Catalogue
from bot.domain import Person, PersonId, Release, Role, Scope, Subject
from bot.ports import Answers, Grants, Releases
from bot.syncing import SyncParts

Invite = Callable[[PersonId, Role | None], str]
"""Makes the full address of a one-time link with which a person sets a password."""


class GrantBook(Grants, Protocol):
    """Who may see what, to be read and changed."""

    def allow(self, subject: Subject, scopes: Iterable[Scope]) -> None:
        """Grant scopes to a subject; those that it has already are fine."""

    def revoke(self, subject: Subject, scopes: Iterable[Scope]) -> int:
        """Take scopes from a subject; returns how many of them it had."""

    def all(self) -> Mapping[Subject, frozenset[Scope]]:
        """Return every subject that is granted something, in order."""

    def reach(self, scope: Scope) -> frozenset[Subject]:
        """Return the subjects that are granted a scope."""


class PeopleBook(Protocol):
    """Who is known, which identities are one person, and what each may do."""

    def set_role(self, person: PersonId, role: Role | None) -> bool:
        """Know a person and give this role, unless nobody would be admin then; says whether it was given."""

    def link(self, first: PersonId, second: PersonId) -> None:
        """Make two identities one person."""

    def unlink(self, identity: PersonId) -> bool:
        """Make an identity a person of its own; says whether it was linked. Raises `NotFound`."""

    def get(self, person: PersonId) -> Person:
        """Return a person by any identity; raises `NotFound`."""

    def role_of(self, person: PersonId) -> Role | None:
        """Return a person's role, by any identity."""

    def all(self) -> Sequence[Person]:
        """Return everybody, ordered by their first identity."""


class GroupBook(Protocol):
    """Groups and who is in them."""

    def add(self, group: str, persons: Iterable[PersonId]) -> None:
        """Put persons into a group; raises `BadSubject` for a bad name."""

    def remove(self, group: str, persons: Iterable[PersonId] | None = None) -> int:
        """Take persons out of a group; returns how many memberships ended."""

    def all(self) -> Mapping[str, frozenset[PersonId]]:
        """Return every group, in order, with the identities that are in it."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that the pages of the console are made from."""

    syncing: SyncParts
    catalogue: Catalogue
    grants: GrantBook
    people: PeopleBook
    groups: GroupBook
    answers: Answers
    releases: Releases
    release: Callable[[], Release]
    """Tells what answers questions now; raises where the model cannot be used."""
    invite: Invite | None = None
    """None where people do not sign in with a password."""
    chat: str = ""
    """The address of the web chat, empty where there is none."""
