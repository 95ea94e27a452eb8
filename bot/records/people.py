"""People: which identities are the same human being, and what each may do."""

from collections import defaultdict
from collections.abc import Mapping
from uuid import uuid4

from sqlalchemy import Connection, Engine, delete, func, select, update

from bot.domain import Person, PersonId, Role
from bot.errors import NotFound
from bot.records.export import export
from bot.records.identity import linked_to
from bot.records.statements import in_turn, insert_new
from bot.records.tables import identities, memberships, people
from bot.records.transactions import reading, writing

_STRENGTH = list(Role)
"""Roles from the strongest to the weakest, as the domain lists them."""
_TURN = "people"
"""What those take turns for who change which identities are one person, or what that person may do."""


class PeopleRecords:
    """The people that were named to us; others may ask and vote without being here."""

    def __init__(self, engine: Engine) -> None:
        """Use a database that `open_records` opened."""
        self._engine = engine

    def add(self, person: PersonId, role: Role | None = None) -> None:
        """Know a person and give this role, in place of any earlier one; None takes it away."""
        with writing(self._engine) as connection:
            id_ = person_id(connection, person)
            connection.execute(update(people).where(people.c.id == id_).values(role=role))

    def link(self, first: PersonId, second: PersonId) -> None:
        """Make two identities, with all that are linked to them, one person; linking again changes nothing.

        The person has the groups of both, and the stronger of both roles.
        """
        with writing(self._engine) as connection:
            kept, other = person_id(connection, first), person_id(connection, second)
            if kept == other:
                return
            roles = connection.scalars(select(people.c.role).where(people.c.id.in_([kept, other])))
            role = min((Role(each) for each in roles if each), key=_STRENGTH.index, default=None)
            connection.execute(update(people).where(people.c.id == kept).values(role=role))
            connection.execute(update(identities).where(identities.c.person == other).values(person=kept))
            connection.execute(delete(people).where(people.c.id == other))

    def unlink(self, identity: PersonId) -> bool:
        """Make an identity a person of its own again; says whether it was linked to another one.

        It keeps the groups and grants that it holds itself; the role stays with the others. Raises `NotFound`.
        """
        with writing(self._engine) as connection:
            in_turn(connection, _TURN)
            of = connection.scalar(select(identities.c.person).where(identities.c.identity == identity))
            if of is None:
                raise _nobody(identity)
            together = select(func.count()).select_from(identities).where(identities.c.person == of)
            if connection.scalar(together) == 1:
                return False
            fresh = uuid4().hex
            insert_new(connection, people, [{"id": fresh, "role": None}])
            connection.execute(update(identities).where(identities.c.identity == identity).values(person=fresh))
            return True

    def set_role(self, person: PersonId, role: Role | None) -> bool:
        """Give a role as `add` does, unless nobody would be admin then; says whether it was given."""
        with writing(self._engine) as connection:
            id_ = person_id(connection, person)
            admins = select(people.c.id).where(people.c.role == Role.ADMIN)
            if role is not Role.ADMIN and list(connection.scalars(admins)) == [id_]:
                return False
            connection.execute(update(people).where(people.c.id == id_).values(role=role))
            return True

    def get(self, person: PersonId) -> Person:
        """Return a person by any identity; raises `NotFound`."""
        with reading(self._engine) as connection:
            found = _people(connection, of=person)
        if not found:
            raise _nobody(person)
        return found[0]

    def role_of(self, person: PersonId) -> Role | None:
        """Return a person's role, by any identity; None for who has none or is not known."""
        held = select(people.c.role).join(identities).where(identities.c.identity == person)
        with reading(self._engine) as connection:
            role = connection.scalar(held)
        return Role(role) if role else None

    def all(self) -> list[Person]:
        """Return everybody, ordered by their first identity."""
        with reading(self._engine) as connection:
            return _people(connection)

    def export(self, person: PersonId) -> Mapping[str, object]:
        """Return everything that is stored about a person, through any linked identity, ready for JSON."""
        return export(self._engine, person)


def person_id(connection: Connection, identity: PersonId) -> str:
    """Return the row in `people` that an identity belongs to, making both where they are missing.

    Until the transaction ends nobody else makes, links or unlinks identities.
    """
    in_turn(connection, _TURN)
    found = connection.scalar(select(identities.c.person).where(identities.c.identity == identity))
    if found is None:
        found = uuid4().hex
        insert_new(connection, people, [{"id": found, "role": None}])
        insert_new(connection, identities, [{"identity": identity, "person": found}])
    return str(found)


def _people(connection: Connection, of: PersonId | None = None) -> list[Person]:
    """Return people with all that belongs to them: everybody, or the one with an identity."""
    everyone = select(people.c.id, people.c.role, identities.c.identity).join(identities)
    held = select(memberships.c.identity, memberships.c.group_name)
    if of is not None:
        everyone = everyone.where(identities.c.identity.in_(linked_to(of)))
        held = held.where(memberships.c.identity.in_(linked_to(of)))
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for identity, group in connection.execute(held):
        groups[identity].add(group)
    roles: dict[str, Role | None] = {}
    belonging: defaultdict[str, set[PersonId]] = defaultdict(set)
    for id_, role, identity in connection.execute(everyone.order_by(identities.c.identity)):
        roles[id_] = Role(role) if role else None
        belonging[id_].add(identity)
    return [
        Person(frozenset(each), roles[id_], frozenset().union(*(groups[identity] for identity in each)))
        for id_, each in belonging.items()
    ]


def _nobody(person: PersonId) -> NotFound:
    return NotFound(kind="person", name=person, hint="'attune people list' shows who is known.")
