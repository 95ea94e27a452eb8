"""What every `LanguageModel` promises, kept by the fake, by a real model in process and by a real server."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from platformdirs import user_cache_path

from bot.domain import DocumentId, Message, Passage, PassageId, Prompt, Scope
from bot.errors import PromptTooLong
from bot.models.extractive import ExtractiveModel
from bot.models.openai import OpenAIModel
from bot.models.patience import Patience
from bot.models.weights import PACKAGED, find, fingerprint
from bot.ports import LanguageModel
from tests.fakes import FakeEmbedder, FakeModel

WRITERS = [
    "fake",
    pytest.param("transformers", marks=pytest.mark.slow),
    pytest.param("openai", marks=pytest.mark.slow),
]
"""Models that write as much as they may: a line here, and a fixture of that name with `_model` behind it."""
MODELS = [*WRITERS, "extractive"]
"""All models, also those that find their own end."""
_START_SECONDS = 180
_MINUTES = Patience(between=300, overall=600)

PASSAGE = Passage(
    PassageId("p1"),
    DocumentId("d1"),
    0,
    "The office in Bristol opens at eight. Visitors sign in at the desk.",
    ("Offices", "Bristol"),
    0,
    68,
    frozenset({Scope("everyone")}),
)


def prompt(question: str, max_tokens: int = 12) -> Prompt:
    text = f"{PASSAGE.text}\n\n{question}"
    return Prompt((Message("user", text),), question, (PASSAGE,), max_tokens=max_tokens)


def said(model: LanguageModel, question: str, max_tokens: int = 12) -> str:
    return "".join(model.stream(prompt(question, max_tokens)))


@pytest.fixture(scope="session")
def fake_model() -> LanguageModel:
    return FakeModel()


@pytest.fixture(scope="session")
def extractive_model() -> LanguageModel:
    return ExtractiveModel(FakeEmbedder())


@pytest.fixture(scope="session")
def cache() -> Path:
    """Return the folder that keeps the unpacked model from one run of the tests to the next."""
    folder = user_cache_path("attune", appauthor=False) / "models"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def transformers_model(cache: Path) -> LanguageModel:
    from bot.models.transformers import TransformersModel  # noqa: PLC0415 - takes seconds that only slow tests spend

    model = TransformersModel("", cache, seconds=600)
    said(model, "Warm up.", max_tokens=1)
    return model


@pytest.fixture(scope="session")
def server(transformers_model: LanguageModel, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the unpacked model with `transformers serve`, as precise as it is in process, and return the address."""
    from bot.models.hardware import device, precision  # noqa: PLC0415 - takes seconds that only slow tests spend

    place = device()
    computing = ["--device", place.type, "--dtype", str(precision(place)).removeprefix("torch.")]
    folder = cache / transformers_model.fingerprint
    port = _unused_port()
    url = f"http://127.0.0.1:{port}"
    command = [str(Path(sys.executable).with_name("transformers")), "serve", str(folder), "--host", "127.0.0.1"]
    log = tmp_path_factory.mktemp("serve") / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port), *computing],
            env={**os.environ, "HF_HUB_OFFLINE": "1", "TQDM_DISABLE": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_ready(process, url, log)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _unused_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_until_ready(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/health", timeout=5).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    pytest.fail(f"'transformers serve' did not start:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture(scope="session")
def openai_model(server: str, transformers_model: LanguageModel, cache: Path) -> LanguageModel:
    return OpenAIModel(server, str(cache / transformers_model.fingerprint), patience=_MINUTES)


@pytest.fixture
def model(request: pytest.FixtureRequest) -> LanguageModel:
    found: LanguageModel = request.getfixturevalue(f"{request.param}_model")
    return found


every_model = pytest.mark.parametrize("model", MODELS, indirect=True)
every_writer = pytest.mark.parametrize("model", WRITERS, indirect=True)


@every_model
def test_a_model_has_a_kind_a_name_and_a_window(model: LanguageModel) -> None:
    kind, _, name = model.name.partition(":")
    assert kind
    assert name
    assert model.window > 0
    assert isinstance(model.fingerprint, str)


@every_model
def test_no_text_takes_no_tokens_and_more_text_takes_no_fewer(model: LanguageModel) -> None:
    assert model.count("") == 0
    one, two = model.count("The office in Bristol"), model.count("The office in Bristol opens at eight.")
    assert 0 < one < two < 40
    assert model.count("漢字 🍰 né") > 0


@every_model
def test_pieces_join_to_whole_characters(model: LanguageModel) -> None:
    pieces = list(model.stream(prompt("Say in one word and one emoji when the office opens: 漢字 🍰 né", 24)))
    text = "".join(pieces)
    assert text.strip()
    assert all(pieces)
    assert text.encode().decode() == text
    assert "\N{REPLACEMENT CHARACTER}" not in text[:-1]


@every_model
def test_the_same_prompt_gives_the_same_text(model: LanguageModel) -> None:
    assert said(model, "When does the office open?") == said(model, "When does the office open?")


@every_writer
def test_the_text_ends_at_max_tokens_and_a_longer_one_begins_the_same(model: LanguageModel) -> None:
    question = "Count in words: one, two, three and so on up to a hundred."
    short, long = said(model, question, max_tokens=5), said(model, question, max_tokens=16)
    assert long.startswith(short)
    assert len(short) < len(long)
    assert len(list(model.stream(prompt(question, max_tokens=5)))) <= 5


@every_writer
def test_a_closed_answer_stops_the_model_which_can_be_asked_again(model: LanguageModel) -> None:
    before = said(model, "Where do visitors sign in?", max_tokens=4)
    with closing(model.stream(prompt("Write a story of a thousand words about the office.", 2000))) as pieces:
        assert next(pieces)
    started = time.monotonic()
    assert said(model, "Where do visitors sign in?", max_tokens=4) == before
    assert time.monotonic() - started < 45


@every_model
def test_an_answer_that_was_never_read_asks_nothing_of_the_model(model: LanguageModel) -> None:
    model.stream(prompt("Write a story of a thousand words about the office.", 2000)).close()
    assert said(model, "When does the office open?")


@every_writer
def test_a_prompt_beyond_the_window_is_refused_and_never_cut(model: LanguageModel) -> None:
    long = "word " * model.window
    with pytest.raises(PromptTooLong) as caught:
        said(model, long)
    assert caught.value.facts["window"] == model.window
    with pytest.raises(PromptTooLong):
        list(model.stream(replace(prompt("When?"), max_tokens=model.window)))


@every_model
def test_threads_get_the_answers_to_their_own_questions(model: LanguageModel) -> None:
    questions = ["When does the office open?", "Where do visitors sign in?", "¿A qué hora abre?", "Say hello."]
    alone = [said(model, question, 8) for question in questions]
    with ThreadPoolExecutor(len(questions)) as threads:
        assert list(threads.map(lambda question: said(model, question, 8), questions)) == alone


@pytest.mark.slow
def test_the_packaged_model_says_who_it_is(transformers_model: LanguageModel, cache: Path) -> None:
    assert transformers_model.name == f"transformers:{PACKAGED}"
    assert transformers_model.fingerprint == fingerprint(find(""), cache)
    assert transformers_model.window == 8192


@pytest.mark.slow
def test_in_process_and_over_http_the_same_model_says_the_same(
    transformers_model: LanguageModel, openai_model: LanguageModel
) -> None:
    question = "When does the office in Bristol open?"
    assert said(transformers_model, question) == said(openai_model, question)
