"""Put a library's error into a few words on one line."""

from typing import Final

_LONGEST: Final = 200


def reason(error: BaseException | str) -> str:
    """Return the first line of what an error says, or its name where it says nothing, without a full stop."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    line = " ".join(lines[0].split()).rstrip(" .:,")
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
