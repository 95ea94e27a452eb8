"""A source whose reading can be held up, and whether what it holds is answered from."""

from dataclasses import dataclass, field
from threading import Event

from bot.domain import Audience, ChannelId, PersonId, Question
from bot.ports import SourceDocument
from tests.functional.console_parts import SECONDS, Place
from tests.unit.ingesting import Folder

HALL = "terminal:local:hall"


def opened() -> Event:
    """Return a gate that holds nobody up."""
    gate = Event()
    gate.set()
    return gate


@dataclass
class SlowFolder(Folder):
    """A `Folder` that reads a document when it is told to, as long as its gate is closed."""

    gate: Event = field(default_factory=opened)
    reached: Event = field(default_factory=Event)

    def read(self, document: SourceDocument) -> bytes:
        self.reached.set()
        assert self.gate.wait(SECONDS)
        return super().read(document)


def answered(here: Place, channel: str = HALL) -> bool:
    """Say whether a channel is told how long leave is."""
    asked = "How many days of leave does everybody get?"
    question = Question(asked, PersonId("terminal:local:bob"), Audience(ChannelId(channel)), "c1")
    return "26 days" in here.answerer.answer(question).text
