"""What the tests of the records share: the databases that they run on, and values to keep."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot.domain import (
    Answer,
    AnswerId,
    Audience,
    ChannelId,
    Citation,
    Document,
    DocumentId,
    Feedback,
    PassageId,
    PersonId,
    Question,
    Ranked,
    ReleaseId,
    Scope,
    Verdict,
)
from bot.ports import Synced
from bot.records.engine import open_records

DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.slow))
"""What the contracts of the records hold for."""
ROOT = Path(__file__).parents[2]
unhurried = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
"""Every example commits to a disk; how long that takes says nothing about what is tested."""
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where records are; another process opens them by it, too."""

    home: Path
    url: str = ""
    """Empty means SQLite in the home."""


@contextmanager
def opened(place: Place) -> Iterator[Engine]:
    engine = open_records(place.url, place.home)
    try:
        yield engine
    finally:
        engine.dispose()


def unique(prefix: str) -> str:
    return f"{prefix}-{uuid4().hex}"


def somebody() -> PersonId:
    return PersonId(unique("terminal:local:person"))


def answer(
    *,
    asker: PersonId | None = None,
    members: frozenset[PersonId] = frozenset(),
    conversation: str = "",
    question: str = "How many days of leave do I have?",
    text: str = "25 days a year [1].",
    created: datetime = NOON,
) -> Answer:
    channel = None if members else ChannelId("terminal:local:hall")
    return Answer(
        id=AnswerId(unique("answer")),
        question=Question(
            question, asker or somebody(), Audience(channel, members), conversation or unique("conversation")
        ),
        text=text,
        citations=(),
        release=ReleaseId("release"),
        abstained=False,
        language="en",
        created=created,
    )


def press(
    on: Answer, by: PersonId, verdict: Verdict, at: datetime = NOON, *, reason: str = "", better: str = ""
) -> Feedback:
    return Feedback(on.id, by, verdict, at, reason, better)


def synced(id_: str, *, source: str = "handbook", uri: str = "leave.md", settled: bool = True) -> Synced:
    document = Document(DocumentId(id_), source, uri, "Leave", frozenset({Scope("everyone")}), NOON, "en")
    return Synced(document, version="1", content="hash", passages=3, settled=settled)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=zones)  # noqa: DTZ001 - bounds are naive
numbers = st.floats(allow_nan=False, allow_infinity=False)
scope_sets = st.frozensets(texts.map(Scope), max_size=4)
headings = st.lists(texts, max_size=3).map(tuple)
identities = texts.map(PersonId)

citations = st.builds(
    Citation,
    number=st.integers(1, 9),
    passage=texts.map(PassageId),
    document=texts.map(DocumentId),
    title=texts,
    uri=texts,
    headings=headings,
    quote=texts,
    modified=st.none() | moments,
)
ranked = st.builds(
    Ranked,
    passage=texts.map(PassageId),
    document=texts.map(DocumentId),
    uri=texts,
    title=texts,
    bm25=numbers,
    cosine=numbers,
    score=numbers,
    fate=texts,
)
audiences = st.builds(
    Audience,
    channel=st.none() | texts.map(ChannelId),
    members=st.frozensets(identities, min_size=1, max_size=3),
    outsiders=st.booleans(),
)
answers = st.builds(
    Answer,
    id=texts.map(AnswerId),
    question=st.builds(Question, text=texts, asker=identities, audience=audiences, conversation=texts),
    text=texts,
    citations=st.lists(citations, max_size=3).map(tuple),
    release=texts.map(ReleaseId),
    abstained=st.booleans(),
    language=texts,
    created=moments,
    scopes=st.lists(scope_sets, max_size=3).map(tuple),
    trace=st.lists(ranked, max_size=3).map(tuple),
    seconds=st.dictionaries(texts, numbers, max_size=3),
)
documents = st.builds(
    Document,
    id=texts.map(DocumentId),
    source=texts,
    uri=texts,
    title=texts,
    scopes=scope_sets,
    modified=st.none() | moments,
    language=texts,
)
