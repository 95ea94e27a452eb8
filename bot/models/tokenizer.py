"""A model's tokenizer with its chat template: messages in, tokens out."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from jinja2 import TemplateError
from transformers import AutoConfig, AutoTokenizer

from bot.domain import Message
from bot.errors import BadWeights
from bot.reasons import reason

_NO_LIMIT: Final = 1_000_000
"""Above this a tokenizer means that it knows no limit."""
_CAUTIOUS: Final = 2048
"""The window of a model whose files do not say how much it reads."""


class ChatTokenizer:
    """Safe to use from several threads at once."""

    def __init__(self, folder: Path) -> None:
        """Read the files; raises `BadWeights`."""
        try:
            config = AutoConfig.from_pretrained(folder, local_files_only=True)
            self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadWeights(folder=folder, why=reason(error)) from error
        if not self._tokenizer.chat_template:
            raise BadWeights(folder=folder, why="it has no chat template, so it is no model for answering")
        self._folder = folder
        self.end: int | None = self._tokenizer.eos_token_id
        """The token that ends a turn."""
        # The first call settles truncation and padding, which later ones then only read.
        self._tokenizer("")
        control = [token.content for token in self._tokenizer.added_tokens_decoder.values() if token.special]
        self._control = re.compile("|".join(map(re.escape, sorted(control, key=len, reverse=True))) or r"(?!)")
        limits = (getattr(config.get_text_config(), "max_position_embeddings", None), self._tokenizer.model_max_length)
        self.window: int = min((limit for limit in limits if limit and limit < _NO_LIMIT), default=_CAUTIOUS)
        """How many tokens the model reads and writes together."""

    def encode(self, messages: Sequence[Message]) -> list[int]:
        """Return the tokens of a conversation up to where the answer begins; raises `BadWeights`."""
        turns = [{"role": message.role, "content": self._plain(message.content)} for message in messages]
        try:
            text = self._tokenizer.apply_chat_template(turns, add_generation_prompt=True, tokenize=False)
        except TemplateError as error:
            raise BadWeights(
                folder=self._folder, why=f"its chat template refuses the prompt: {reason(error)}"
            ) from error
        return list(self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])

    def decode(self, tokens: Sequence[int]) -> str:
        """Return the text of tokens, control tokens left out."""
        return str(self._tokenizer.decode(list(tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False))

    def count(self, text: str) -> int:
        """Return how many tokens a text takes."""
        return len(self._tokenizer(self._plain(text), add_special_tokens=False, verbose=False)["input_ids"])

    def _plain(self, text: str) -> str:
        """Break up control tokens that are spelt out, so that no text can end its turn and begin another one's."""
        return self._control.sub(lambda found: f"{found[0][0]} {found[0][1:]}", text)
