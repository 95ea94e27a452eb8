"""What scopes are granted to, as people read it; and what somebody may have meant by a name that is not known."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal

from bot.domain import EVERYONE, OUTSIDERS, Audience, ChannelId, PersonId, Subject

Kind = Literal["channel", "person", "group", "everyone", "outsiders"]
_PLATFORMS: Final = {
    "terminal": "terminal",
    "web": "web account",
    "oidc": "single sign-on",
    "slack": "Slack",
    "teams": "Teams",
}
_ALIKE: Final = 0.8
"""How alike two names are, from 0 to 1, where one may be a slip of the other."""


@dataclass(frozen=True, slots=True)
class Named:
    """A subject, or a person, as a page shows it."""

    id: str
    """What it is granted under."""
    kind: Kind
    name: str
    place: str
    """Where the name is from, such as Slack T1; empty where that needs no saying."""


def named(subject: Subject) -> Named:
    """Return a subject with its kind, its own name and where that is from."""
    if subject == EVERYONE:
        return Named(subject, "everyone", "Everyone", "every channel and every person")
    if subject == OUTSIDERS:
        return Named(subject, "outsiders", "Outsiders", "where somebody from outside reads along")
    kind, _, rest = subject.partition(":")
    if kind == "group":
        return Named(subject, "group", rest, "")
    if kind == "user":
        return Named(subject, "person", *_identity(rest))
    return Named(subject, "channel", *_identity(subject))


def somebody(person: PersonId) -> Named:
    """Return a person as `named` does a subject."""
    return Named(person, "person", *_identity(person))


def audience(subject: Subject) -> Audience | None:
    """Return who would read an answer there; None for a subject that nobody reads in, such as a group."""
    kind, _, rest = subject.partition(":")
    if kind == "user":
        return Audience(members=frozenset({PersonId(rest)}))
    if subject in {EVERYONE, OUTSIDERS} or kind == "group":
        return None
    return Audience(channel=ChannelId(subject))


def meant(given: str, known: Iterable[str]) -> str:
    """Return the known name that this one may be a slip of, empty where there is none.

    Names of only letters are compared as they sound to the eye; ids with digits differ by a digit, and rightly so.
    """
    names = {name.casefold(): name for name in known}
    last = given.rpartition(":")[2]
    if not given or given.casefold() in names or any(char.isdigit() for char in last):
        return ""
    close = get_close_matches(given.casefold(), names, n=1, cutoff=_ALIKE)
    if close or ":" in given:
        return names[close[0]] if close else ""
    ends: dict[str, list[str]] = {}
    for name in names.values():
        ends.setdefault(name.rpartition(":")[2].casefold(), []).append(name)
    near = get_close_matches(given.casefold().lstrip("#@"), ends, n=1, cutoff=_ALIKE)
    return ends[near[0]][0] if near and len(ends[near[0]]) == 1 else ""


def split(text: str) -> list[str]:
    """Return the names in a list that somebody typed with commas."""
    return [name for part in text.split(",") if (name := part.strip())]


def choices(*groups: Collection[str]) -> list[str]:
    """Return names to choose from, each once, in order."""
    return sorted({name for group in groups for name in group})


def _identity(identity: str) -> tuple[str, str]:
    platform, _, rest = identity.partition(":")
    workspace, _, name = rest.partition(":")
    place = _PLATFORMS.get(platform, platform)
    return name or identity, place if workspace == "local" else f"{place} {workspace}"
