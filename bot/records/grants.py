"""Who may see what; only what was allowed, and not revoked since, counts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import Engine, delete, select

from bot.domain import PersonId, Scope, Subject
from bot.records.identity import linked_to
from bot.records.statements import insert_new, portions
from bot.records.tables import grants, memberships
from bot.records.transactions import reading, writing


class GrantRecords:
    """`bot.ports.Grants` in the database, with what it takes to change them."""

    def __init__(self, engine: Engine) -> None:
        """Use a database that `open_records` opened."""
        self._engine = engine

    def scopes_of(self, subjects: Iterable[Subject]) -> frozenset[Scope]:
        """Return the union of what these subjects are granted, as of now."""
        found: set[Scope] = set()
        with reading(self._engine) as connection:
            for portion in portions(subjects):
                found.update(connection.scalars(select(grants.c.scope).where(grants.c.subject.in_(portion))))
        return frozenset(found)

    def identities(self, person: PersonId) -> frozenset[PersonId]:
        """Return all linked identities of a person, that one included."""
        with reading(self._engine) as connection:
            return frozenset({person, *map(PersonId, connection.scalars(linked_to(person)))})

    def groups(self, person: PersonId) -> frozenset[str]:
        """Return the groups of a person, through any linked identity."""
        held = select(memberships.c.group_name).where(memberships.c.identity.in_(linked_to(person)))
        with reading(self._engine) as connection:
            return frozenset(connection.scalars(held))

    def allow(self, subject: Subject, scopes: Iterable[Scope]) -> None:
        """Grant scopes to a subject; those that it has already are fine."""
        with writing(self._engine) as connection:
            insert_new(connection, grants, [{"subject": subject, "scope": scope} for scope in sorted(set(scopes))])

    def revoke(self, subject: Subject, scopes: Iterable[Scope]) -> int:
        """Take scopes from a subject and return how many of them it had; counts from the next question on."""
        revoked = 0
        with writing(self._engine) as connection:
            for portion in portions(scopes):
                those = delete(grants).where(grants.c.subject == subject, grants.c.scope.in_(portion))
                revoked += connection.execute(those).rowcount
        return revoked

    def all(self) -> Mapping[Subject, frozenset[Scope]]:
        """Return every subject that is granted something, in order, with its scopes."""
        found: defaultdict[Subject, set[Scope]] = defaultdict(set)
        with reading(self._engine) as connection:
            for subject, scope in connection.execute(select(grants).order_by(grants.c.subject)):
                found[subject].add(scope)
        return {subject: frozenset(scopes) for subject, scopes in found.items()}

    def reach(self, scope: Scope) -> frozenset[Subject]:
        """Return the subjects that are granted a scope."""
        with reading(self._engine) as connection:
            return frozenset(map(Subject, connection.scalars(select(grants.c.subject).where(grants.c.scope == scope))))
