"""Everything that is stored about one person, and nothing about another."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, Text, cast, or_, select

from bot.domain import PersonId
from bot.records.columns import storable
from bot.records.identity import linked_to
from bot.records.tables import (
    answers,
    grants,
    identities,
    inbox,
    invitations,
    memberships,
    passwords,
    people,
    sessions,
    votes,
)
from bot.records.transactions import reading


def export(engine: Engine, person: PersonId) -> Mapping[str, object]:
    """Return what is stored about a person, through any linked identity, as values for JSON.

    The keys: identities, role, groups, grants, answers (to what the person asked), read_along (answers to others
    that the person was among the readers of; only which and when), votes, inbox (what the person asked through the
    web), sessions, passwords and invitations (when; never what somebody could sign in with).
    """
    with reading(engine) as connection:
        own = sorted({person, *map(PersonId, connection.scalars(linked_to(person)))})
        role = select(people.c.role).join(identities).where(identities.c.identity == person)
        held = select(memberships.c.group_name).where(memberships.c.identity.in_(own)).distinct()
        granted = select(grants).where(grants.c.subject.in_([f"user:{identity}" for identity in own]))
        return {
            "identities": own,
            "role": connection.scalar(role),
            "groups": sorted(connection.scalars(held)),
            "grants": _rows(connection, granted.order_by(grants.c.subject, grants.c.scope)),
            "answers": _rows(connection, _asked(own)),
            "read_along": _read_along(connection, own),
            "votes": _rows(connection, select(votes).where(votes.c.person.in_(own)).order_by(votes.c.seq)),
            "inbox": _rows(connection, _taken(own)),
            "sessions": _rows(connection, _without(sessions, own, "token_hash", "csrf")),
            "passwords": _rows(connection, _without(passwords, own, "hash")),
            "invitations": _rows(connection, _without(invitations, own, "token_hash")),
        }


def _asked(own: Sequence[PersonId]) -> Select[*tuple[Any, ...]]:
    columns = [column for column in answers.c if column is not answers.c.members]  # they are other people
    return select(*columns).where(answers.c.asker.in_(own)).order_by(answers.c.seq)


def _taken(own: Sequence[PersonId]) -> Select[*tuple[Any, ...]]:
    return select(inbox).where(inbox.c.person.in_(own)).order_by(inbox.c.created, inbox.c.id)


def _without(table: Table, own: Sequence[PersonId], *secrets: str) -> Select[*tuple[Any, ...]]:
    columns = [column for column in table.c if column.name not in secrets]
    return select(*columns).where(table.c.person.in_(own)).order_by(table.c.person, *table.primary_key)


def _read_along(connection: Connection, own: Sequence[PersonId]) -> list[dict[str, object]]:
    text = cast(answers.c.members, Text)
    alike = [text.contains(json.dumps(storable(identity), ensure_ascii=False), autoescape=True) for identity in own]
    columns = (answers.c.id, answers.c.created, answers.c.conversation, answers.c.members)
    found = _rows(connection, select(*columns).where(or_(*alike), answers.c.asker.not_in(own)).order_by(answers.c.seq))
    named = [(row, row.pop("members")) for row in found]
    return [row for row, members in named if not set(own).isdisjoint(members)]  # alike ignores case on SQLite


def _rows(connection: Connection, query: Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
    rows = connection.execute(query).mappings()
    return [{key: _plain(value) for key, value in row.items()} for row in rows]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
