"""A text as it is compared with another: its words in one spelling each, in clauses."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from bot.denial import spelled
from bot.opposites import Side, binding, canonical, sides
from bot.terms import stem, weight

TELLING = 0.1
"""The weight from which a word tells clauses apart."""
_SIGNS = {"€": " euro ", "£": " pound ", "$": " dollar ", "%": " percent "}
_PIECE = re.compile(r"\d+(?:[.,:]\d+)+|[^\W_]+(?:[.,]\d+)*|[;:,()\u2014|.!?]")
_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?:\D|$))")
_POSSESSIVE = re.compile(r"(?<=\w)['\u2019]s\b")
_UP_TO = re.compile(r"\bup to\b", re.IGNORECASE)
_LOOSE = frozenset("over above under below beyond longer".split())
"""They compare where a number follows."""
_STRONG = frozenset("; but however whereas pero mas sino porém".split())
_JOINING = frozenset("and or while y e o u ou mientras enquanto".split()) | _STRONG


@dataclass(frozen=True, slots=True)
class Word:
    """A word or number of a text."""

    text: str
    stem: str
    weight: float
    named: bool
    """Whether its capital says that it is a name."""
    binding: bool

    @property
    def telling(self) -> bool:
        """Say whether it tells what a clause is about, besides numbers."""
        return self.weight >= TELLING and not self.binding


@dataclass(frozen=True)
class Clause:
    """A part of a sentence that says one thing."""

    text: str
    words: tuple[Word, ...]

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The numbers, and the words that bind as they do, in order."""
        return tuple(word.text for word in self.words if word.binding and any(map(str.isdigit, word.text)))

    @cached_property
    def telling(self) -> frozenset[str]:
        """The stems that tell what it is about."""
        return frozenset(word.stem for word in self.words if word.telling)

    @cached_property
    def sides(self) -> frozenset[Side]:
        """What it says of each pair of opposites; the month of May allows nothing."""
        return sides(
            word.text
            for place, word in enumerate(self.words)
            if not (word.text == "may" and word.named) and (word.text not in _LOOSE or self.compares(place))
        )

    def compares(self, place: int) -> bool:
        """Say whether a number stands just behind the word at that place."""
        return any(word.text in self.numbers for word in self.words[place + 1 : place + 4])


def clauses(text: str, language: str, *, strong: bool = False) -> tuple[Clause, ...]:
    """Return the clauses of a sentence; with `strong`, what only 'and' or a comma joins stays together."""
    return _clauses(text, language, strong)


@lru_cache(maxsize=8_192)
def _clauses(text: str, language: str, strong: bool) -> tuple[Clause, ...]:  # noqa: FBT001 - the cache's key
    found: list[list[tuple[str, Word | None]]] = [[]]
    for piece, word in _pieces(text, language):
        breaks = piece in _STRONG if strong else word is None or piece in _JOINING
        if breaks and found[-1]:
            found.append([])
        if word is not None:
            found[-1].append((piece, word))
    return tuple(
        Clause(" ".join(piece for piece, _ in part), tuple(word for _, word in part if word)) for part in found if part
    )


def whole(text: str, language: str) -> Clause:
    """Return a text as one clause."""
    parts = clauses(text, language)
    return Clause(" ".join(part.text for part in parts), tuple(word for part in parts for word in part.words))


def _pieces(text: str, language: str) -> Iterator[tuple[str, Word | None]]:
    """Yield words, and the marks between them without a word."""
    for sign, name in _SIGNS.items():
        text = text.replace(sign, name)
    text = _THOUSANDS.sub("", _UP_TO.sub("upto", _POSSESSIVE.sub("", text)))
    first = True
    for piece in _PIECE.findall(_expanded(text)):
        if not piece[0].isalnum():
            yield piece, None
            first = first or piece in ".!?"
            continue
        lower = canonical(piece.casefold(), language)
        named = piece[0].isupper() and not first
        yield lower, Word(lower, stem(lower, language), weight(lower, language), named, binding(lower, language))
        first = False


def _expanded(text: str) -> str:
    """Spell out contracted negations, and only where there are any: the capitals are still needed."""
    return text if "n" not in text else _restored(text)


_CONTRACTED = re.compile(r"\b(?:can['\u2019]t|\w+n['\u2019]t|cannot)\b", re.IGNORECASE)


def _restored(text: str) -> str:
    return _CONTRACTED.sub(lambda match: "can not" if match[0].casefold() == "cannot" else spelled(match[0]), text)


def numbered(parts: Sequence[Clause]) -> list[Clause]:
    """Return clauses with a number each: what has none goes with the one before it, at the beginning with the next."""
    found: list[Clause] = []
    for part in parts:
        if found and not (part.numbers and found[-1].numbers):
            last = found.pop()
            part = Clause(f"{last.text} {part.text}", (*last.words, *part.words))  # noqa: PLW2901
        found.append(part)
    return found
