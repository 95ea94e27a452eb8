"""The sample company of the demo: its channels and people, and what is worth asking there."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Final

from bot.chat.terminal import asking
from bot.chat.web.places import PRIVATE, Channel, Places, Somebody
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
    "general": "what everybody may read",
    "engineering": "and engineering's runbooks",
    "people-team": "and pay, hiring, cases",
    "finance": "and budget, tax, treasury",
}
VISITOR: Final = Demo(PersonId("web:local:you"), "You")
"""Whoever opens the demo."""
_PEOPLE: Final = {
    VISITOR.person: ("You, in no team", ()),
    PersonId("web:local:elena"): ("Elena, in engineering", ("engineering",)),
    PersonId("web:local:paula"): ("Paula, in the people team", ("people",)),
    PersonId("web:local:felix"): ("Felix, in finance", ("finance",)),
}
"""Who can be picked, each with the scopes that their groups may see besides everyone's."""
_STAFF: Final = "staff"
_SUGGESTIONS: Final[Mapping[str, Sequence[str]]] = {
    "general": (
        "I lost both of my security keys. How do I get back into my account?",
        "How many holidays a year do full-timers in Bristol get?",
        "¿Cuánto me dan de vales para la despensa?",
        "Até que peso posso receber encomendas minhas em Marvila?",
    ),
    "engineering": (
        "What is our recovery time objective if the cloud region goes down?",
        "How long does temporary production access last?",
        "Why did we not go for ClickHouse?",
    ),
    "people-team": (
        "How many weeks does a performance plan run?",
        "¿En cuánto tiempo hay que pagar el finiquito?",
        "What is the highest sign-on bonus we may offer a candidate?",
    ),
    "finance": (
        "Who must approve an order of 60,000 euros?",
        "Qual é o último dia para enviar o SAF-T das faturas do mês passado?",
    ),
    PRIVATE: ("I lost both of my security keys. How do I get back into my account?",),
}


def places() -> Places:
    """Return the channels and people that can be picked."""
    channels = [Channel(name, name, asking.channel(name), _NOTES[name]) for name in CHANNELS]
    people = [Somebody(person, name) for person, (name, _) in _PEOPLE.items()]
    return Places(channels, people, _SUGGESTIONS)


def check(parts: Wiring) -> None:
    """Raise `HomeNotEmpty` where the home holds other documents: samples do not mix with real ones."""
    if any(source.name not in _folders() for source in parts.sources.all()):
        raise HomeNotEmpty(home=parts.home)


def fill(parts: Wiring) -> None:
    """Bring in what the sample company has written, and let each channel and person see their part of it."""
    for channel, names in CHANNELS.items():
        parts.grants.allow(Subject(asking.channel(channel)), [scope(name) for name in names])
    parts.groups.add(_STAFF, _PEOPLE)
    parts.grants.allow(Subject(f"group:{_STAFF}"), [scope("everyone")])
    for person, (_, groups) in _PEOPLE.items():
        for group in groups:
            parts.groups.add(group, [person])
            parts.grants.allow(Subject(f"group:{group}"), [scope(group)])
    for name, folder in _folders().items():
        parts.sources.add(name, folder, frozenset({scope(name)}))
        report = syncing.run(parts, name)
        output.say(f"{name}: {report.passages:,} passages, {report.seconds:.1f} s")


def _folders() -> Mapping[str, str]:
    sample = files("bot") / "sample"
    return {name: str(sample / name) for names in CHANNELS.values() for name in names}
