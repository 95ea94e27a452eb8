"""A causal language model in this process, from files on this machine, with PEFT adapters switched by a call."""

import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, RLock

from bot.domain import Prompt
from bot.errors import HomeNotWritable, ModelRefused, ModelTooSlow, PromptTooLong
from bot.models import generation
from bot.models.detokenizer import Detokenizer
from bot.models.gguf import unpacked
from bot.models.tokenizer import ChatTokenizer
from bot.models.weights import find, fingerprint
from bot.reasons import reason


class TransformersModel:
    """The port `LanguageModel`; loaded at first use, and safe to use from several threads at once.

    One thread of its own runs the model, one answer after the other in the order in which they were
    asked for. So adapters are never switched under an answer, a slow reader holds nobody up, and
    PyTorch keeps one set of threads, whoever asks.
    """

    def __init__(self, name: str, cache: Path, *, seconds: float = 120.0, adapters: int = 4) -> None:
        """Find the model, and load nothing yet; raises `WeightsMissing`.

        `name` is a folder with safetensors or one .gguf, a .gguf file, or empty for the packaged model;
        `cache` is a folder for unpacked copies; `seconds` may pass from the asking to the end of an answer;
        `adapters` stay in memory, the most recently used ones.
        """
        self._weights = find(name)
        self._cache = cache
        self._seconds = seconds
        self._adapters = adapters
        self._lock = RLock()
        self._generator: generation.Generator | None = None
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="model")

    @property
    def name(self) -> str:
        """Return transformers:NAME."""
        return f"transformers:{self._weights.name}"

    @property
    def fingerprint(self) -> str:
        """Return a hash of the files that hold the weights."""
        with self._lock:
            return self._fingerprint

    @property
    def window(self) -> int:
        """Say how many tokens the model reads and writes together."""
        return self._text().window

    def count(self, text: str) -> int:
        """Return the number of tokens that the text takes."""
        return self._text().count(text)

    def stream(self, prompt: Prompt, adapter: str = "") -> Generator[str, None, None]:
        """Yield pieces that join to the answer, the likeliest one: the seed changes nothing.

        Raises `PromptTooLong`, `ModelTooSlow`, `BadWeights`, `BadAdapter` or `ModelRefused`, and where there is
        no room for an unpacked copy, `DiskFull` or `HomeNotWritable`.
        """
        tokens = self._text().encode(prompt.messages)
        if len(tokens) + prompt.max_tokens > self.window:
            raise PromptTooLong(tokens=len(tokens) + prompt.max_tokens, window=self.window)
        deadline = time.monotonic() + self._seconds
        pieces: SimpleQueue[str | None] = SimpleQueue()
        stop = Event()
        job = self._worker.submit(self._answer, tokens, adapter, prompt.max_tokens, pieces.put, stop)
        job.add_done_callback(lambda _: pieces.put(None))
        try:
            while (piece := self._next(pieces, deadline)) is not None:
                yield piece
            job.result()
        finally:
            stop.set()
            job.cancel()

    def _next(self, pieces: SimpleQueue[str | None], deadline: float) -> str | None:
        try:
            return pieces.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            raise ModelTooSlow(seconds=self._seconds) from None

    def _answer(
        self, tokens: Sequence[int], adapter: str, max_tokens: int, put: Callable[[str], None], stop: Event
    ) -> None:
        """Run in the model's own thread: put each piece of the answer until it ends or `stop` is set."""
        text = self._text()
        detokenizer = Detokenizer(text.decode)

        def on_token(token: int) -> bool:
            if piece := detokenizer.add(token):
                put(piece)
            return not stop.is_set()

        self._generator = self._generator or generation.Generator(self._folder, text.end, self._adapters)
        if stop.is_set():
            return
        try:
            self._generator.run(tokens, adapter, max_tokens, on_token)
        except (RuntimeError, ValueError, MemoryError) as error:
            raise ModelRefused(url=self._weights.folder, why=reason(error)) from error
        if rest := detokenizer.end():
            put(rest)

    def _text(self) -> ChatTokenizer:
        with self._lock:
            return self._tokenizer

    @cached_property
    def _tokenizer(self) -> ChatTokenizer:
        return ChatTokenizer(self._folder)

    @cached_property
    def _fingerprint(self) -> str:
        try:
            self._cache.mkdir(parents=True, exist_ok=True)
            return fingerprint(self._weights, self._cache)
        except OSError as error:
            raise HomeNotWritable(home=self._cache, why=error.strerror) from error

    @cached_property
    def _folder(self) -> Path:
        """The folder that the model is loaded from: its own, or the unpacked copy."""
        if not self._weights.packed:
            return self._weights.folder
        return unpacked(self._weights.files[0], self._cache / self.fingerprint)
