"""Records for measuring: answers leave nothing behind, and one release stays the one that answers."""

from bot.domain import Answer, AnswerId, Feedback, Release, ReleaseId
from bot.errors import NotFound
from bot.ports import Releases


class Unkept:
    """The `bot.ports.Answers` of an evaluation: forgets at once, so that nothing asked follows from anything."""

    def add(self, answer: Answer) -> None:
        """Let the answer go."""

    def get(self, answer: AnswerId) -> Answer:
        """Raise `NotFound`."""
        raise NotFound(kind="answer", name=answer, hint="Answers of an evaluation are not kept.")

    def conversation(self, conversation: str, limit: int) -> list[Answer]:
        """Return nothing: each question stands alone."""
        del conversation, limit
        return []

    def vote(self, feedback: Feedback) -> None:
        """Raise `NotFound`: there is nothing to vote on."""
        self.get(feedback.answer)

    def votes(self, answer: AnswerId) -> list[Feedback]:
        """Return nothing."""
        del answer
        return []


class Pinned:
    """The `bot.ports.Releases` of an evaluation: the one that is measured answers, whatever is promoted meanwhile."""

    def __init__(self, releases: Releases, pinned: ReleaseId) -> None:
        """Read from `releases`; raises `NotFound` if `pinned` is not among them."""
        releases.get(pinned)
        self._releases = releases
        self._pinned = pinned

    def add(self, release: Release) -> ReleaseId:
        """Keep a release among the others."""
        return self._releases.add(release)

    def get(self, release: ReleaseId) -> Release:
        """Return a release; raises `NotFound`."""
        return self._releases.get(release)

    def active(self) -> ReleaseId | None:
        """Return the pinned release."""
        return self._pinned

    def promote(self, release: ReleaseId) -> None:
        """Pin another release, for this evaluation only."""
        self._releases.get(release)
        self._pinned = release
