"""Groups of people, as subjects of grants."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import Engine, delete, select

from bot.domain import PersonId, subject
from bot.errors import BadSubject
from bot.records.identity import linked_to
from bot.records.people import person_id
from bot.records.statements import insert_new
from bot.records.tables import memberships
from bot.records.transactions import reading, writing


class GroupRecords:
    """A group is its members: it is there from the first to the last of them."""

    def __init__(self, engine: Engine) -> None:
        """Use a database that `open_records` opened."""
        self._engine = engine

    def add(self, group: str, persons: Iterable[PersonId]) -> None:
        """Put persons into a group, by the identity that is given; raises `BadSubject` for a bad name."""
        name = _name(group)
        with writing(self._engine) as connection:
            members = sorted(set(persons))
            for person in members:
                person_id(connection, person)
            insert_new(connection, memberships, [{"group_name": name, "identity": person} for person in members])

    def remove(self, group: str, persons: Iterable[PersonId] | None = None) -> int:
        """Take persons out of a group, whichever linked identity they are in by, or everybody.

        Returns how many memberships ended.
        """
        leaving = delete(memberships).where(memberships.c.group_name == _name(group))
        with writing(self._engine) as connection:
            if persons is None:
                return connection.execute(leaving).rowcount
            each = [leaving.where(memberships.c.identity.in_(linked_to(person))) for person in persons]
            return sum(connection.execute(statement).rowcount for statement in each)

    def assign(self, person: PersonId, groups: Iterable[str]) -> None:
        """Make these the groups of an identity, and no others; names that no group can have are left out."""
        names = {name for group in groups if (name := _possible(group))}
        rows = [{"group_name": name, "identity": person} for name in sorted(names)]
        with writing(self._engine) as connection:
            person_id(connection, person)
            connection.execute(delete(memberships).where(memberships.c.identity == person))
            insert_new(connection, memberships, rows)

    def all(self) -> Mapping[str, frozenset[PersonId]]:
        """Return every group, in order, with the identities that are in it."""
        found: defaultdict[str, set[PersonId]] = defaultdict(set)
        with reading(self._engine) as connection:
            for group, identity in connection.execute(select(memberships).order_by(memberships.c.group_name)):
                found[group].add(identity)
        return {group: frozenset(members) for group, members in found.items()}


def _name(group: str) -> str:
    return subject(f"group:{group}").removeprefix("group:")


def _possible(group: str) -> str:
    try:
        return _name(group)
    except BadSubject:
        return ""
