"""PEFT adapters on one model: loaded at first use, switched by a call, the least recently used given up."""

import itertools
import warnings
from pathlib import Path
from typing import Final

import structlog
from safetensors import SafetensorError
from transformers import PreTrainedModel

from bot.errors import BadAdapter
from bot.loading import ONE_AT_A_TIME
from bot.reasons import reason

_FILES: Final = ("adapter_config.json", "adapter_model.safetensors")

log = structlog.get_logger()


class Adapters:
    """The adapters of one model. For one thread: PEFT switches by changing the model."""

    def __init__(self, model: PreTrainedModel, limit: int = 4) -> None:
        """Keep up to `limit` adapters in memory."""
        self._model = model
        self._limit = limit
        self._names: dict[str, str] = {}
        """From folder to the name in PEFT, the most recently used last."""
        self._fresh = (f"attune_{number}" for number in itertools.count())

    def use(self, folder: str) -> None:
        """Let the model answer with this adapter, or as it is where `folder` is empty.

        Raises `BadAdapter`; the model then works as before.
        """
        if not folder:
            if self._names:
                self._model.disable_adapters()
            return
        name = self._names.pop(folder, None) or self._load(folder)
        self._names[folder] = name
        if len(self._names) > self._limit:
            self._delete(self._names.pop(next(iter(self._names))))
        self._model.enable_adapters()
        self._model.set_adapter(name)

    def _load(self, folder: str) -> str:
        missing = [name for name in _FILES if not (Path(folder) / name).is_file()]
        if missing:
            raise BadAdapter(adapter=folder, why=f"it has no {missing[0]}")
        name = next(self._fresh)
        try:
            # The warnings are peft's, about several adapters.
            with ONE_AT_A_TIME, warnings.catch_warnings(action="ignore", category=UserWarning):
                # Not local_files_only=True, which transformers 5 passes on to where it is unknown.
                info = self._model.load_adapter(folder, name, adapter_kwargs={"local_files_only": True})
            _check_fit(name, info.missing_keys, info.unexpected_keys)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
            self._delete(name)
            raise BadAdapter(adapter=folder, why=reason(error)) from error
        log.info("adapter_loaded", adapter=Path(folder).name)
        return name

    def _delete(self, name: str) -> None:
        if name in getattr(self._model, "peft_config", {}):
            with warnings.catch_warnings(action="ignore", category=UserWarning):  # peft's, where it is active
                self._model.delete_adapter(name)


def _check_fit(name: str, missing: set[str], unexpected: set[str]) -> None:
    """Raise `ValueError` unless exactly this adapter's tensors were in the file; others count as missing too."""
    absent = [key for key in missing if name in key.split(".")]
    if absent or unexpected:
        example = min(absent or unexpected)
        msg = (
            f"it was made for another model: {len(absent)} tensors are absent, {len(unexpected)} unknown, as {example}"
        )
        raise ValueError(msg)
