"""What one visitor may read of what was asked and answered, as of now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.access import grant_for
from bot.chat.web.parts import ChatParts
from bot.chat.web.places import Here
from bot.chat.web.views import AnswerView, Eyes, Turn, answer_view, numbered, title
from bot.conversation import usable
from bot.domain import Answer, AnswerId, DocumentId, PersonId, Question, Role, Scope
from bot.errors import NotFound
from bot.inbox import Entry, State
from bot.web.errors import NotHere
from bot.web.paths import within
from bot.web.visitor import Visitor

HIDDEN: Final = (
    "This answer rests on documents that may no longer be seen here, so it is not shown any more; ask again to get "
    "one from what may be seen now."
)
STOPPED: Final = "You stopped this one."
_GONE: Final = "This answer was removed."
_TURNS: Final = 50
_LISTED: Final = 300
"""How many of a person's last questions the list of conversations is made from."""
_EXPLAINED_TO: Final = frozenset({Role.ADMIN, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in the list of a place."""

    id: str
    href: str
    title: str
    when: datetime
    active: bool = False


def marked(conversations: Sequence[Listed], chosen: str) -> list[Listed]:
    """Return a list in which the conversation that is open is marked."""
    return [replace(one, active=one.id == chosen) for one in conversations]


class Reader:
    """One visitor in one place, with the grant that holds there as of now."""

    def __init__(self, parts: ChatParts, who: Visitor, here: Here) -> None:
        """Look the grant up once: a page is of one moment."""
        self.who = who
        self.here = here
        self._parts = parts
        self._grant = grant_for(here.audience, parts.grants)
        self.identities: Sequence[PersonId] = sorted({who.person, *parts.grants.identities(who.person)})
        self.console = parts.console if who.role in _EXPLAINED_TO else ""
        self._eyes = Eyes(place=here.id if who.demo else "", console=self.console)

    @property
    def scopes(self) -> frozenset[Scope]:
        """Return what may be seen here."""
        return self._grant.scopes if self._grant else frozenset()

    def may_see(self, answer: Answer) -> bool:
        """Say whether everything that the answer was made from may be seen here now."""
        grant = self._grant
        if grant is None or not all(grant.admits(scopes) for scopes in answer.scopes):
            return False
        return bool(usable([answer], grant, self._parts.documents))

    def answer(self, id_: str) -> Answer:
        """Return an answer; raises `NotHere` for one that is not there or may not be seen."""
        try:
            found = self._parts.answers.get(AnswerId(id_))
        except NotFound as error:
            raise NotHere from error
        # What rests on no document has nothing that others could be granted: it is for who asked, and who read along.
        may = self.may_see(found) if found.scopes else self._heard(found.question)
        if not may:
            raise NotHere
        return found

    def view(self, answer: Answer) -> AnswerView:
        """Return an answer as this visitor sees it."""
        votes = self._parts.answers.votes(answer.id)
        mine = next((vote for vote in votes if vote.person in self.identities), None)
        eyes = replace(self._eyes, paths=self._paths(answer)) if answer.citations else self._eyes
        return answer_view(answer, mine, eyes, self._visible(answer) if answer.abstained else ())

    def _paths(self, answer: Answer) -> Mapping[DocumentId, str]:
        roots = self._parts.roots()
        known = self._parts.documents.by_id({citation.document for citation in answer.citations})
        return {id_: within(document.uri, roots.get(document.source, "")) for id_, document in known.items()}

    def _visible(self, answer: Answer) -> Collection[DocumentId]:
        known = self._parts.documents.by_id({row.document for row in answer.trace})
        return [id_ for id_, document in known.items() if self._grant and self._grant.admits(document.scopes)]

    def entry(self, id_: str) -> Entry:
        """Return a question of this visitor's; raises `NotHere`."""
        entry = self._parts.inbox.get(id_)
        if entry is None or not self.is_mine(entry):
            raise NotHere
        return entry

    def is_mine(self, entry: Entry) -> bool:
        """Say whether this visitor asked; in the demo, everybody on this machine is one human being."""
        return self.who.demo or entry.asked.question.asker in self.identities

    def turn(self, entry: Entry, answers: Sequence[Answer] = ()) -> Turn:
        """Return a question with what became of it; `answers` spares a look-up where they hold its answer."""
        asked = entry.asked
        answer, sentence = None, entry.sentence
        if entry.state is State.DONE:
            found = self._found(entry, answers)
            answer = self.view(found) if found and self._shown(found) else None
            sentence = "" if answer else HIDDEN if found else _GONE
        elif entry.state is State.STOPPED:
            sentence = STOPPED
        return Turn(asked.id, asked.question.text, asked.created, entry.state, answer, sentence)

    def turns(self, conversation: str) -> list[Turn]:
        """Return the last turns of a conversation; raises `NotHere` where it is not this visitor's, or elsewhere."""
        entries = self._parts.inbox.of_conversation(conversation, _TURNS)
        if not all(self.asked_here(entry.asked.question) for entry in entries):
            raise NotHere
        answers = self._parts.answers.conversation(conversation, _TURNS) if entries else []
        return [self.turn(entry, answers) for entry in entries]

    def _heard(self, question: Question) -> bool:
        """Say whether this visitor asked, or reads what is asked in that channel."""
        in_channel = bool(question.audience.channel) and question.audience == self.here.audience
        return question.asker in self.identities or in_channel

    def asked_here(self, question: Question) -> bool:
        """Say whether a question was asked here, by this visitor."""
        return question.asker in self.identities and question.audience == self.here.audience

    def conversations(self) -> list[Listed]:
        """Return this visitor's conversations here, the one of the last question first."""
        found: dict[str, list[Entry]] = {}
        for entry in self._parts.inbox.of_person(self.identities, _LISTED):
            if self.asked_here(entry.asked.question):
                found.setdefault(entry.asked.question.conversation, []).append(entry)
        titles = numbered([title(entries[-1].asked.question.text) for entries in found.values()])
        return [
            Listed(conversation, f"{self.here.href}?conversation={conversation}", name, entries[0].asked.created)
            for (conversation, entries), name in zip(found.items(), titles, strict=True)
        ]

    def _shown(self, answer: Answer) -> bool:
        return self.may_see(answer) if answer.scopes else True

    def _found(self, entry: Entry, answers: Sequence[Answer]) -> Answer | None:
        known = next((answer for answer in answers if answer.id == entry.answer), None)
        if known or entry.answer is None:
            return known
        try:
            return self._parts.answers.get(entry.answer)
        except NotFound:
            return None
