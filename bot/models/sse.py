"""Read server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) from chunks of bytes."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

_LINE_END: Final = re.compile(rb"\r\n|\n|\r")
_LARGEST: Final = 1 << 20
"""Bytes in one event; a completion's are a few hundred."""


class NotEvents(ValueError):
    """What arrives cannot be a stream of events."""


def data_of(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield the data of each event as soon as it is whole; comments and other fields are passed over.

    An event that the end of the stream cuts off is yielded too: servers forget the last blank line. Bytes
    that are no UTF-8 become replacement characters. Raises `NotEvents` where an event grows without end.
    """
    data: list[str] = []
    size = 0
    for line in _lines(chunks):
        size += len(line)
        if size > _LARGEST:
            raise NotEvents
        if not line:
            if data:
                yield "\n".join(data)
            data, size = [], 0
        elif line.startswith(b"data:"):
            data.append(line[5:].removeprefix(b" ").decode(errors="replace"))
    if data:
        yield "\n".join(data)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines without their ends; characters split over chunks are whole again, since lines are cut as bytes."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        # A carriage return at the very end may be the first half of a line end.
        held = len(rest) - 1 if rest.endswith(b"\r") else len(rest)
        *lines, last = _LINE_END.split(rest[:held])
        yield from lines
        rest = last + rest[held:]
        if len(rest) > _LARGEST:
            raise NotEvents
    yield from _LINE_END.split(rest) if rest else ()
