"""Conversion in a process of its own, so that a file which hangs, crashes or grows costs only itself."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from multiprocessing.connection import Connection, Pipe
from threading import Lock
from types import TracebackType
from typing import Self

import structlog

from bot.errors import AttuneError, UnreadableDocument
from bot.ports import Converted
from bot.sources.formats import suffix

GIB = 2**30
START_SECONDS = 120.0
_log = structlog.get_logger()


class Sandbox:
    """The port `Convert`: files go to one child process, started on first use.

    The child is killed and replaced when it exceeds its time; its memory is limited where the system
    can do that. It sees neither this process's environment nor its Ctrl-C. Calls may come from any
    thread and are answered one after the other. Close it, or use it in a with statement.
    """

    def __init__(self, *, seconds: float = 60.0, memory: int = 4 * GIB) -> None:
        """Allow each file so many seconds, and the child so many bytes of address space."""
        self._seconds = seconds
        self._memory = memory
        self._lock = Lock()
        self._child: tuple[subprocess.Popen[bytes], Connection] | None = None

    def __call__(self, data: bytes, name: str) -> Converted:
        """Return a file as Markdown; raises `UnreadableDocument` with the reason."""
        with self._lock:
            reply = self._ask(data, name)
        if "why" in reply:
            if reply.get("error"):
                _log.info("document_unreadable", type=suffix(name), error=reply["error"])
            raise UnreadableDocument(why=reply["why"])
        modified = datetime.fromisoformat(reply["modified"]) if reply["modified"] else None
        return Converted(reply["text"], reply["title"], modified)

    def close(self) -> None:
        """End the child; calling it again does nothing."""
        if self._child is None:
            return
        process, connection = self._child
        self._child = None
        connection.close()
        process.kill()
        process.wait()

    def __enter__(self) -> Self:
        """Return itself; the child starts when it is needed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child."""
        self.close()

    def _ask(self, data: bytes, name: str) -> Mapping[str, str]:
        if self._child and self._child[0].poll() is not None:
            self.close()  # it ended by itself since the last file, which says nothing about this one
        process, connection = self._child or self._start()
        try:
            connection.send_bytes(name.encode("utf-8", "surrogateescape"))
            connection.send_bytes(data)
            if not connection.poll(self._seconds):
                self.close()
                return {"why": f"converting it took longer than {self._seconds:g} seconds"}
            reply: Mapping[str, str] = json.loads(connection.recv_bytes())
        except (EOFError, OSError):
            self.close()
            return {"why": f"the converter crashed on it (exit status {process.returncode})"}
        except BaseException:
            self.close()  # half a conversation is left in the pipe
            raise
        return reply

    def _start(self) -> tuple[subprocess.Popen[bytes], Connection]:
        here, there = Pipe()
        limits = [str(self._memory), str(self._seconds)]
        with there:
            process = subprocess.Popen(  # noqa: S603 - our own module with our own interpreter
                [sys.executable, "-P", "-W", "ignore", "-m", "bot.sources.sandboxed", str(there.fileno()), *limits],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[there.fileno()],
                env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_NUM_THREADS": "1", "LANG": "C.UTF-8"},
                start_new_session=True,
            )
        self._child = process, here
        try:
            ready = here.poll(START_SECONDS) and here.recv_bytes() == b"ready"
        except (EOFError, OSError):
            ready = False
        if not ready:
            self.close()
            _log.error("converter did not start", exit_status=process.returncode)
            raise AttuneError
        return process, here
