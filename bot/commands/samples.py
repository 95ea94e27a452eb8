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
_MADE: Final = "samples"
"""The key under which a home tells that the demo made it."""
_KEYS: Final = "I lost both of my security keys. How do I get back into my account?"
_VOUCHERS: Final = "¿Cuánto me dan de vales para la despensa?"
_SUGGESTIONS: Final[Mapping[str, Sequence[str]]] = {
    "general": (
        _KEYS,
        "How long after paying for something can I still hand in the claim without any extra signature?",
        _VOUCHERS,
        "Até que peso posso receber encomendas minhas em Marvila?",
    ),
    "engineering": (
        "Why did we not go for ClickHouse?",
        "What do I earn for a week as primary on-call in Lisbon?",
        "How fast must pharma customers hear about a hole in their data?",
    ),
    "people-team": (
        "For how long after somebody has reported misconduct are decisions about their pay double-checked?",
        "How much time do investigators have for a harassment case?",
        "What is the highest sign-on bonus we may offer a candidate?",
    ),
    "finance": (
        "How many months of cash do we have left at the current burn?",
        "Qual é o último dia para enviar o SAF-T das faturas do mês passado?",
    ),
    PRIVATE: (_KEYS, _VOUCHERS),
}
"""Questions that are answered well where they are suggested; the last one of the people team, only there."""


def places() -> Places:
    """Return the channels and people that can be picked."""
    channels = [Channel(name, name, asking.channel(name), _NOTES[name]) for name in CHANNELS]
    people = [Somebody(person, name) for person, (name, _) in _PEOPLE.items()]
    return Places(channels, people, _SUGGESTIONS)


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
    for channel, names in CHANNELS.items():
        parts.grants.allow(Subject(asking.channel(channel)), [scope(name) for name in names])
    parts.groups.add(_STAFF, _PEOPLE)
    parts.grants.allow(Subject(f"group:{_STAFF}"), [scope("everyone")])
    for person, (_, groups) in _PEOPLE.items():
        parts.people.link(person, PersonId(f"{asking.PLACE}:{person.rpartition(':')[2]}"))
        for group in groups:
            parts.groups.add(group, [person])
            parts.grants.allow(Subject(f"group:{group}"), [scope(group)])
    for name, folder in _folders().items():
        parts.sources.add(name, folder, frozenset({scope(name)}))
        report = syncing.run(parts, name)
        output.say(f"{name}: {output.counted(report.passages, 'passage')}, {report.seconds:.1f} s")


def _folders() -> Mapping[str, str]:
    sample = files("bot") / "sample"
    return {name: str(sample / name) for names in CHANNELS.values() for name in names}
