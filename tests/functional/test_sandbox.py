"""Conversion in a process of its own: it may hang, crash or eat memory, and the next file still goes in."""

import io
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

from bot.errors import UnreadableDocument
from bot.sources.convert import convert
from bot.sources.sandbox import Sandbox
from tests.functional.office_files import PAGE, encrypted_pdf, mail, pdf


@pytest.mark.slow
class TestSandbox:
    """Conversion in a process of its own."""

    @pytest.fixture
    def sandbox(self) -> Iterator[Sandbox]:
        with Sandbox(seconds=30) as sandbox:
            yield sandbox

    def test_it_answers_like_a_conversion_in_this_process(self, sandbox: Sandbox) -> None:
        for data, name in [(pdf(), "a.pdf"), (mail(), "b.eml"), (b"# C\n\nText.", "c.md"), (PAGE.encode(), "d.html")]:
            assert sandbox(data, name) == convert(data, name)
        with pytest.raises(UnreadableDocument, match="password"):
            sandbox(encrypted_pdf(), "locked.pdf")

    def test_what_takes_too_long_is_given_up_and_the_next_file_goes_in(self) -> None:
        pages = [element for number in range(400) for element in (Paragraph(f"Page {number} " * 60), PageBreak())]
        buffer = io.BytesIO()
        SimpleDocTemplate(buffer).build(pages)
        with Sandbox(seconds=2.0) as sandbox:
            with pytest.raises(UnreadableDocument, match=r"longer than 2 seconds"):
                sandbox(buffer.getvalue(), "long.pdf")
            assert sandbox(b"Fine.", "next.txt").text == "Fine."

    def test_what_needs_too_much_memory_is_given_up(self) -> None:
        with Sandbox(memory=400 * 2**20) as sandbox:
            with pytest.raises(UnreadableDocument, match=r"memory|crashed"):
                sandbox(b"x,y\n" * 15_000_000, "huge.csv")
            assert sandbox(b"<p>Fine.</p>", "next.html").text == "Fine."

    def test_a_child_that_died_is_replaced(self, sandbox: Sandbox) -> None:
        before = children()
        sandbox(b"<p>One.</p>", "one.html")
        (child,) = set(children()) - set(before)
        os.kill(child, signal.SIGKILL)
        time.sleep(0.2)
        assert sandbox(b"<p>Two.</p>", "two.html").text == "Two."

    def test_nothing_is_left_behind(self) -> None:
        before = children()
        with Sandbox() as sandbox:
            sandbox(b"<p>One.</p>", "one.html")
            assert len(children()) == len(before) + 1
        assert children() == before
        sandbox.close()


def children() -> list[int]:
    """Return the processes whose parent this one is."""
    text = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text()
    return [int(number) for number in text.split()]
