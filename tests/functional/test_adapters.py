"""Adapters on the model in process: switched by a call, kept in memory, refused where they are broken."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file
from structlog.testing import capture_logs

from bot.errors import BadAdapter
from bot.models.transformers import TransformersModel
from tests import tiny_models
from tests.tiny_models import said

pytestmark = pytest.mark.slow

QUESTIONS = ["Who?", "Where is it?", "Quando?", "¿Por qué?", "何?", "How 🍰?", "a", "the seventh question of all"]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.write(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def adapters(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("adapters")
    return [tiny_models.write_adapter(tiny_models.model(), folder / str(seed), seed) for seed in range(6)]


@pytest.fixture
def model(weights: Path, tmp_path: Path) -> TransformersModel:
    return TransformersModel(str(weights), tmp_path / "cache")


@pytest.fixture
def broken(adapters: list[str], tmp_path: Path) -> Path:
    """Return a copy of an adapter that a test may spoil."""
    return Path(shutil.copytree(adapters[0], tmp_path / "broken"))


def test_an_adapter_is_switched_by_the_call_and_the_base_stays_as_it_was(
    model: TransformersModel, adapters: list[str]
) -> None:
    base = said(model, "Who?")
    tuned = [said(model, "Who?", adapter) for adapter in adapters[:2]]
    assert len({base, *tuned}) == 3
    assert said(model, "Who?") == base
    assert [said(model, "Who?", adapter) for adapter in adapters[:2]] == tuned


def test_many_adapters_take_turns_in_memory(weights: Path, tmp_path: Path, adapters: list[str]) -> None:
    model = TransformersModel(str(weights), tmp_path / "cache", adapters=2)
    expected = {adapter: said(model, "Who?", adapter) for adapter in adapters}
    assert len(set(expected.values())) == len(adapters)
    with capture_logs() as logs:
        for adapter in [*adapters[-2:], *adapters[-2:], adapters[0], adapters[-1]]:
            assert said(model, "Who?", adapter) == expected[adapter]
    assert [line["adapter"] for line in logs if line["event"] == "adapter_loaded"] == ["0"]


def spoil_truncated(folder: Path) -> None:
    file = folder / "adapter_model.safetensors"
    file.write_bytes(file.read_bytes()[:-1000])


def spoil_no_safetensors(folder: Path) -> None:
    (folder / "adapter_model.safetensors").write_bytes(b"<html>not found</html>")


def spoil_lacking(folder: Path) -> None:
    file = folder / "adapter_model.safetensors"
    save_file(dict(list(load_file(file).items())[2:]), file)


def spoil_strange(folder: Path) -> None:
    file = folder / "adapter_model.safetensors"
    tensors = load_file(file)
    save_file({**tensors, f"{next(iter(tensors))}.more": next(iter(tensors.values())).clone()}, file)


def spoil_shape(folder: Path) -> None:
    file = folder / "adapter_model.safetensors"
    save_file({name: tensor[:, 1:].contiguous() for name, tensor in load_file(file).items()}, file)


def spoil_without_configuration(folder: Path) -> None:
    (folder / "adapter_config.json").unlink()


def spoil_configuration(folder: Path) -> None:
    (folder / "adapter_config.json").write_text("{", encoding="utf-8")


def spoil_kind(folder: Path) -> None:
    (folder / "adapter_config.json").write_text('{"peft_type": "NEWER"}', encoding="utf-8")


def spoil_targets(folder: Path) -> None:
    config = folder / "adapter_config.json"
    config.write_text('{"peft_type": "LORA", "target_modules": ["elsewhere"]}', encoding="utf-8")


@pytest.mark.parametrize(
    "spoil",
    [
        spoil_truncated,
        spoil_no_safetensors,
        spoil_lacking,
        spoil_strange,
        spoil_shape,
        spoil_without_configuration,
        spoil_configuration,
        spoil_kind,
        spoil_targets,
        shutil.rmtree,
    ],
    ids=lambda spoil: spoil.__name__,
)
@pytest.mark.parametrize("others", [0, 1])
def test_a_broken_adapter_is_refused_and_everything_else_goes_on(
    model: TransformersModel, adapters: list[str], broken: Path, spoil: object, others: int
) -> None:
    assert callable(spoil)
    spoil(broken)
    expected = {adapter: said(model, "Who?", adapter) for adapter in ["", *adapters[1 : 1 + others]]}
    for _ in range(2):
        with pytest.raises(BadAdapter, match=str(broken)):
            said(model, "Who?", str(broken))
        assert {adapter: said(model, "Who?", adapter) for adapter in expected} == expected


def test_an_adapter_that_was_put_right_is_used(model: TransformersModel, adapters: list[str], broken: Path) -> None:
    file = broken / "adapter_model.safetensors"
    whole = file.read_bytes()
    file.write_bytes(whole[:100])
    with pytest.raises(BadAdapter):
        said(model, "Who?", str(broken))
    file.write_bytes(whole)
    assert said(model, "Who?", str(broken)) == said(model, "Who?", adapters[0])


def test_threads_that_mix_adapters_get_what_each_gets_alone(model: TransformersModel, adapters: list[str]) -> None:
    cases = [(question, adapter) for question in QUESTIONS for adapter in ["", *adapters]]
    alone = [said(model, *case) for case in cases]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda case: said(model, *case), cases))
    assert together == alone
