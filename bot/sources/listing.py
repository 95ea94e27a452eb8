"""What an entry of a file system's listing tells: version, time, and a name that can be shown."""

import hashlib
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_LOCAL = ("mtime", "created", "ino")
_REMOTE = (
    "ETag", "etag", "generation", "md5Hash", "content_md5", "sha", "checksum", "VersionId",
    "LastModified", "last_modified", "updated", "modified", "modify", "mtime", "date_time", "created",
)  # fmt: skip
_TIMES = ("mtime", "LastModified", "last_modified", "updated", "modified", "created")


def version_of(info: Mapping[str, Any]) -> str:
    """Return a text that changes whenever the content may have changed, from the listing alone.

    On a disk: size, times of change and inode, so that a file replaced by one of the same size and
    time is noticed too. Elsewhere: whatever the store tells, else a hash of the whole entry.
    """
    keys = _LOCAL if "ino" in info else _REMOTE
    known = [str(info[key]) for key in keys if info.get(key) is not None]
    if known:
        return "|".join([str(info.get("size")), *known])
    return hashlib.sha256(repr(sorted(info.items())).encode()).hexdigest()


def modified_of(info: Mapping[str, Any]) -> datetime | None:
    """Return when the file was changed, as far as the listing tells."""
    for key in _TIMES:
        value = info.get(key)
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, str):
            return _parsed(value)
    return None


def _parsed(text: str) -> datetime | None:
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def is_awkward(name: str) -> bool:
    """Say whether a name holds line breaks, control characters or bytes that are no text."""
    return any(_invisible(character) for character in name)


def printable(name: str) -> str:
    r"""Return a name that can be shown and stored: what is invisible in it as \n, \x1b or \udcff."""
    if not is_awkward(name):
        return name
    return "".join(c.encode("unicode_escape").decode() if _invisible(c) else c for c in name)


def _invisible(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
