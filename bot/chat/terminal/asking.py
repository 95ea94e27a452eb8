"""From what somebody types on this machine to a question with an audience."""

import difflib
import getpass
from collections.abc import Iterable
from typing import Final

from bot import access
from bot.domain import EVERYONE, Audience, ChannelId, PersonId, Question, person

PLACE: Final = "terminal:local"
"""The platform and workspace of people and channels on this machine."""


def channel(name: str) -> ChannelId:
    """Return the channel of that name on this machine; a full platform:workspace:channel stays as it is."""
    return access.channel(name, PLACE)


def asker(name: str | None) -> PersonId:
    """Return the person of that name on this machine, by default the one who is logged in."""
    return person(name if name is not None else _logged_in(), PLACE)


def question(text: str, who: PersonId, where: ChannelId | None, conversation: str) -> Question:
    """Return the question; without a channel it is a direct message, which only its asker reads."""
    audience = Audience(channel=where) if where else Audience(members=frozenset({who}))
    return Question(text=text, asker=who, audience=audience, conversation=conversation)


def shown(where: ChannelId | None) -> str:
    """Return how a place is written for people."""
    return f"#{where.removeprefix(f'{PLACE}:')}" if where else "a direct message"


def nearest(where: ChannelId, granted: Iterable[str]) -> str:
    """Return a sentence for a channel whose grant is empty, with the one that was probably meant; else nothing."""
    subjects = set(granted)
    if not subjects.isdisjoint({where, EVERYONE}):
        return ""
    known = {shown(ChannelId(name)) for name in subjects if name.startswith(f"{PLACE}:")}
    near = difflib.get_close_matches(shown(where), known, n=1)
    if near:
        return f"{shown(where)} has been granted nothing. Did you mean {near[0]}?"
    return f"{shown(where)} has been granted nothing: 'attune grants allow {where} SCOPE' does that."


def _logged_in() -> str:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number without a name
        name = "somebody"
    return name.replace(":", "-")
