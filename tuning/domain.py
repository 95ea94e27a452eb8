"""The nouns of measuring and tuning: frozen values."""

from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from bot.domain import Citation, Ranked


@dataclass(frozen=True, slots=True)
class EvalQuestion:
    """A question whose right answer is known."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(coerce_numbers_to_str=True)

    id: str
    question: str
    answers: tuple[str, ...] = ()
    """Accepted answers; any one of them is right."""
    documents: tuple[str, ...] = ()
    """Where the answer stands: the ends of uris, or titles."""
    unanswerable: bool = False
    """Whether the right thing is to say that the documents do not hold it."""
    channel: str | None = None
    """Where it is asked; None leaves that to whoever runs the evaluation."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking one question."""

    question: EvalQuestion
    text: str
    citations: tuple[Citation, ...]
    retrieved: tuple[Ranked, ...]
    """The best passage of each document that was found, best first; what the asker may not see is not among them."""
    abstained: bool
    failed: bool
    """Whether the text is an error's sentence; such a question counts as abstained."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value with its 95 % interval; all three are None where nothing was measured."""

    value: float | None
    n: int
    """How many questions it was measured on."""
    low: float | None
    high: float | None
