"""Column types for what SQLite and PostgreSQL must agree on: clean text, UTC, Unicode JSON, scopes."""

import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from bot.domain import Scope

SEQUENCE = BigInteger().with_variant(Integer, "sqlite")
"""Numbers rows in the order of their insertion; SQLite counts only in a column called INTEGER."""


def storable(text: str) -> str:
    """Return the text without what a database refuses: NUL goes, a lone surrogate becomes U+FFFD."""
    clean = text.replace("\0", "")
    return clean if clean.isascii() else clean.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def folded(text: str) -> str:
    """Return what is equal for texts that differ in case, or in how their characters are composed."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", storable(text)).casefold())


def _storable_json(value: object) -> object:
    match value:
        case str():
            return storable(value)
        case dict():
            return {storable(str(key)): _storable_json(item) for key, item in value.items()}
        case list() | tuple():
            return [_storable_json(item) for item in value]
        case _:
            return value


class CleanText(TypeDecorator[str]):
    """Text of any length, made `storable`; what it is compared with is, too. It is ordered by code points."""

    impl = Text().with_variant(Text(collation="C"), "postgresql")
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean on the way in."""
        del dialect
        return None if value is None else storable(value)


class CleanJson(TypeDecorator[Any]):
    """JSON as text, every string in it made `storable`; None is no value at all."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> object:
        """Clean on the way in."""
        del dialect
        return _storable_json(value)


class ScopeSet(TypeDecorator[frozenset[Scope]]):
    """A set of scopes as a sorted JSON list, so that equal sets are stored equally."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Iterable[Scope] | None, dialect: Dialect) -> list[str] | None:
        """Sort on the way in."""
        del dialect
        return None if value is None else sorted(value)

    def process_result_value(self, value: list[Scope] | None, dialect: Dialect) -> frozenset[Scope] | None:
        """Make a set on the way out."""
        del dialect
        return None if value is None else frozenset(value)


class Instant(TypeDecorator[datetime]):
    """A moment: kept in UTC, aware of it both in and out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; SQLite drops the zone, so nothing else may be stored."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a moment without a time zone cannot be stored"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say that it is UTC, which SQLite does not keep."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
