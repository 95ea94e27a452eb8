"""A model behind HTTP: requests, streams, addresses and keys, against a real server on loopback."""

import json
import time
import traceback
from contextlib import closing

import pytest

from bot.errors import ModelRefused, ModelTooSlow, ModelUnreachable, PromptTooLong
from bot.models.openai import OpenAIModel
from tests.functional.openai_cases import HASTY, KEY, PROMPT, TEXT, model_at, said
from tests.functional.scripted_server import (
    DONE,
    answers,
    event,
    goes_on,
    hangs,
    playing,
    says,
    streams,
)

pytestmark = pytest.mark.slow

ROLE = b'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":null}}]}\n\n'
USAGE = b'data: {"choices":[],"usage":{"total_tokens":9}}\n\n'
FINISH = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'


def test_the_request_is_what_servers_expect() -> None:
    with playing(says("yes")) as server:
        assert said(model_at(server)) == "yes"
        assert said(model_at(server), adapter="tuned-7") == "yes"
    first, second = server.requests
    assert first.path == "/v1/chat/completions"
    assert first.headers["authorization"] == f"Bearer {KEY}"
    assert first.body == {
        "model": "smol",
        "messages": [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Olá 🍰?"}],
        "max_tokens": 7,
        "temperature": 0,
        "seed": 3,
        "stream": True,
    }
    assert second.body == {**first.body, "model": "tuned-7"}


def test_without_a_key_no_header_is_sent() -> None:
    with playing(says("yes")) as server:
        said(model_at(server, key=""))
    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize(
    ("added", "path"),
    [
        ("", "/v1/chat/completions"),
        ("/", "/v1/chat/completions"),
        ("/v1", "/v1/chat/completions"),
        ("/v1/", "/v1/chat/completions"),
        ("/v1/chat/completions", "/v1/chat/completions"),
        ("/models/smol", "/models/smol/v1/chat/completions"),
        ("/v1beta/openai", "/v1beta/openai/chat/completions"),
    ],
)
def test_the_address_may_end_in_any_usual_way(added: str, path: str) -> None:
    with playing(says("yes")) as server:
        said(model_at(server.url + added))
    assert server.requests[0].path == path


@pytest.mark.parametrize(
    "stream",
    [
        ROLE + event("né 漢") + event("字 🍰 - done") + FINISH + USAGE + DONE,
        b": keep-alive\n\n" + event("né 漢字") + b":\n\n" + event(" 🍰 - done", finish="length"),
        event(TEXT).replace(b"\n", b"\r\n") + DONE.replace(b"\n", b"\r\n"),
        event(TEXT) + b'data: {"choices":null}\n\n' + b"data:[DONE]",
    ],
    ids=["everything", "comments and no [DONE]", "carriage returns", "bare"],
)
@pytest.mark.parametrize("size", [3, 10_000])
def test_every_usual_form_of_stream_is_read_however_it_is_cut(stream: bytes, size: int) -> None:
    chunks = [stream[start : start + size] for start in range(0, len(stream), size)]
    with playing(streams(*chunks)) as server:
        assert said(model_at(server)) == TEXT


def test_pieces_come_as_they_are_sent() -> None:
    with playing(hangs(event("first"))) as server, closing(model_at(server).stream(PROMPT)) as pieces:
        assert next(pieces) == "first"


def test_closing_closes_the_connection_and_the_model_can_be_asked_again() -> None:
    with playing(goes_on(event("more ")), says("yes")) as server:
        model = model_at(server)
        with closing(model.stream(PROMPT)) as pieces:
            assert next(pieces) == "more "
        assert server.hung_up.wait(2)
        assert said(model) == "yes"


def test_the_readers_own_time_is_not_the_servers() -> None:
    with playing(streams(*[event("a")] * 30, DONE)) as server:
        pieces = model_at(server, HASTY).stream(PROMPT)
        first = next(pieces)
        time.sleep(0.6)
        assert first + "".join(pieces) == "a" * 30


@pytest.mark.parametrize("url", ["", "127.0.0.1:8000", "ftp://host/v1", "http://", "file:///etc", "http://[::1", "\0"])
def test_an_address_that_can_never_work_is_refused_at_once(url: str) -> None:
    with pytest.raises(ModelUnreachable, match=r"set ATTUNE_MODEL_URL to an address such as http://"):
        model_at(url)


@pytest.mark.parametrize("key", ["sk-né", "sk\nx", "sk\x00"])
def test_a_key_that_no_header_can_hold_is_refused_without_repeating_it(key: str) -> None:
    with pytest.raises(ModelRefused, match="ATTUNE_MODEL_API_KEY") as caught:
        model_at("http://127.0.0.1:1", key=key)
    assert key not in str(caught.value)


def test_a_password_in_the_address_is_used_and_not_shown() -> None:
    with playing(answers(400, "no")) as server:
        url = server.url.replace("http://", "http://ann:canary@")
        with pytest.raises(ModelRefused) as caught:
            said(model_at(url, key=""))
    assert server.requests[0].headers["authorization"].startswith("Basic ")
    assert "canary" not in str(caught.value)


def test_the_key_shows_nowhere() -> None:
    with playing(hangs(event("one"))) as server:
        model = model_at(server, HASTY)
        with pytest.raises(ModelTooSlow) as caught:
            said(model)
    assert KEY not in repr(model)
    assert KEY not in repr(vars(model)["_client"])
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_a_prompt_beyond_the_window_is_not_sent() -> None:
    with playing(says("yes")) as server:
        model = OpenAIModel(server.url, "smol", window=12)
        with pytest.raises(PromptTooLong, match="needs 14 tokens and the model reads up to 12"):
            said(model)
    assert not server.requests


def test_counting_errs_on_the_safe_side() -> None:
    model = model_at("http://127.0.0.1:1")
    assert model.count("") == 0
    assert model.count("Hello") == 2
    assert model.count("漢字") == 2
    assert model.count(json.dumps(list(range(100)))) >= 100
