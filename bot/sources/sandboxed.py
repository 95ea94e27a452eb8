"""The child process of `bot.sources.sandbox`: files in, Markdown out, until the pipe is closed."""

import json
import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from resource import RLIMIT_AS, RLIMIT_CORE, setrlimit

from bot.errors import UnreadableDocument
from bot.sources.convert import convert


def main(descriptor: int, memory: int, seconds: float) -> None:
    """Answer conversions on an open pipe, within limits that hold even if the parent is gone."""
    setrlimit(RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # some systems do not limit address space
        setrlimit(RLIMIT_AS, (memory, memory))
    with Connection(descriptor) as connection, suppress(EOFError, OSError):
        connection.send_bytes(b"ready")
        while True:
            name = connection.recv_bytes().decode("utf-8", "surrogateescape")
            data = connection.recv_bytes()
            signal.setitimer(signal.ITIMER_REAL, seconds + 5)
            reply = _reply(data, name)
            signal.setitimer(signal.ITIMER_REAL, 0)
            connection.send_bytes(json.dumps(reply).encode())


def _reply(data: bytes, name: str) -> dict[str, str]:
    try:
        found = convert(data, name)
    except UnreadableDocument as error:
        return {"why": str(error), "error": str(error.facts.get("error", ""))}
    return {"text": found.text, "title": found.title, "modified": found.modified.isoformat() if found.modified else ""}


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
