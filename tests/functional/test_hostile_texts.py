"""A hostile text costs what its length costs: nothing that the server does with one takes a square of that."""

import time
from collections.abc import Callable
from typing import TypeAlias

import pytest

from bot.chat.web.views import sentences
from bot.denial import governs
from bot.domain import Document, DocumentId, scope
from bot.errors import BadInput, UnreadableDocument
from bot.grounding import marks, without_marks
from bot.hidden import without_hidden
from bot.passages import split
from bot.questions import clean
from bot.sentences import split_sentences
from bot.sources.convert import convert
from bot.streaming import units
from tests.functional.hostile_texts import texts

Use: TypeAlias = Callable[[str], object]

_SIZE = 10_000
_GROWTH = 4
_BOUND = 2.5 * _GROWTH
_DOCUMENT = Document(DocumentId("d"), "handbook", "/f/a.md", "A", frozenset({scope("everyone")}))


def _converted(name: str) -> Use:
    def use(text: str) -> None:
        try:
            convert(text.encode(), name)
        except UnreadableDocument as error:
            assert "no text" in str(error)  # noqa: PT017 - most of them hold some

    return use


def _cut(text: str) -> None:
    split(text, _DOCUMENT, lambda piece: len(piece.split()) + len(piece) // 4 + 2)


def _titled(text: str) -> None:
    titled = Document(DocumentId("d"), "handbook", "/f/a.md", text, frozenset({scope("everyone")}))
    split("# A\n\nSome text.", titled, lambda piece: len(piece.split()) + len(piece) // 4 + 2)


def _asked(text: str) -> None:
    try:
        clean(text, len(text))
    except BadInput as error:
        assert str(error)  # noqa: PT017 - some of them ask nothing


def _answered(text: str) -> None:
    list(units([text]))
    without_marks(text)
    marks(text)
    sentences(text)


def _in_pieces(text: str) -> None:
    """White space is all that a model may go on with for as long as it likes."""
    list(units(["The answer", *(" " * 40 for _ in range(len(text) // 40)), "x"]))


def _stated(text: str) -> None:
    without_hidden(text, struck=True)
    split_sentences(text)
    governs(text)


def seconds(use: Use, text: str) -> float:
    """Return what it takes of the processor."""
    started = time.thread_time()
    use(text)
    return time.thread_time() - started


def growth(use: Use, text: str, longer: str, least: float) -> float:
    """Return how many times as long the longer text takes, looked at again where other programs may have been in it."""
    found = seconds(use, longer) / max(seconds(use, text), least)
    return found if found <= _BOUND else min(found, seconds(use, longer) / max(seconds(use, text), least))


@pytest.mark.slow
@pytest.mark.parametrize(
    "use",
    [_converted("a.md"), _converted("a.txt"), _cut, _titled, _asked, _answered, _in_pieces, _stated],
    ids=["markdown", "text", "cut", "title", "question", "answer", "pieces", "passage"],
)
def test_four_times_the_text_takes_about_four_times_as_long(use: Use) -> None:
    """What takes hardly any time is compared with a harmless text of the same length."""
    harmless = "Leave is 25 days. " * (_SIZE // 18)
    use(harmless)
    least = seconds(use, harmless)
    longer = texts(_GROWTH * _SIZE)
    found = {name: growth(use, text, longer[name], least) for name, text in texts(_SIZE).items()}
    assert {name: round(times, 1) for name, times in found.items() if times > _BOUND} == {}
