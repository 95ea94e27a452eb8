"""A model that comes as one GGUF file, and the unpacked copy of it."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.errors import ModelError
from bot.models.transformers import TransformersModel
from tests import tiny_models
from tests.tiny_models import said

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.write(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.write_gguf(tmp_path_factory.mktemp("packed"))


@pytest.fixture(scope="module")
def cache(packed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache that holds the unpacked copy."""
    folder = tmp_path_factory.mktemp("cache")
    said(TransformersModel(str(packed), folder), "Who?")
    return folder


def copy_in(cache: Path) -> Path:
    """Return the unpacked copy in a cache."""
    return next(folder for folder in cache.iterdir() if folder.is_dir())


def unpackings(packed: Path, cache: Path, weights: Path) -> int:
    """Answer with the packed model as the plain one does, and return how often it was unpacked for that."""
    with capture_logs() as logs:
        text = said(TransformersModel(str(packed), cache), "Who?")
    assert text == said(TransformersModel(str(weights), cache), "Who?")
    return sum(line["event"] == "model_unpacked" for line in logs)


def test_a_gguf_file_is_unpacked_once(packed: Path, cache: Path, weights: Path) -> None:
    assert unpackings(packed, cache, weights) == 0
    assert copy_in(cache).name == TransformersModel(str(packed), cache).fingerprint
    assert not list(cache.glob("*.part"))


@pytest.mark.parametrize("harm", ["half a file", "a killed draft"])
def test_a_half_written_copy_is_noticed_and_made_anew(
    packed: Path, cache: Path, weights: Path, tmp_path: Path, harm: str
) -> None:
    mine = Path(shutil.copytree(cache, tmp_path / "cache"))
    copy = copy_in(mine)
    if harm == "half a file":
        (copy / "model.safetensors").write_bytes((copy / "model.safetensors").read_bytes()[:5000])
    else:
        copy.rename(f"{copy}.part")
    assert unpackings(packed, mine, weights) == 1
    assert copy_in(mine) == copy


def test_two_that_unpack_at_once_make_one_copy(packed: Path, weights: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as threads, capture_logs() as logs:
        models = [TransformersModel(str(packed), tmp_path / "cache") for _ in range(2)]
        texts = set(threads.map(lambda model: said(model, "Who?"), models))
    assert texts == {said(TransformersModel(str(weights), tmp_path / "cache"), "Who?")}
    assert [line["event"] for line in logs].count("model_unpacked") == 1


def test_a_damaged_gguf_file_says_so_and_leaves_nothing_behind(packed: Path, tmp_path: Path) -> None:
    file = tmp_path / "damaged.gguf"
    file.write_bytes(packed.read_bytes()[:20_000])
    with pytest.raises(ModelError, match=r"damaged\.gguf.*unpacking it failed"):
        said(TransformersModel(str(file), tmp_path / "cache"), "Who?")
    assert not [folder for folder in (tmp_path / "cache").iterdir() if folder.is_dir()]
