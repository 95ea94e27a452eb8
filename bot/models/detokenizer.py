"""Turn tokens into text as they arrive, without ever showing part of a character."""

from collections.abc import Callable, Sequence
from typing import Final

_PARTIAL: Final = "\N{REPLACEMENT CHARACTER}"
"""How a tokenizer decodes a character of which it has only the first bytes."""


class Detokenizer:
    """Collects the tokens of one answer; the pieces that it returns join to the text of all of them.

    The text of a token depends on those before it (white space, characters of several tokens), so a
    short window of tokens is decoded again with each new one; the work for each stays the same.
    """

    def __init__(self, decode: Callable[[Sequence[int]], str]) -> None:
        """`decode` gives the text of some tokens."""
        self._decode = decode
        self._tokens: list[int] = []
        self._shown = 0
        """Of the window, how many tokens have been shown; they are kept for what they do to the next ones."""

    def add(self, token: int) -> str:
        """Take the next token and return the text that is certain now, often a word, sometimes nothing."""
        self._tokens.append(token)
        piece = self._rest()
        if not piece or piece.endswith(_PARTIAL):
            return ""
        self._tokens = self._tokens[self._shown :]
        self._shown = len(self._tokens)
        return piece

    def end(self) -> str:
        """Return what was held back, when no more tokens come."""
        piece = self._rest()
        self._tokens, self._shown = [], 0
        return piece

    def _rest(self) -> str:
        return self._decode(self._tokens)[len(self._decode(self._tokens[: self._shown])) :]
