"""A conversation on the terminal, or from a pipe."""

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from rich.console import Console

from bot.chat.terminal import asking, showing
from bot.domain import Answer, ChannelId, Delta, Feedback, PersonId, Question, Verdict
from bot.errors import AttuneError
from bot.questions import readable, remark

HELP: Final = """\
Type a question; a follow-up may leave out what is clear. Besides that:
  /up             the answer was good
  /down [REASON]  it was not
  /better TEXT    what it should have said
  /sources        what its numbers stand for, with the sentences
  /channel NAME   ask in that channel; without a name, in a direct message
  /as PERSON      ask as somebody else
  /quit           leave (so does Ctrl-D)"""

_BARE: Final = frozenset({"help", "up", "down", "sources"})
"""Commands that do what is meant without their slash too, as do quit and exit, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a conversation needs from the rest of the program."""

    stream: Callable[[Question], Iterator[Delta]]
    vote: Callable[[Feedback], None]
    granted: Callable[[], Iterable[str]]
    """The subjects that are granted something, to tell a typo from a closed door."""


class Chat:
    """One conversation; every line is a question or a command."""

    def __init__(self, parts: Parts, out: Console, who: PersonId, where: ChannelId | None) -> None:
        """Start as this person, in this channel or in a direct message."""
        self._parts = parts
        self._out = out
        self._who = who
        self._where = where
        self._last: Answer | None = None
        self._feedback: Feedback | None = None
        self._conversation = ""
        self._begin()
        self._commands: dict[str, Callable[[str], None]] = {
            "/as": self._be,
            "/better": self._better,
            "/channel": self._go,
            "/down": lambda reason: self._vote(Verdict.DOWN, reason=reason),
            "/help": lambda _: self._say(HELP),
            "/sources": lambda _: self._sources(),
            "/up": lambda reason: self._vote(Verdict.UP, reason=reason),
        }

    def run(self) -> None:
        """Read lines until somebody leaves; Ctrl-C stops an answer, or leaves where there is none."""
        for line in _lines(lambda: f"{asking.shown(self._where)}> "):
            if line.strip().casefold() in {"/quit", "/exit", "quit", "exit"}:
                return
            try:
                self._take(line.strip())
            except AttuneError as error:
                self._say(str(error))
            except KeyboardInterrupt:
                self._say("\nStopped.")

    def _take(self, line: str) -> None:
        if not line:
            return
        name, _, rest = line.partition(" ")
        if line.casefold() in _BARE:  # nobody asks the documents that
            self._commands[f"/{line.casefold()}"]("")
        elif not name.startswith("/"):
            self._ask(line)
        elif name in self._commands:
            self._commands[name](rest.strip())
        else:
            self._say(f"There is no command {readable(name)}: /help lists them.")

    def _ask(self, text: str) -> None:
        asked = asking.question(text, self._who, self._where, self._conversation)
        self._last, self._feedback = showing.show(self._parts.stream(asked), self._out), None
        showing.sources(self._last, self._out)
        showing.nearest(self._last, self._out)
        if self._last.abstained and self._where:
            self._say(asking.nearest(self._where, self._parts.granted()))
        self._out.out("")

    def _answered(self) -> Answer | None:
        if self._last is None:
            self._say("There is no answer yet: ask something first.")
        return self._last

    def _vote(self, verdict: Verdict, *, reason: str = "", better: str = "") -> None:
        if answer := self._answered():
            now = datetime.now(UTC)
            given = Feedback(
                answer.id, self._who, verdict, now, reason=remark(reason), better=remark(better, "better answer")
            )
            self._parts.vote(given)
            self._feedback = given
            self._say("Noted, thank you.")

    def _better(self, text: str) -> None:
        if not text:
            self._say("Type the answer that you would have liked after /better.")
        elif self._feedback and self._feedback.verdict is Verdict.DOWN:
            self._vote(Verdict.DOWN, reason=self._feedback.reason, better=text)
        else:
            self._vote(Verdict.DOWN, better=text)

    def _sources(self) -> None:
        if answer := self._answered():
            showing.sources(answer, self._out, quoted=True)
            if not answer.citations:
                self._say("That answer cites nothing.")

    def _begin(self) -> None:
        """Begin a conversation: what was asked elsewhere, or by somebody else, is not followed."""
        self._conversation = f"terminal:{uuid4()}"
        self._feedback = None

    def _go(self, name: str) -> None:
        self._where = asking.channel(name) if name else None
        self._begin()
        self._say(f"You ask in {asking.shown(self._where)} now.")

    def _be(self, name: str) -> None:
        self._who = asking.asker(name or None)
        self._begin()
        self._say(f"You ask as {self._who} now.")

    def _say(self, sentence: str) -> None:
        if sentence:
            self._out.out(sentence, highlight=False)


def _lines(prompt: Callable[[], str]) -> Iterator[str]:
    """Yield what is typed, with a prompt and a history on a terminal, or the lines of a pipe."""
    if not sys.stdin.isatty():
        yield from sys.stdin
        return
    with contextlib.suppress(ImportError):  # some builds of Python lack it; the arrow keys do less then
        import readline  # noqa: F401, PLC0415 - importing it is what gives input() its history
    while True:
        try:
            line = input(prompt())
        except (EOFError, KeyboardInterrupt):
            sys.stdout.write("\n")
            return
        yield line
