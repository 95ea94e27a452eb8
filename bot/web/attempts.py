"""How often somebody may try to sign in: per account, and per address that tries."""

import ipaddress
import math
import time
from typing import Final

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.web.errors import TooOften

_MINUTE: Final = 60
_OWN_NETWORK: Final = 64
"""Bits of an IPv6 address that are one household's or office's."""


class Attempts:
    """Counts in memory; a restart forgets, which nobody can bring about by trying."""

    def __init__(self, account: str = "10 per 15 minutes", address: str = "100 per 15 minutes") -> None:
        """Allow so many tries for an account, and so many that fail from an address."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._account = parse(account)
        self._address = parse(address)

    def count(self, account: str, address: str) -> None:
        """Count a try; raises `TooOften` where it is one too many."""
        place = _network(address)
        if not self._limiter.test(self._address, "address", place):
            raise self._too_often(self._address, "address", place)
        if account and not self._limiter.hit(self._account, "account", account):
            raise self._too_often(self._account, "account", account)

    def failed(self, address: str) -> None:
        """Count what did not succeed against where it came from."""
        self._limiter.hit(self._address, "address", _network(address))

    def succeeded(self, account: str) -> None:
        """Forget the tries for an account whose owner is in now."""
        self._limiter.clear(self._account, "account", account)

    def _too_often(self, item: RateLimitItem, kind: str, key: str) -> TooOften:
        reset = self._limiter.get_window_stats(item, kind, key).reset_time
        seconds = max(1, math.ceil(reset - time.time()))
        minutes = math.ceil(seconds / _MINUTE)
        wait = f"{seconds} seconds" if seconds <= _MINUTE else f"{minutes} minutes"
        return TooOften(wait=wait, seconds=seconds)


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:  # noqa: PLR2004 - the name of a protocol
        return address
    return str(ipaddress.ip_network((parsed, _OWN_NETWORK), strict=False))
