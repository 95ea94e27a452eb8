"""JSON lines in, JSON lines out: one process for many questions or votes."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.commands import failing, output
from bot.errors import BadLine

Line = Mapping[str, str]
"""The strings that a line gives, by key; keys with null are left out."""


def each(keys: frozenset[str], needed: frozenset[str], handle: Callable[[Line], object]) -> None:
    """Print what `handle` makes of each line of stdin, or {"error": sentence} where it cannot; in order.

    Keys other than `keys` are ignored, so that a file with more than that can be used as it is.
    """
    for raw in sys.stdin.buffer:
        try:
            output.document(handle(_read(raw, keys, needed)))
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001 - a door: one bad line does not stop the others
            output.document({"error": failing.sentence(error)})


def _read(raw: bytes, keys: frozenset[str], needed: frozenset[str]) -> Line:
    try:
        given: Any = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadLine(why="it is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise BadLine(why="it is empty" if not raw.strip() else "it is not JSON") from error
    if not isinstance(given, dict):
        raise BadLine(why="it is not a JSON object")
    known = {key: value for key, value in given.items() if key in keys and value is not None}
    for key in sorted(needed - known.keys()):
        raise BadLine(why=f"it has no {key!r}")
    for key in _wrong(known):
        raise BadLine(why=f"{key!r} must be a string")
    return known


def _wrong(known: Mapping[str, object]) -> Iterator[str]:
    return (key for key, value in known.items() if not isinstance(value, str))
