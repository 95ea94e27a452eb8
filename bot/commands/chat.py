"""`attune chat`: a conversation on the terminal."""

from bot.chat.terminal import asking
from bot.chat.terminal.loop import Chat, Parts
from bot.commands import output
from bot.commands.options import As, Channel, Home
from bot.wiring import Wiring, opened


def chat(channel: Channel = None, person: As = None, home: Home = None) -> None:
    """Ask here, with follow-ups; /help lists what else can be typed.

    Example: attune chat --channel general
    """
    with opened(home) as parts:
        start(parts, channel, person)


def start(parts: Wiring, channel: str | None, person: str | None) -> None:
    """Talk until somebody leaves."""
    with output.waiting("Loading the models"):
        stream = parts.answerer.stream
    needs = Parts(stream, parts.answers.vote, parts.grants.all)
    where = asking.channel(channel) if channel is not None else None
    Chat(needs, output.console(), asking.asker(person), where).run()
