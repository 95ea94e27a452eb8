"""Which scopes an audience may see, as of now; deny by default."""

from collections.abc import Mapping

from bot.domain import EVERYONE, OUTSIDERS, Audience, ChannelId, Grant, PersonId, Scope, Subject, subject
from bot.errors import BadChannel, BadSubject
from bot.ports import Grants


def grant_for(audience: Audience, grants: Grants) -> Grant | None:
    """Return what everyone who will read the answer may see; None means no retrieval at all.

    Where somebody from outside reads along, only what is granted to outsiders counts. A channel has its own
    grants and everyone's; a message to several persons has what each one of them may see.
    """
    if audience.outsiders:
        scopes = grants.scopes_of([OUTSIDERS])
    elif audience.channel is not None:
        scopes = grants.scopes_of([Subject(audience.channel), EVERYONE])
    else:
        each = [grants.scopes_of(subjects_of(who, grants)) for who in audience.members]
        scopes = frozenset[Scope].intersection(*each)
    return Grant(scopes) if scopes else None


def loose_ends(
    held: Mapping[Subject, frozenset[Scope]], carried: frozenset[Scope]
) -> tuple[list[tuple[Subject, Scope]], list[Scope]]:
    """Return what is granted although no source carries it, and what sources carry although nobody is granted it."""
    idle = [(subject, scope) for subject, scopes in held.items() for scope in sorted(scopes - carried)]
    return idle, sorted(carried.difference(*held.values()))


def channel(name: str, platform: str) -> ChannelId:
    """Return a channel's identity; a bare name, with or without #, is one of `platform`.

    Raises `BadChannel`, also for what can be granted scopes but is no channel.
    """
    bare = name.strip().removeprefix("#")
    try:
        full = subject(bare if ":" in bare else f"{platform}:{bare}")
    except BadSubject as error:
        raise BadChannel(given=name) from error
    if full.startswith(("user:", "group:")):
        raise BadChannel(given=name)
    return ChannelId(full)


def subjects_of(who: PersonId, grants: Grants) -> frozenset[Subject]:
    """Return everything that a person is granted scopes as: each linked identity, each group, everyone."""
    persons = (Subject(f"user:{identity}") for identity in grants.identities(who) | {who})
    groups = (Subject(f"group:{group}") for group in grants.groups(who))
    return frozenset({*persons, *groups, EVERYONE})
