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
    name, place = _identity(subject)
    return Named(subject, "channel", name, "" if place == _PLATFORMS["terminal"] else place)


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
    """Return the known name that this one may be a slip of, empty where there is none or more than one."""
    found = offers(given, known)
    return found[0] if len(found) == 1 else ""


def offers(given: str, known: Iterable[str]) -> list[str]:
    """Return the known names that somebody may have meant by one that is not known.

    A bare name means whatever ends with it. Names of only letters are compared as they look to the eye; ids with
    digits differ by a digit, and rightly so.
    """
    listed = list(known)
    names = {name.casefold(): name for name in listed}
    if not given or given in listed:
        return []
    same = names.get(given.casefold())
    if same is not None:
        return [same] if ":" in given else []
    alike = not any(char.isdigit() for char in given.rpartition(":")[2])
    close = get_close_matches(given.casefold(), names, n=1, cutoff=_ALIKE) if alike else []
    if close or ":" in given:
        return [names[name] for name in close]
    ends: dict[str, list[str]] = {}
    for name in names.values():
        ends.setdefault(name.rpartition(":")[2].casefold(), []).append(name)
    bare = given.casefold().lstrip("#@")
    near = [bare] if bare in ends else get_close_matches(bare, ends, n=1, cutoff=_ALIKE) if alike else []
    return ends[near[0]] if near else []


def face(identities: Iterable[PersonId]) -> list[PersonId]:
    """Return a person's identities, first those by which people know them: a name goes before a platform's id."""
    return sorted(identities, key=lambda identity: (identity.split(":")[1:2] != ["local"], identity))


def listed(people: Iterable[Named]) -> str:
    """Return names as a sentence has them: ann, bea and carl."""
    *first, last = (one.name for one in people)
    return f"{', '.join(first)} and {last}" if first else last


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
