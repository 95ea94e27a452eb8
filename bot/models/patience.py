"""How long to wait for a server: time limits, and pauses between attempts."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.errors import ModelTooSlow


@dataclass(frozen=True, slots=True)
class Patience:
    """Limits in seconds, and how often to ask again."""

    connect: float = 5.0
    between: float = 60.0
    """For the first piece, and from each piece to the next."""
    overall: float = 120.0
    """From the asking to the end; a server that falls silent just before it takes `between` more."""
    retries: int = 3
    first_pause: float = 0.5
    """Before the second attempt; each further one waits up to twice as long as the one before."""
    longest_pause: float = 20.0
    """A server that asks for more is not asked again."""

    def pauses(self) -> Iterator[float]:
        """Yield how long to wait before each further attempt: exponential, less a random part of up to a half.

        The random part keeps those who were turned away together from coming back together.
        """
        for attempt in range(self.retries):
            longest = min(self.longest_pause, self.first_pause * 2**attempt)
            yield random.uniform(longest / 2, longest)  # noqa: S311 - spreads load, keeps no secret


class Clock:
    """Watches the limits of one answer."""

    def __init__(self, patience: Patience) -> None:
        """Start both limits now."""
        self._patience = patience
        self._deadline = time.monotonic() + patience.overall
        self.restart()

    def restart(self) -> None:
        """Say that the next piece is waited for from now on."""
        self._since = time.monotonic()

    def check(self) -> None:
        """Raise `ModelTooSlow` if a limit has passed."""
        now = time.monotonic()
        if now > self._deadline:
            raise ModelTooSlow(seconds=self._patience.overall)
        if now - self._since > self._patience.between:
            raise ModelTooSlow(seconds=self._patience.between)

    def pause(self, seconds: float) -> bool:
        """Wait, and return True; return False at once where that is more than the limits allow."""
        if seconds > self._patience.longest_pause or time.monotonic() + seconds > self._deadline:
            return False
        time.sleep(seconds)
        self.restart()
        return True


def asked_pause(header: str) -> float:
    """Return the seconds that a Retry-After header asks for, as a number or a date; 0 where it says nothing."""
    if header.strip().isdecimal():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0
