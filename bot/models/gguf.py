"""Unpack a GGUF file into a folder of safetensors, once: reading the packed form takes half a minute at every start."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import structlog
import torch
from filelock import FileLock
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

from bot.errors import BadWeights, DiskFull
from bot.reasons import reason

_MANIFEST: Final = "unpacked.json"
"""Written last: the size of every file of the folder."""

log = structlog.get_logger()


def unpacked(file: Path, folder: Path) -> Path:
    """Return `folder`, filled with an unpacked float32 copy of the GGUF file, with its tokenizer and configuration.

    A copy that is whole is used as it is; one that is not is made anew. Other processes that ask for the
    same copy wait for it. Raises `BadWeights` and `DiskFull`.
    """
    with FileLock(folder.with_name(f"{folder.name}.lock")):
        if not _whole(folder):
            _replace(file, folder)
    return folder


def _whole(folder: Path) -> bool:
    try:
        sizes = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        return bool(sizes) and all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError):
        return False


def _replace(file: Path, folder: Path) -> None:
    started = time.perf_counter()
    draft = folder.with_name(f"{folder.name}.part")
    for leftover in (draft, folder):
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        _run(file, draft)
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    log.info("model_unpacked", file=file.name, seconds=round(time.perf_counter() - started, 1))


def _run(file: Path, draft: Path) -> None:
    """Unpack in a process of its own, which gives all its memory back and holds up no other thread."""
    command = [sys.executable, "-P", "-m", __name__, str(file), str(draft)]
    quiet = {**os.environ, "TQDM_DISABLE": "1", "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)  # noqa: S603 - this module, on paths that the caller found
    if done.returncode == 0:
        return
    said = done.stderr.strip().splitlines() or ["it was stopped, most likely for want of memory"]
    if any(sign in done.stderr for sign in ("No space left", "StorageFull", "Disk quota exceeded")):
        raise DiskFull(home=draft.parent)
    raise BadWeights(folder=file, why=f"unpacking it failed: {reason(said[-1])}")


def _unpack(file: Path, folder: Path) -> None:
    """Write the tokenizer, the configuration and the weights, and then the manifest."""
    tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name, local_files_only=True)
    tokenizer.save_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(
        file.parent,
        gguf_file=file.name,
        local_files_only=True,
        dtype=torch.float32,
        quantization_config=GgufConfig(dequantize=True),
    )
    model.save_pretrained(folder)
    sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
    (folder / _MANIFEST).write_text(json.dumps(sizes), encoding="utf-8")


if __name__ == "__main__":
    _unpack(*map(Path, sys.argv[1:]))
