"""What the pages of the chat are made with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.chat.live import Live
from bot.chat.pool import Pool
from bot.chat.web.places import Places
from bot.inbox import Inbox
from bot.ports import Answers, Grants, KnownDocuments


@dataclass(frozen=True, slots=True)
class Preparing:
    """What the chat is still waiting for."""

    sentence: str
    waits: bool
    """Whether questions are answered only after it."""


@dataclass(frozen=True, slots=True)
class ChatParts:
    """The parts and values that the web chat is given."""

    inbox: Inbox
    pool: Pool
    live: Live
    answers: Answers
    grants: Grants
    documents: KnownDocuments
    places: Places = field(default_factory=Places)
    question_chars: int = 4_000
    """A longer question is refused."""
    questions: str = "20/minute"
    """How many a person may ask, as PyPI limits writes it."""
    console: str = ""
    """The address of the console, empty where there is none."""
    preparing: Callable[[], Preparing | None] = lambda: None
    """Asked again and again until it returns None."""
    roots: Callable[[], Mapping[str, str]] = dict
    """The address of each source, by its name: documents are shown with the rest of theirs."""
