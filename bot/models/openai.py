"""A language model behind any OpenAI-compatible server; vLLM serves adapters under names of their own."""

import math
from collections.abc import Generator, Iterator
from contextlib import closing
from re import search
from typing import Final

import httpx
import structlog
from pydantic import BaseModel, ValidationError

from bot.domain import Prompt
from bot.errors import ModelRefused, ModelUnreachable, PromptTooLong
from bot.models.failures import VENDOR, message, refusal, translated
from bot.models.patience import Clock, Patience, asked_pause
from bot.models.sse import NotEvents, data_of
from bot.reasons import reason

_BYTES_PER_TOKEN: Final = 3
_AGAIN: Final = frozenset({429, 502, 503, 504})
"""What a server answers that may well answer properly a moment later."""
_LOST: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)
"""No answer began, so that asking again does no harm."""
_ERROR_BYTES: Final = 65_536

log = structlog.get_logger()


class _Delta(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    delta: _Delta | None = None
    finish_reason: str | None = None


class _Chunk(BaseModel):
    choices: list[_Choice] | None = None
    error: object = None


class OpenAIModel:
    """The port `LanguageModel` over HTTP; safe to use from several threads at once."""

    fingerprint = ""

    def __init__(
        self, url: str, name: str, key: str = "", *, window: int = 8192, patience: Patience | None = None
    ) -> None:
        """`url` is the server's address, with or without /v1; `name` is the model that it serves.

        `window` is how many tokens that model reads and writes together, which no server tells in a common
        way. Raises `ModelUnreachable` or `ModelRefused` where the address or the key can never work; nothing
        is sent yet.
        """
        self.name = f"openai:{name}"
        self.window = window
        self._served = name
        self._patience = patience or Patience()
        self._silence = min(self._patience.between, self._patience.overall)
        self._endpoint = _endpoint(url)
        self._shown = str(self._endpoint.copy_with(username=None, password=None, path="/", query=None)).rstrip("/")
        headers = _authorization(key.strip(), self._shown)
        self._key = key.strip().encode()
        self._client = httpx.Client(
            headers=headers,
            timeout=httpx.Timeout(self._silence, connect=self._patience.connect),
            follow_redirects=False,  # the key is for this server alone
            limits=httpx.Limits(max_keepalive_connections=0),  # beside an answer's seconds a fresh one costs nothing
        )

    def count(self, text: str) -> int:
        """Estimate the number of tokens as a third of the bytes in UTF-8, rounded up.

        The server's tokenizer is not known here. Common ones take 3 to 5 bytes for a token of European
        text, so this errs on the safe side; rare scripts and emojis may take more.
        """
        return math.ceil(len(text.encode(errors="replace")) / _BYTES_PER_TOKEN)

    def stream(self, prompt: Prompt, adapter: str = "") -> Generator[str, None, None]:
        """Yield pieces that join to the answer; closing the generator closes the connection.

        Raises `PromptTooLong`, `ModelUnreachable`, `ModelRefused` or `ModelTooSlow`.
        """
        tokens = sum(self.count(turn.content) for turn in prompt.messages) + prompt.max_tokens
        if tokens > self.window:
            raise PromptTooLong(tokens=tokens, window=self.window)
        model = adapter or self._served
        request = self._client.build_request(
            "POST",
            self._endpoint,
            json={
                "model": model,
                "messages": [{"role": turn.role, "content": turn.content} for turn in prompt.messages],
                "max_tokens": prompt.max_tokens,
                "temperature": 0,
                "seed": prompt.seed,
                "stream": True,
            },
        )
        clock = Clock(self._patience)
        try:
            with closing(self._opened(request, model, clock)) as response:
                yield from self._pieces(response, clock)
        except VENDOR as error:
            raise translated(error, self._shown, self._silence) from error

    def _opened(self, request: httpx.Request, model: str, clock: Clock) -> httpx.Response:
        """Return a response whose answer begins, after further attempts where those may help."""
        pauses = self._patience.pauses()
        while True:
            asked = 0.0
            try:
                response = self._client.send(request, stream=True)
            except _LOST as error:
                failure = translated(error, self._shown, self._silence)
            else:
                if response.is_success:
                    return response
                with closing(response):
                    failure = refusal(response, self._without_key(_start(response, clock)), self._shown, model)
                if response.status_code not in _AGAIN:
                    raise failure
                asked = asked_pause(response.headers.get("retry-after", ""))
            pause = max(next(pauses, math.inf), asked)
            if not clock.pause(pause):
                raise failure
            log.info("model_asked_again", url=self._shown, why=type(failure).__name__, waited_s=round(pause, 2))

    def _pieces(self, response: httpx.Response, clock: Clock) -> Iterator[str]:
        kind = response.headers.get("content-type", "something unnamed").partition(";")[0]
        if kind != "text/event-stream":
            why = f"it answers with {reason(kind)} and not with a stream of events: check ATTUNE_MODEL_URL"
            raise ModelRefused(url=self._shown, why=why)
        finished = False
        try:
            for data in data_of(_timed(response, clock)):
                if data.strip() == "[DONE]":
                    return
                choice = self._choice(data)
                finished = finished or bool(choice.finish_reason)
                if choice.delta and choice.delta.content:
                    yield choice.delta.content
                    clock.restart()
        except NotEvents:
            raise ModelRefused(url=self._shown, why="it sends something else than pieces of an answer") from None
        if not finished:
            raise ModelUnreachable(url=self._shown, why="it stopped in the middle of an answer")

    def _choice(self, data: str) -> _Choice:
        """Return what a chunk says; a chunk may say nothing, and may tell of an error."""
        try:
            chunk = _Chunk.model_validate_json(data)
        except ValidationError:
            raise NotEvents from None
        if chunk.error:
            raise ModelRefused(url=self._shown, why=message(self._without_key(data.encode())))
        return chunk.choices[0] if chunk.choices else _Choice()

    def _without_key(self, text: bytes) -> bytes:
        return text.replace(self._key, b"***") if self._key else text


def _endpoint(url: str) -> httpx.URL:
    why = "set ATTUNE_MODEL_URL to an address such as http://127.0.0.1:8000/v1"
    try:
        parsed = httpx.URL(url.strip())
    except httpx.InvalidURL:
        raise ModelUnreachable(url="the address given", why=why) from None
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ModelUnreachable(url="the address given", why=why)
    path = parsed.path.rstrip("/").removesuffix("/chat/completions")
    version = "" if search(r"/v\d", path) else "/v1"
    return parsed.copy_with(path=f"{path}{version}/chat/completions")


def _authorization(key: str, url: str) -> dict[str, str]:
    if not (key.isascii() and key.isprintable()):
        raise ModelRefused(url=url, why="ATTUNE_MODEL_API_KEY holds characters that no key has")
    return {"Authorization": f"Bearer {key}"} if key else {}


def _timed(response: httpx.Response, clock: Clock) -> Iterator[bytes]:
    for chunk in response.iter_bytes():
        clock.check()
        yield chunk


def _start(response: httpx.Response, clock: Clock) -> bytes:
    """Return the first part of an error's text, which is all that its message needs."""
    body = b""
    for chunk in _timed(response, clock):
        body += chunk
        if len(body) > _ERROR_BYTES:
            break
    return body
