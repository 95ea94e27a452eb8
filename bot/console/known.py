"""Names that the house knows already, to suggest them and to tell a slip from something new."""

from collections.abc import Callable

from bot.console.parts import Parts
from bot.domain import EVERYONE, OUTSIDERS, Scope


def carried(parts: Parts) -> frozenset[Scope]:
    """Return the scopes that some source carries."""
    return frozenset().union(*(source.scopes for source in parts.syncing.sources.all()))


def scopes(parts: Parts) -> list[str]:
    """Return the scopes that are worth suggesting: those that a source carries."""
    return sorted(carried(parts))


def subjects(parts: Parts) -> list[str]:
    """Return everything that could be granted something: who was, who asked, channels, people, groups."""
    people = (f"user:{identity}" for person in parts.people.all() for identity in person.identities)
    groups = (f"group:{name}" for name in parts.groups.all())
    asked = (f"user:{person}" for person in parts.catalogue.last_asked())
    return sorted({EVERYONE, OUTSIDERS, *parts.grants.all(), *parts.catalogue.channels(), *people, *groups, *asked})


def identities(parts: Parts) -> list[str]:
    """Return every identity that was named or has asked."""
    named = (identity for person in parts.people.all() for identity in person.identities)
    return sorted({*named, *parts.catalogue.last_asked()})


def placed(parts: Parts) -> Callable[[str], str]:
    """Return what tells where a document stands in its source, for its address."""
    roots = sorted((source.uri.rstrip("/") + "/" for source in parts.syncing.sources.all()), key=len, reverse=True)
    return lambda uri: next((uri.removeprefix(root) for root in roots if uri.startswith(root)), uri)
