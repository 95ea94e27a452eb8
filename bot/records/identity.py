"""Which identities are one human being, as parts of queries."""

from sqlalchemy import ColumnElement, Select, func, select

from bot.domain import PersonId
from bot.records.tables import identities


def linked_to(person: PersonId) -> Select[str]:
    """Select all linked identities of a person; nothing where the person was never named to us."""
    same = select(identities.c.person).where(identities.c.identity == person)
    return select(identities.c.identity).where(identities.c.person.in_(same))


def human(identity: ColumnElement[str]) -> ColumnElement[str]:
    """Return what is equal for all identities of one human being.

    To be used beside an outer join of `identities` on `identity`; who is not in there stands alone.
    """
    return func.coalesce(identities.c.person, identity)
