"""What a model's server can do wrong, played by a real server on loopback, and the sentence for each."""

import inspect
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial

import httpx
import pytest
from structlog.testing import capture_logs

from bot.errors import ModelError, ModelRefused, ModelTooSlow, ModelUnreachable
from bot.models import failures
from bot.models.patience import Patience
from tests.functional.openai_cases import EASY, HASTY, KEY, PROMPT, model_at, said
from tests.functional.scripted_server import (
    Scene,
    answers,
    event,
    goes_on,
    hangs,
    playing,
    says,
    streams,
)

pytestmark = pytest.mark.slow


def played(*scenes: Scene) -> tuple[str, int]:
    """Return what the model says to these scenes, and how many requests that took."""
    with playing(*scenes) as server:
        return said(model_at(server)), len(server.requests)


def failure(*scenes: Scene, patience: Patience = EASY) -> tuple[ModelError, int]:
    """Return the error that these scenes lead to, and how many requests that took."""
    with playing(*scenes) as server, pytest.raises(ModelError) as caught:
        said(model_at(server, patience))
    assert KEY not in str(caught.value)
    assert KEY not in repr(caught.value)
    return caught.value, len(server.requests)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_may_pass_is_tried_again(status: int) -> None:
    assert played(answers(status, "busy"), answers(status, "busy"), says("yes")) == ("yes", 3)


def test_a_connection_that_breaks_before_an_answer_begins_is_tried_again() -> None:
    assert played(lambda stage: stage.connection.close(), says("yes")) == ("yes", 2)


def test_trying_again_ends_and_is_logged_without_texts() -> None:
    with capture_logs() as logs:
        error, requests = failure(answers(503, '{"error": {"message": "warming up"}}'))
    assert isinstance(error, ModelUnreachable)
    assert "503: warming up" in str(error)
    assert requests == 3
    assert [(line["event"], line["log_level"]) for line in logs] == [("model_asked_again", "info")] * 2
    assert not {KEY, PROMPT.question, "warming up"} & set(str(logs).split("'"))


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_pause_that_the_server_asks_for_is_kept(form: str) -> None:
    patience = Patience(overall=10, retries=1, first_pause=0.01, longest_pause=3)
    soon = "1" if form == "seconds" else format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    started = time.monotonic()
    with playing(answers(429, retry_after=soon), says("yes")) as server:
        assert said(model_at(server, patience)) == "yes"
    assert time.monotonic() - started > 0.7


def test_a_longer_pause_than_allowed_is_not_waited_for() -> None:
    error, requests = failure(answers(429, '{"message": "later"}', retry_after="3600"))
    assert isinstance(error, ModelRefused)
    assert "429: later" in str(error)
    assert requests == 1


@pytest.mark.parametrize("nonsense", ["soon", "-5", "1e9", "", "Mon, 99 Foo"])
def test_a_pause_that_says_nothing_is_passed_over(nonsense: str) -> None:
    assert played(answers(429, retry_after=nonsense), says("yes")) == ("yes", 2)


@pytest.mark.parametrize("status", [400, 404, 418, 422, 500])
def test_what_will_not_pass_is_not_tried_again(status: int) -> None:
    _, requests = failure(answers(status, "no"))
    assert requests == 1


