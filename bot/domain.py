"""The nouns: frozen values, valid from the moment they are made."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, NewType

from bot.errors import BadPerson, BadScope, BadSubject

Scope = NewType("Scope", str)
"""A label on documents that channels and people are granted; made by `scope`."""
Subject = NewType("Subject", str)
"""What scopes are granted to; made by `subject`."""
PersonId = NewType("PersonId", str)
"""platform:workspace:user, the immutable identity of a person; made by `person`."""
ChannelId = NewType("ChannelId", str)
"""platform:workspace:channel, the immutable identity of a place where people read together."""
DocumentId = NewType("DocumentId", str)
PassageId = NewType("PassageId", str)
AnswerId = NewType("AnswerId", str)
ReleaseId = NewType("ReleaseId", str)

EVERYONE = Subject("everyone")
OUTSIDERS = Subject("outsiders")
MAX_NAME = 128
_IDENTITY = re.compile(r"[^\s:]+:[^\s:]+:\S+")


def scope(text: str) -> Scope:
    """Return the one spelling of a scope: NFC, case folded, outer white space gone.

    Stores compare in different ways (one trims, one folds), so the spelling is settled here, once.
    """
    name = unicodedata.normalize("NFC", text).strip().casefold()
    if not 1 <= len(name) <= MAX_NAME or "," in name or not name.isprintable():
        raise BadScope(given=text)
    return Scope(name)


def person(text: str, platform: str = "terminal:local") -> PersonId:
    """Return a person's identity; a bare name such as ann is one of `platform`, in whatever case one signs in."""
    name = text.strip()
    full = name if ":" in name else f"{platform}:{name}"
    if full.casefold().startswith("web:local:"):
        full = unicodedata.normalize("NFC", full).casefold()
    if len(full) > MAX_NAME or not _IDENTITY.fullmatch(full) or not full.isprintable():
        raise BadPerson(given=text)
    return PersonId(full)


def subject(text: str) -> Subject:
    """Return what scopes can be granted to: a channel, user:PERSON, group:NAME, everyone, outsiders."""
    name = text.strip()
    if name.casefold() in {EVERYONE, OUTSIDERS}:
        return Subject(name.casefold())
    kind, rest = name.partition(":")[0].casefold(), name.partition(":")[2]
    if kind == "user" and rest:
        return Subject(f"user:{person(rest)}")
    if kind == "group" and rest.strip() and rest.isprintable() and len(rest) <= MAX_NAME:
        return Subject(f"group:{rest.strip()}")
    if kind in {"user", "group"} or len(name) > MAX_NAME or not _IDENTITY.fullmatch(name) or not name.isprintable():
        raise BadSubject(given=text)
    return Subject(name)


@dataclass(frozen=True, slots=True)
class Grant:
    """The scopes that a search may see; it cannot be empty, so no search can be unfiltered."""

    scopes: frozenset[Scope]

    def __post_init__(self) -> None:
        """Refuse a grant of nothing: whoever has none must not search at all."""
        if not self.scopes:
            msg = "a grant holds at least one scope; without one there is no search"
            raise ValueError(msg)

    def admits(self, scopes: frozenset[Scope]) -> bool:
        """Say whether something with these scopes may be seen: any one of them is enough."""
        return not self.scopes.isdisjoint(scopes)


@dataclass(frozen=True, slots=True)
class Audience:
    """Who will read an answer: a channel, or the members of a direct or group message."""

    channel: ChannelId | None = None
    members: frozenset[PersonId] = frozenset()
    outsiders: bool = False
    """Whether somebody from outside the organisation reads along."""

    def __post_init__(self) -> None:
        """Refuse an audience of nobody."""
        if self.channel is None and not self.members:
            msg = "an audience is a channel or at least one person"
            raise ValueError(msg)


class Role(StrEnum):
    """What a person may do beyond asking and voting."""

    ADMIN = "admin"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Person:
    """One human being with all linked identities."""

    identities: frozenset[PersonId]
    role: Role | None = None
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, by whom, and who will read the answer."""

    text: str
    asker: PersonId
    audience: Audience
    conversation: str
    """Questions that share it are follow-ups of one another."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as the records know it; its scopes here are the ones in force."""

    id: DocumentId
    source: str
    uri: str
    title: str
    scopes: frozenset[Scope]
    modified: datetime | None = None
    language: str = ""
    """ISO 639-1 code, empty where it could not be told."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document, small enough to embed and to quote.

    The id follows from the document and the text, so that it never comes to mean another text.
    """

    id: PassageId
    document: DocumentId
    ordinal: int  # Its place among the document's passages, from 0.
    text: str
    headings: tuple[str, ...]  # The path to it: the document's title, then the headings it stands under.
    start: int  # Where it begins in the document's text, in characters.
    end: int
    scopes: frozenset[Scope]

    @property
    def indexed(self) -> str:
        """Return what is embedded and searched: the heading path, then the text."""
        return f"{' > '.join(self.headings)}\n{self.text}" if self.headings else self.text


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found."""

    passage: Passage
    bm25: float
    """Its BM25 score for the words of the question, 0 where none matched."""
    cosine: float
    """Its cosine with the question's vector, from -1 to 1."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage chosen for an answer, its document and how it was found; bm25 is relative to the best, 0 to 1."""

    passage: Passage
    document: Document
    bm25: float
    cosine: float
    score: float
    """After fusion, from 0 to 1; evidence is ordered by it, best first, or by `reranked` where that is given."""
    reranked: float | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation as a language model reads it."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """Everything that a language model is given."""

    messages: tuple[Message, ...]
    question: str
    passages: tuple[Passage, ...]
    """Numbered from 1 in this order; a citation [n] means passages[n - 1]."""
    max_tokens: int = 256
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Citation:
    """What a number in an answer stands for."""

    number: int
    passage: PassageId
    document: DocumentId
    title: str
    uri: str
    headings: tuple[str, ...]
    quote: str
    """The sentences of the passage that the answer rests on."""
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """How one passage fared on the way to an answer; every score as in `Evidence`."""

    passage: PassageId
    document: DocumentId
    uri: str
    title: str
    bm25: float
    cosine: float
    score: float
    fate: str
    """used, or why not: refused, duplicate, outdated, beyond the limit, no room."""
    reranked: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person is shown in the end."""

    id: AnswerId
    question: Question
    text: str
    citations: tuple[Citation, ...]
    release: ReleaseId
    abstained: bool
    language: str
    created: datetime
    scopes: tuple[frozenset[Scope], ...] = ()
    """The scopes of every passage that the text was made from; who may not see one of them may not see the text."""
    trace: tuple[Ranked, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Time spent, by step; total is the whole."""


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of an answer on its way; the last one carries the finished answer."""

    text: str
    answer: Answer | None = None


class Verdict(StrEnum):
    """A thumb; none takes an earlier one back."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One press of a thumb, perhaps with a better answer. History is kept; a person's last press counts."""

    answer: AnswerId
    person: PersonId
    verdict: Verdict
    at: datetime
    reason: str = ""
    better: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """What answers a question: immutable, addressed by its content; only a pointer moves."""

    model: str
    """The kind of model (extractive, transformers, openai) and its name, as kind:name."""
    fingerprint: str  # Identifies the model's weights where they can be seen; empty for a server.
    template: str
    """The text of the prompt template."""
    adapter: str = ""
    dataset: str = ""
    report: str = ""
    audience: str = ""
