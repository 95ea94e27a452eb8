"""Lists of documents and of answers, as an admin looks through them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    RowMapping,
    Select,
    Subquery,
    Text,
    case,
    cast,
    func,
    select,
)

from bot.catalogue import PAGE, Asked, Choice, Held, Listed, Listing
from bot.domain import ChannelId, Document, PersonId, Scope, Verdict
from bot.records.columns import folded
from bot.records.identity import human
from bot.records.tables import answers, documents, identities, votes
from bot.records.transactions import reading

_DOCUMENT: Final = [field.name for field in fields(Document)]


class CatalogueRecords:
    """`bot.catalogue.Catalogue` in the database."""

    def __init__(self, engine: Engine) -> None:
        """Use a database that `open_records` opened."""
        self._engine = engine

    def held(self) -> Mapping[str, Held]:
        """Return what is there of each source that has any document."""
        figures = select(
            documents.c.source,
            func.sum(case((documents.c.answerable, 1), else_=0)),
            func.sum(documents.c.passages),
            func.sum(case((documents.c.problem != "", 1), else_=0)),
        ).group_by(documents.c.source)
        with reading(self._engine) as connection:
            return {source: Held(*counts) for source, *counts in connection.execute(figures)}

    def spread(self) -> Mapping[frozenset[Scope], int]:
        """Return how many documents that may be answered from have exactly these scopes."""
        spelled = cast(documents.c.scopes, Text)
        counted = select(spelled, func.count()).where(documents.c.answerable).group_by(spelled)
        with reading(self._engine) as connection:
            return {frozenset(json.loads(text)): count for text, count in connection.execute(counted)}

    def documents(self, choice: Choice, offset: int = 0, limit: int = PAGE) -> Listing:
        """Return documents by title, from `offset` on."""
        with reading(self._engine) as connection:
            wanted = _wanted(connection, choice)
            total = connection.scalar(select(func.count()).select_from(documents).where(*wanted)) or 0
            in_order = select(documents).where(*wanted).order_by(documents.c.title, documents.c.uri, documents.c.id)
            rows = connection.execute(in_order.offset(offset).limit(limit)).mappings().all()
        return Listing(total, [_listed(row) for row in rows])

    def answers(self, *, downs: bool = False, offset: int = 0, limit: int = PAGE) -> Sequence[Asked]:
        """Return answers, newest first, from `offset` on; with `downs` only those that somebody votes down now."""
        with reading(self._engine) as connection:
            found = _answers(downs=downs).offset(offset).limit(limit)
            return [Asked(**row) for row in connection.execute(found).mappings()]

    def channels(self) -> Sequence[ChannelId]:
        """Return the channels that somebody asked in, in order."""
        known = select(answers.c.channel).where(answers.c.channel.is_not(None)).distinct()
        with reading(self._engine) as connection:
            return sorted(ChannelId(str(channel)) for channel in connection.scalars(known))

    def last_asked(self) -> Mapping[PersonId, datetime]:
        """Return when each identity asked for the last time."""
        latest = select(answers.c.asker, func.max(answers.c.created)).group_by(answers.c.asker)
        with reading(self._engine) as connection:
            return {PersonId(asker): at for asker, at in connection.execute(latest)}


def _listed(row: RowMapping) -> Listed:
    document = Document(**{name: row[name] for name in _DOCUMENT})
    return Listed(document, row["passages"], row["problem"])


def _wanted(connection: Connection, choice: Choice) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if choice.source is not None:
        wanted.append(documents.c.source == choice.source)
    if choice.scopes is not None:
        wanted.append(_admitted(connection, choice.scopes))
    if choice.answered:
        wanted.append(documents.c.answerable.is_(True))
    searched = documents.c.searched
    return wanted + [searched.contains(word, autoescape=True) for word in folded(choice.words).split()]


def _admitted(connection: Connection, scopes: frozenset[Scope]) -> ColumnElement[bool]:
    """Return the condition that a document has one of these scopes.

    There are few different sets of scopes, so they are looked through here: no database has to search in JSON.
    """
    spelled = cast(documents.c.scopes, Text)
    every = connection.scalars(select(spelled).distinct())
    return spelled.in_([text for text in every if not scopes.isdisjoint(json.loads(text))])


def _answers(*, downs: bool) -> Select[*tuple[Any, ...]]:
    counted = _counted()
    ups, against = func.coalesce(counted.c.ups, 0), func.coalesce(counted.c.downs, 0)
    columns = ("id", "question", "asker", "channel", "created", "abstained")
    found = (
        select(*(answers.c[name] for name in columns), ups.label("ups"), against.label("downs"))
        .outerjoin(counted, counted.c.answer == answers.c.id)
        .order_by(answers.c.created.desc(), answers.c.seq.desc())
    )
    return found.where(against > 0) if downs else found


def _counted() -> Subquery:
    """Return the current votes of persons, counted by answer."""
    latest = (
        select(func.max(votes.c.seq))
        .select_from(votes.outerjoin(identities, identities.c.identity == votes.c.person))
        .group_by(votes.c.answer, human(votes.c.person))
    )
    return (
        select(
            votes.c.answer,
            func.sum(case((votes.c.verdict == Verdict.UP, 1), else_=0)).label("ups"),
            func.sum(case((votes.c.verdict == Verdict.DOWN, 1), else_=0)).label("downs"),
        )
        .where(votes.c.seq.in_(latest))
        .group_by(votes.c.answer)
        .subquery()
    )
