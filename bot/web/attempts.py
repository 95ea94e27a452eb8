"""How often somebody may try to sign in: at an account from one address, from an address, and at an account at all."""

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
    """Counts in memory; a restart forgets, which nobody can bring about by trying.

    Who guesses at an account is held up, and its owner elsewhere is not: an account is never closed to an
    address that it was signed in from.
    """

    def __init__(
        self,
        account: str = "10 per 15 minutes",
        address: str = "100 per 15 minutes",
        strangers: str = "100 per 15 minutes",
    ) -> None:
        """Allow so many tries for an account from one address, failures from an address, and tries by strangers.

        Strangers to an account are all addresses that it was not signed in from, counted together.
        """
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._account = parse(account)
        self._address = parse(address)
        self._strangers = parse(strangers)
        self._homes: set[tuple[str, str]] = set()

    def count(self, account: str, address: str) -> None:
        """Count a try; raises `TooOften` where it is one too many."""
        place = _network(address)
        if not self._limiter.test(self._address, "address", place):
            raise self._too_often(self._address, "address", place)
        if not account:
            return
        if not self._limiter.hit(self._account, "account", account, place):
            raise self._too_often(self._account, "account", account, place)
        if (account, place) not in self._homes and not self._limiter.hit(self._strangers, "strangers", account):
            raise self._too_often(self._strangers, "strangers", account)

    def failed(self, address: str) -> None:
        """Count what did not succeed against where it came from."""
        self._limiter.hit(self._address, "address", _network(address))

    def succeeded(self, account: str, address: str) -> None:
        """Forget the tries for an account from where its owner is in now."""
        place = _network(address)
        self._homes.add((account, place))
        self._limiter.clear(self._account, "account", account, place)

    def _too_often(self, item: RateLimitItem, *key: str) -> TooOften:
        reset = self._limiter.get_window_stats(item, *key).reset_time
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