@pytest.mark.parametrize(
    ("scene", "kind", "words"),
    [
        (answers(400, '{"error": {"message": "too many tokens.", "code": 1}}'), ModelRefused, "400: too many tokens."),
        (answers(400, '{"error": "bad"}'), ModelRefused, "400: bad."),
        (answers(422, '{"detail": "Missing `model` field"}'), ModelRefused, "Missing `model` field"),
        (answers(422, '{"detail": [{"loc": ["body"], "msg": "bad"}]}'), ModelRefused, "bad"),
        (answers(400, "x" * 5000), ModelRefused, "xxx…"),
        (answers(400, f"the key {KEY} is odd"), ModelRefused, "the key *** is odd"),
        (answers(400), ModelRefused, "nothing more"),
        (answers(401, f'{{"error": "wrong key: {KEY[:9]}"}}'), ModelRefused, "check ATTUNE_MODEL_API_KEY"),
        (answers(403, '{"error": "not you"}'), ModelRefused, "(not you): check ATTUNE_MODEL_API_KEY"),
        (answers(404, '{"error": "unknown"}'), ModelRefused, "'smol' (unknown): check ATTUNE_MODEL_NAME"),
        (answers(500, "<!DOCTYPE html><html>" + "x" * 100_000), ModelUnreachable, "500: a web page"),
        (answers(200, "<html>", content_type="text/html"), ModelRefused, "text/html and not with a stream"),
        (answers(200, "{}", content_type="application/json"), ModelRefused, "check ATTUNE_MODEL_URL"),
        (answers(200, "", content_encoding="gzip", content_type="text/event-stream"), ModelUnreachable, "stopped"),
        (
            answers(200, "no gzip", content_encoding="gzip", content_type="text/event-stream"),
            ModelRefused,
            "cannot be unpacked",
        ),
        (streams(b'data: {"error": {"message": "out of memory"}}\n\n'), ModelRefused, "out of memory"),
        (streams(b"data: soon\n\n"), ModelRefused, "something else than pieces"),
        (streams(b'data: {"choices": 5}\n\n'), ModelRefused, "something else than pieces"),
        (streams(b"data: " + b"x" * 2_000_000), ModelRefused, "something else than pieces"),
        (streams(), ModelUnreachable, "in the middle of an answer"),
        (lambda stage: stage.send(b"SSH-2.0\r\n\r\n"), ModelUnreachable, "broke off"),
    ],
    ids=lambda value: "" if callable(value) else str(value)[:30],
)
def test_each_answer_that_is_none_has_a_sentence_of_its_own(scene: Scene, kind: type[ModelError], words: str) -> None:
    error, _ = failure(scene)
    assert type(error) is kind
    assert words in str(error)
    assert len(str(error)) < 450


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (b"", "in the middle of an answer"),
        (event("cut off")[:25], "something else than pieces"),
        (b'data: {"error": {"message": "out of memory"}}\n\n', "out of memory"),
    ],
)
def test_a_stream_that_breaks_gives_its_pieces_and_then_the_error(ending: bytes, words: str) -> None:
    with playing(says("one ", "two ", ending=ending)) as server:
        pieces = model_at(server).stream(PROMPT)
        assert [next(pieces), next(pieces)] == ["one ", "two "]
        with pytest.raises(ModelError, match=words):
            next(pieces)
    assert len(server.requests) == 1


def test_the_key_does_not_follow_a_redirect() -> None:
    with playing(says("stolen")) as elsewhere:
        error, requests = failure(answers(307, location=f"{elsewhere.url}/v1?secret=1"))
        assert not elsewhere.requests
    assert "redirects to 127.0.0.1: set ATTUNE_MODEL_URL" in str(error)
    assert requests == 1


@pytest.mark.parametrize(
    "scene",
    [
        hangs(),
        hangs(event("one")),
        goes_on(b": keep-alive\n\n"),
        goes_on(b"data: {"),
        goes_on(b'data: {"choices":[]}\n\n'),
    ],
    ids=["no answer", "silence after a piece", "only comments", "no end of a line", "nothing said"],
)
def test_who_says_nothing_for_too_long_is_too_slow(scene: Scene) -> None:
    error, requests = failure(scene, patience=HASTY)
    assert isinstance(error, ModelTooSlow)
    assert "0.4 seconds" in str(error)
    assert requests == 1


def test_who_never_ends_is_too_slow() -> None:
    error, _ = failure(goes_on(event("more ")), patience=Patience(between=0.4, overall=0.8))
    assert isinstance(error, ModelTooSlow)
    assert "0.8 seconds" in str(error)


def unused_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_nobody_there_is_unreachable() -> None:
    with pytest.raises(ModelUnreachable, match="nothing answers there"):
        said(model_at(f"http://127.0.0.1:{unused_port()}"))


def exceptions_of_httpx() -> list[type[Exception]]:
    return [kind for _, kind in inspect.getmembers(httpx, inspect.isclass) if issubclass(kind, Exception)]


def test_no_exception_of_httpx_is_forgotten() -> None:
    assert set(failures.WHY) == set(exceptions_of_httpx())


@pytest.mark.parametrize("kind", exceptions_of_httpx(), ids=lambda kind: kind.__name__)
def test_each_exception_of_httpx_becomes_one_of_ours_without_its_text(kind: type[Exception]) -> None:
    class Newer(kind):  # type: ignore[misc, valid-type]  # a subclass that a later version may bring
        def __init__(self) -> None:
            Exception.__init__(self, KEY)

    for error in (Newer(), partial(kind.__new__, kind)(KEY)):
        ours = failures.translated(error, "http://host", 5)
        assert isinstance(ours, ModelError)
        assert KEY not in str(ours)
