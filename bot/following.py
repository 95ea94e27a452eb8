"""What a follow-up question means with the ones before it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from bot.terms import stem, weight, words

_OPENERS = frozenset(
    "and but or also then what+about how+about why so y e o pero mas también entonces también porqué por+qué "
    "qué+hay+de e+quanto+a".split()
)
_POINTERS = {
    "en": frozenset("it its that this these those they them their he she his her there one ones same".split()),
    "es": frozenset(
        "eso esto ese esa esos esas ello ellos ellas él ella este estos estas allí mismo misma su sus".split()
    ),
    "pt": frozenset(
        "isso isto esse essa esses essas ele ela eles elas este esta ali mesmo mesma seu sua dele dela".split()
    ),
}
_PREPOSITIONS = (
    frozenset("in at en em no na nos nas".split()),
    frozenset("for para".split()),
    frozenset("to a al ao à aos às".split()),
    frozenset("from of de del do da dos das desde".split()),
    frozenset("with con com".split()),
    frozenset("on about sobre".split()),
    frozenset("by por pelo pela".split()),
)
"""Each set says the same in the languages that are spoken here; Portuguese joins them with its articles."""
_INSIDE_NAMES = frozenset("of de del da do dos das".split())
"""They join the parts of a name, as in Ciudad de México."""
_ARTICLES = frozenset("the a an el la los las un una o os as um uma uns umas our my your".split())
_ASKING = frozenset(
    "how what when where which who whom whose why many much long often soon far until till "
    "cómo como qué que cuándo cuando dónde donde cuál cuáles quién quiénes cuánto cuánta cuántos cuántas hasta "
    "o quê quando onde qual quais quem quanto quanta quantos quantas até porque "
    "please por favor tell me know want need would could should may might must shall "
    "puedo puede podemos tengo tiene necesito hay quiero posso pode podemos tenho preciso há quero".split()
)
"""Words that ask, and tell nothing of what about."""
_ADDS = 0.05
"""A word of this weight, such as 'work' or 'pay', adds something to what was said before."""
_TELLING = 0.1
_FEW = 3
"""A question with fewer telling words than this may lean on what was said before."""
_WITHOUT_SUBJECT = frozenset({"es", "pt"})
"""Where a verb alone points back: '¿cuándo se paga?'. In English one word is a topic: 'where can I park?'."""
_SHORT = 7
"""So many words a question has at most that leans on another one without saying so."""
_TOKEN = re.compile(r"\w+(?:[-'.]\w+)*|\S")


@dataclass(frozen=True, slots=True)
class _Slot:
    """A part of a question that another one can take the place of: 'in Lisbon', or 'Lisbon' alone."""

    preposition: str
    """Empty where it has none."""
    start: int
    end: int
    """The place of what follows the preposition, in characters."""
    named: bool
    """Whether it is a name, by its capital."""


class Lean(Enum):
    """How far a question leans on what was said before it."""

    STANDS = "it has a topic of its own"
    MAY = "it is short, so the topic may be that of the question before"
    LEANS = "it cannot be understood alone"


@dataclass(frozen=True, slots=True)
class Joined:
    """A question together with the one that it follows."""

    text: str
    replaced: bool
    """It took the place of a part of the other, and so makes one question; else it stands behind it."""


def lean(text: str, language: str) -> Lean:
    """Say how far a question leans on the one before it."""
    said = words(text)
    opening = _opening(said)
    told = own_words(text, language)
    if not told or _replacement(text) is not None:
        return Lean.LEANS
    if sum(value >= _TELLING for value in told.values()) >= _FEW:
        return Lean.STANDS
    if not _POINTERS.get(language, frozenset()).isdisjoint(_pointing(said)):
        return Lean.LEANS
    if opening:
        return Lean.MAY
    enough = len(told) > 1 or language in _WITHOUT_SUBJECT
    return Lean.MAY if len(said) <= _SHORT and enough and not names(text) else Lean.STANDS


def own_words(text: str, language: str) -> dict[str, float]:
    """Return the stems of the words that tell what a question adds by itself, each with its weight."""
    said = words(text)
    rest = said[_opening(said) :]
    nothing = _ASKING | _POINTERS.get(language, frozenset())
    found = {stem(word, language): weight(word, language) for word in rest if word not in nothing}
    return {key: value for key, value in found.items() if value >= _ADDS}


def names(text: str) -> tuple[str, ...]:
    """Return the words of a question that are names by their capital, the first word left out."""
    parts = [match.group() for match in _TOKEN.finditer(text) if match.group()[0].isalnum()]
    opening = _opening([part.casefold() for part in parts])
    return tuple(part for part in parts[max(1, opening) :] if part[0].isupper() and part != "I")


def joined(question: str, follow_up: str, language: str) -> Joined:
    """Return a follow-up as somebody would ask it who had not heard the question before it.

    'And in Bristol?' puts its place into the question that it follows; what nothing can be put into stands behind it.
    """
    new = _replacement(follow_up)
    old = _slot_for(question, follow_up, new, language) if new else None
    if new is None or old is None:
        return Joined(f"{question} {follow_up}", replaced=False)
    return Joined(f"{question[: old.start]}{follow_up[new.start : new.end]}{question[old.end :]}", replaced=True)


def _pointing(said: Sequence[str]) -> Iterator[str]:
    """Yield the words of a question, except the 'there' of 'is there' and 'are there', which points nowhere."""
    for place, word in enumerate(said):
        if not (word == "there" and {"is", "are"} & set(said[max(0, place - 1) : place + 2])):
            yield word


def _opening(said: Sequence[str]) -> int:
    """Return how many words at the beginning only say that something follows."""
    return next((size for size in (3, 2, 1) if "+".join(said[:size]) in _OPENERS and len(said) >= size), 0)


def _replacement(follow_up: str) -> _Slot | None:
    """Return what a follow-up consists of besides its opening, None where that is more than one thing."""
    tokens = list(_TOKEN.finditer(follow_up))
    plain = [token for token in tokens if token.group()[0].isalnum()]
    rest = plain[_opening([token.group().casefold() for token in plain]) :]
    if not rest:
        return None
    first = rest[0].group().casefold()
    preposition = first if _kind(first) is not None else ""
    if not preposition and (len(rest) == len(plain) or first in _ASKING - _ARTICLES):
        return None
    object_ = rest[1:] if preposition else rest
    bare = [token for token in object_ if token.group().casefold() not in _ARTICLES]
    named = bool(bare) and bare[0].group()[0].isupper()
    if not bare or len(bare) > _FEW or not all(_belongs_at(bare, place, named=named) for place in range(len(bare))):
        return None
    return _Slot(preposition, object_[0].start(), object_[-1].end(), named)


def _slot_for(question: str, follow_up: str, new: _Slot, language: str) -> _Slot | None:
    """Return the one part of the question that is of the same kind as the new one, None where there are several."""
    said = follow_up[new.start : new.end].casefold()
    slots = [slot for slot in _slots(question, language) if slot.named == new.named]
    if new.preposition:
        slots = [slot for slot in slots if _kind(slot.preposition) == _kind(new.preposition)]
    elif not new.named:
        return None
    others = [slot for slot in slots if question[slot.start : slot.end].casefold() != said]
    return others[0] if len(others) == 1 else None


def _slots(question: str, language: str) -> list[_Slot]:
    """Return the runs of names in a question, and of other telling words behind a preposition."""
    tokens = list(_TOKEN.finditer(question))
    found: list[_Slot] = []
    place = 1  # the first word has its capital from the beginning of the sentence
    while place < len(tokens):
        begin = place
        first = _first(tokens, begin)
        preposition = tokens[first - 1].group().casefold() if first else ""
        preposition = preposition if _kind(preposition) is not None else ""
        named = tokens[begin].group()[0].isupper()
        while place < len(tokens) and _belongs_at(tokens, place, named=named):
            place += 1
        told = named or any(weight(token.group().casefold(), language) >= _TELLING for token in tokens[begin:place])
        if place > begin and told and (named or preposition):
            found.append(_Slot(preposition, tokens[first].start(), tokens[place - 1].end(), named))
        place = max(place, begin + 1)
    return found


def _first(tokens: Sequence[re.Match[str]], place: int) -> int:
    """Return the place of the articles before a token, its own where there are none."""
    while place > 0 and tokens[place - 1].group().casefold() in _ARTICLES - {"a"}:
        place -= 1
    return place


def _belongs_at(tokens: Sequence[re.Match[str]], place: int, *, named: bool) -> bool:
    """Say whether a token is part of the name, or of the plain words, that it stands in."""
    word = tokens[place].group()
    if not word[0].isalnum():
        return False
    if named and word.casefold() in _INSIDE_NAMES:
        return place + 1 < len(tokens) and tokens[place + 1].group()[0].isupper()
    if _kind(word.casefold()) is not None or word.casefold() in _ARTICLES:
        return False
    return word != "I" and word[0].isupper() == named


def _kind(word: str) -> frozenset[str] | None:
    return next((kind for kind in _PREPOSITIONS if word in kind), None)
