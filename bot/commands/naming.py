"""Ids as people type them: the whole of one, or a beginning that only one has."""

from collections.abc import Iterable
from typing import Final

from bot.errors import BadInput

_SHORTEST: Final = 6


class Ambiguous(BadInput):
    """A beginning that several ids have."""

    sentence = "Several {kind}s begin with {given!r}: type more of the id."


def full(given: str, kind: str, known: Iterable[str]) -> str:
    """Return the one known id that begins with what was typed; that itself where none does, or it is too short.

    Raises `Ambiguous`.
    """
    typed = given.strip().lower()
    found = sorted(name for name in known if name.startswith(typed))
    if typed in found or not found or len(typed) < _SHORTEST:
        return given if typed not in found else typed
    if len(found) > 1:
        raise Ambiguous(kind=kind, given=given)
    return found[0]
