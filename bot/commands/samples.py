"""The sample company of the demo: its channels and people, and what is worth asking there."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

from bot.chat.terminal import asking
from bot.chat.web.places import Channel, Places, Somebody
from bot.commands import output, syncing
from bot.domain import PersonId, Subject, scope
from bot.errors import HomeNotEmpty
from bot.web.frame import Demo
from bot.wiring import Wiring

CHANNELS: Final[Mapping[str, Sequence[str]]] = {
    "general": ("everyone",),
    "engineering": ("everyone", "engineering"),
    "people-team": ("everyone", "people"),
    "finance": ("everyone", "finance"),
}
"""What the readers of each channel may see; each scope is a folder of sample documents too."""
_NOTES: Final = {
    "general": "the handbook for everybody",
    "engineering": "the handbook and runbooks",
    "people-team": "the handbook, pay, hiring, cases",
    "finance": "the handbook, budget, tax, cash",
}
_ABOUT: Final = (
    "This is Attune's demo: it answers from the handbook of Termanza, an invented company with offices in Lisbon, "
    "Bristol and Mexico City."
)
VISITOR: Final = Demo(PersonId("web:local:you"), "You")
"""Whoever opens the demo."""
_PEOPLE: Final = {
    VISITOR.person: ("You", "in no team", ()),
    PersonId("web:local:elena"): ("Elena", "in engineering", ("engineering",)),
    PersonId("web:local:paula"): ("Paula", "in the people team", ("people",)),
    PersonId("web:local:felix"): ("Felix", "in finance", ("finance",)),
}
"""Who can be picked, each with a team and the scopes that it may see besides everyone's."""
_STAFF: Final = "staff"
_MADE: Final = "samples"
"""The key under which a home tells that the demo made it."""
_SICK: Final = "What do I do when I am sick?"
_NOTICE: Final = "How much notice do I have to give in Bristol?"
_CLICKHOUSE: Final = "Why did we not go for ClickHouse?"
_ON_CALL: Final = "What do I earn for a week as primary on-call in Lisbon?"
_BONUS: Final = "What is the highest sign-on bonus we may offer a candidate?"
_OFFER: Final = "How long does an offer stay open?"
_CASH: Final = "How many months of cash do we have left at the current burn?"
_SUGGESTIONS: Final[Mapping[str, Sequence[str]]] = {
    "general": (
        _SICK,
        _NOTICE,
        "Within how many days must I hand in an expense claim?",
        "Can I carry leave over into next year?",
        "¿Cuándo se deposita el aguinaldo?",
        "Quantos lugares de estacionamento há em Lisboa?",
    ),
    "engineering": (_CLICKHOUSE, _ON_CALL, "How fast must pharma customers hear about a hole in their data?"),
    "people-team": (_BONUS, _OFFER, "How much time do investigators have for a harassment case?"),
    "finance": (_CASH, "Qual é o último dia para enviar o SAF-T das faturas do mês passado?"),
    VISITOR.person: (_SICK, _NOTICE, "¿Cuánto me dan de vales para la despensa?"),
    "web:local:elena": (_CLICKHOUSE, _ON_CALL, _SICK),
    "web:local:paula": (_BONUS, _OFFER, _SICK),
    "web:local:felix": (_CASH, _NOTICE),
}
"""Questions that are answered well in a channel, or where a person asks privately."""


def places() -> Places:
    """Return the channels and people that can be picked."""
    channels = [Channel(name, name, asking.channel(name), _NOTES[name]) for name in CHANNELS]
    people = [Somebody(person, name, team) for person, (name, team, _) in _PEOPLE.items()]
    return Places(channels, people, _SUGGESTIONS, _ABOUT)


def check(parts: Wiring) -> None:
    """Raise `HomeNotEmpty` where the home is not one of samples: they do not mix with what people sign in for.

    What somebody added to a home that the demo made may stay there.
    """
    ours = parts.meta.get(_MADE) or all(source.name in _folders() for source in parts.sources.all())
    if parts.accounts.any() or not ours:
        raise HomeNotEmpty(home=parts.home)


def fill(parts: Wiring) -> None:
    """Bring in what the sample company has written, and let each channel and person see their part of it."""
    parts.meta.put(_MADE, "demo")
    with parts.syncing.underway.planned(_to_be_read(parts)):
        _fill(parts)


def _fill(parts: Wiring) -> None:
    for channel, names in CHANNELS.items():
        parts.grants.allow(Subject(asking.channel(channel)), [scope(name) for name in names])
    parts.groups.add(_STAFF, _PEOPLE)
    parts.grants.allow(Subject(f"group:{_STAFF}"), [scope("everyone")])
    for person, (_, _, groups) in _PEOPLE.items():
        parts.people.link(person, PersonId(f"{asking.PLACE}:{person.rpartition(':')[2]}"))
        for group in groups:
            parts.groups.add(group, [person])
            parts.grants.allow(Subject(f"group:{group}"), [scope(group)])
    for name, folder in _folders().items():
        parts.sources.add(name, folder, frozenset({scope(name)}))
    for name in _folders():
        report = syncing.run(parts, name)
        output.say(f"{name}: {output.counted(report.passages, 'passage')}, {report.seconds:.1f} s")


def _to_be_read(parts: Wiring) -> Mapping[str, int]:
    """Return how many documents each folder has, where one of them has not come in yet."""
    known = {source.name for source in parts.sources.all() if source.synced}
    if known.issuperset(_folders()):
        return {}
    return {name: sum(map(Path.is_file, Path(folder).rglob("*"))) for name, folder in _folders().items()}


def _folders() -> Mapping[str, str]:
    sample = files("bot") / "sample"
    return {name: str(sample / name) for names in CHANNELS.values() for name in names}
