"""What the next page says about what was just done, with a way to take it back."""

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Literal

from bot.domain import PersonId

_KEPT: Final = 500
"""Notices that wait to be seen; older ones go unseen."""


@dataclass(frozen=True, slots=True)
class Act:
    """A form of one button."""

    label: str
    to: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence, perhaps with a link to hand on or a button."""

    text: str
    tone: Literal["good", "waiting", "bad"] = "good"
    act: Act | None = None
    link: str = field(default="", repr=False)
    """To be shown once and copied; it may be a secret."""


class Notices:
    """Keeps each notice for the one person who is to see it, once; kept in memory, so a restart forgets them."""

    def __init__(self) -> None:
        """Start with none."""
        self._kept: OrderedDict[str, tuple[PersonId, Notice]] = OrderedDict()
        self._lock = Lock()

    def put(self, person: PersonId, notice: Notice) -> str:
        """Keep a notice, and return what names it in an address."""
        token = secrets.token_urlsafe(9)
        with self._lock:
            self._kept[token] = (person, notice)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return token

    def take(self, person: PersonId, token: str) -> Notice | None:
        """Return a notice to the person that it is for, and forget it."""
        with self._lock:
            whose, notice = self._kept.get(token, (None, None))
            if whose != person:
                return None
            del self._kept[token]
            return notice
