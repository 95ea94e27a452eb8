"""Reranking by any sentence-transformers cross-encoder, in process, from files that are on this machine."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from sentence_transformers import CrossEncoder

from bot.errors import ModelError, WeightsMissing
from bot.loading import ONE_AT_A_TIME
from bot.reasons import reason

_BATCH: Final = 16


class BadReranker(ModelError):
    """A cross-encoder's files are here, but cannot be used."""

    sentence = (
        "The reranker in {folder} cannot be used ({why}): put its files back, or take ATTUNE_RERANKER_NAME away to do "
        "without one."
    )


class CrossEncoderReranker:
    """The port `Reranker`; the model is loaded at first use and shared by all threads."""

    def __init__(self, name: str) -> None:
        """`name` is a folder with a cross-encoder that gives one score; raises `WeightsMissing`."""
        self._folder = Path(name).expanduser()
        self._lock = Lock()
        if not (self._folder / "config.json").is_file():
            raise WeightsMissing(model=name, fix="ATTUNE_RERANKER_NAME must be a folder that holds a config.json")

    @property
    def name(self) -> str:
        """Return the folder's name."""
        return self._folder.name

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Reranker`; raises `BadReranker`."""
        with self._lock:  # sentence-transformers counts texts in the model itself
            model = self._model
            if not texts:
                return np.zeros(0, dtype=np.float32)
            pairs = [(question, text) for text in texts]
            found = model.predict(pairs, batch_size=_BATCH, activation_fn=torch.nn.Sigmoid(), show_progress_bar=False)
        return np.asarray(found, dtype=np.float32)

    @cached_property
    def _model(self) -> CrossEncoder:
        try:
            with ONE_AT_A_TIME:
                model: CrossEncoder = CrossEncoder(str(self._folder), local_files_only=True)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
            raise BadReranker(folder=self._folder, why=reason(error)) from error
        if model.num_labels != 1:
            raise BadReranker(folder=self._folder, why=f"it gives {model.num_labels} scores, and a reranker gives one")
        return model
