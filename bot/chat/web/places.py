"""Where a visitor may ask: privately; and in the demo in any of its channels, as any of its people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from fastapi import Request

from bot.domain import Audience, ChannelId, PersonId
from bot.web.errors import NotHere, OtherPerson
from bot.web.visitor import MADE_FOR, Visitor, frame_of, leave_cookie, remember

PRIVATE: Final = "me"
"""The id of the place where only the asker reads along."""
_PRIVATELY: Final = "Just you"
_PLACE: Final = "place"
_PERSON: Final = "as"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that can be picked."""

    id: str
    """Short, as it stands in addresses."""
    name: str
    channel: ChannelId
    note: str = ""
    """What its readers may see, in a few words."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person that can be picked."""

    id: PersonId
    name: str
    note: str = ""
    """Which team that is, in a few words."""


@dataclass(frozen=True, slots=True)
class Here:
    """The place that a page is about."""

    id: str
    name: str
    href: str
    audience: Audience


@dataclass(frozen=True, slots=True)
class Places:
    """What can be picked: nothing outside the demo, where everybody asks privately as themselves."""

    channels: Sequence[Channel] = ()
    people: Sequence[Somebody] = ()
    suggestions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Questions worth asking: by the id of a channel, and by that of the person who asks privately."""
    about: str = ""
    """What this is, in a sentence for who has never been here."""

    def visitor(self, request: Request, who: Visitor) -> Visitor:
        """Return the visitor as the person that was picked, if one was; whatever the request ends in is theirs.

        Raises `OtherPerson` where the page that sends the request was made for somebody else.
        """
        picked = next((one for one in self.people if one.id == _cookie(request, _PERSON)), None)
        me = replace(who, person=picked.id, name=picked.name) if who.demo and picked else who
        remember(request, me)
        self._check(request, me)
        return me

    def suggested(self, here: "Here", who: Visitor) -> Sequence[str]:
        """Return questions worth asking by this person in this place."""
        return self.suggestions.get(who.person if here.id == PRIVATE else here.id, ())

    def _check(self, request: Request, me: Visitor) -> None:
        made_for = request.headers.get(MADE_FOR)
        if not me.demo or made_for in {None, me.person}:
            return
        name = next((one.name for one in self.people if one.id == made_for), "somebody else")
        raise OtherPerson(before=name, now=me.name)

    def here(self, request: Request, who: Visitor) -> Here:
        """Return the place that a request is about: the one it names, else the last one, else the first."""
        named = request.query_params.get("in")
        if named:
            return self.at(named, who)
        last = _cookie(request, _PLACE)
        known = {PRIVATE, *(one.id for one in self.channels)}
        first = self.channels[0].id if self.channels else PRIVATE
        return self.at(last if who.demo and last in known else first if who.demo else PRIVATE, who)

    def at(self, place: str, who: Visitor) -> Here:
        """Return the place of this id; raises `NotHere`, for everything but the private one outside the demo."""
        if place == PRIVATE:
            return self.of(Audience(members=frozenset({who.person})))
        found = next((one for one in self.channels if one.id == place), None)
        if found is None or not who.demo:
            raise NotHere
        return _channel(found, Audience(channel=found.channel))

    def of(self, audience: Audience) -> Here:
        """Return the place where these read along."""
        found = next((one for one in self.channels if one.channel == audience.channel), None)
        return _channel(found, audience) if found else Here(PRIVATE, _PRIVATELY, f"/{PRIVATE}", audience)

    def audience(self, request: Request, who: Visitor) -> Audience:
        """Return who reads along where the request comes from: what it shows is checked against their grant."""
        return self.here(request, self.visitor(request, who)).audience

    def pick(self, person: PersonId) -> Somebody:
        """Return the person of this identity; raises `NotHere`."""
        found = next((one for one in self.people if one.id == person), None)
        if found is None:
            raise NotHere
        return found


def _channel(channel: Channel, audience: Audience) -> Here:
    return Here(channel.id, channel.name, f"/c/{channel.id}", audience)


def _cookie(request: Request, purpose: str) -> str:
    return request.cookies.get(frame_of(request).cookie_name(purpose), "")


def remember_place(request: Request, here: Here) -> None:
    """Have the browser come back to this place."""
    leave_cookie(request, frame_of(request).cookie_name(_PLACE), here.id)


def remember_person(request: Request, somebody: Somebody) -> None:
    """Have the browser ask as this person from now on."""
    leave_cookie(request, frame_of(request).cookie_name(_PERSON), somebody.id)
