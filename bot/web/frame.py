"""What every web door is built with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from bot.domain import PersonId, Role
from bot.web.sessions import Sessions

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_MIB: Final = 2**20


@dataclass(frozen=True, slots=True)
class Demo:
    """Who everybody is where nobody signs in; only for a home of samples, and only on this machine."""

    person: PersonId
    name: str
    role: Role | None = Role.ADMIN


@dataclass(frozen=True, slots=True)
class Frame:
    """The parts and values that a door stands in."""

    sessions: Sessions
    role_of: Callable[[PersonId], Role | None]
    """Asked at every request, so that a role that was taken away is gone at once."""
    url: str = ""
    """The address that people use, such as https://attune.example.org; empty where it is the one listened on."""
    cookie: str = "attune"
    """Names the session cookie; doors that share it (and a host) share the sign-in."""
    demo: Demo | None = None
    body_bytes: int = 2 * _MIB
    """A larger request is refused; a question of 100,000 characters of any script fits."""

    @property
    def secure(self) -> bool:
        """Say whether browsers come over https, so that cookies can be bound to it."""
        return urlsplit(self.url).scheme == "https"

    def cookie_name(self, purpose: str = "") -> str:
        """Return the name of the session cookie, or of one for another purpose beside it."""
        name = f"{self.cookie}-{purpose}" if purpose else self.cookie
        return f"__Host-{name}" if self.secure else name
