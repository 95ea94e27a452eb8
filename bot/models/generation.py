"""A causal language model in memory, generating greedily. For one thread."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import cast

import structlog
import torch
from safetensors import SafetensorError
from transformers import (
    AutoModelForCausalLM,
    GenerationConfig,
    PreTrainedModel,
    StoppingCriteria,
    StoppingCriteriaList,
    logging,
)

from bot.errors import BadWeights
from bot.loading import ONE_AT_A_TIME
from bot.models import hardware
from bot.models.adapters import Adapters
from bot.reasons import reason

log = structlog.get_logger()


class Generator:
    """A loaded model with its adapters."""

    def __init__(self, folder: Path, end: int | None, adapters: int) -> None:
        """Load the model in the precision that the machine is quick in; raises `BadWeights`.

        `end` is a token that ends an answer besides those that the model's files name; up to `adapters`
        adapters stay in memory.
        """
        started = time.perf_counter()
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # transformers types only part of itself
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # the same
        torch.set_num_threads(hardware.threads())
        self._device = hardware.device()
        precision = hardware.precision(self._device)
        self._model = _loaded(folder, self._device, precision)
        self._model.generation_config = _greedy(self._model.generation_config, end)
        self._adapters = Adapters(self._model, adapters)
        log.info(
            "model_loaded",
            model=folder.name,
            device=str(self._device),
            precision=str(precision),
            threads=torch.get_num_threads(),
            seconds=round(time.perf_counter() - started, 2),
        )

    def run(self, prompt: Sequence[int], adapter: str, max_tokens: int, on_token: Callable[[int], bool]) -> None:
        """Hand each new token to `on_token` until the answer ends, or `on_token` returns False.

        Raises `BadAdapter`; out of memory and the like are PyTorch's `RuntimeError`.
        """
        self._adapters.use(adapter)
        tokens = torch.tensor([prompt], device=self._device)
        with torch.inference_mode():
            cast("Callable[..., object]", self._model.generate)(
                tokens,
                attention_mask=torch.ones_like(tokens),
                max_new_tokens=max_tokens,
                stopping_criteria=StoppingCriteriaList([_Tap(on_token)]),
            )


class _Tap(StoppingCriteria):
    """Is asked after each token whether to stop, and so sees each one."""

    def __init__(self, on_token: Callable[[int], bool]) -> None:
        self._on_token = on_token

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **kwargs: object) -> torch.Tensor:
        del scores, kwargs
        go_on = self._on_token(int(input_ids[0, -1]))
        return torch.tensor([not go_on], device=input_ids.device)


def _loaded(folder: Path, device: torch.device, precision: torch.dtype) -> PreTrainedModel:
    try:
        with ONE_AT_A_TIME:
            loaded = AutoModelForCausalLM.from_pretrained(
                folder,
                dtype=precision,
                device_map=device,
                local_files_only=True,
                use_safetensors=True,
                output_loading_info=True,
            )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, MemoryError, ImportError, SafetensorError) as error:
        raise BadWeights(folder=folder, why=reason(error)) from error
    model, report = cast("tuple[PreTrainedModel, Mapping[str, Collection[str]]]", loaded)
    if absent := report["missing_keys"]:
        raise BadWeights(folder=folder, why=f"its files lack {len(absent)} tensors, {min(absent)} among them")
    return model


def _greedy(own: GenerationConfig | None, end: int | None) -> GenerationConfig:
    """Return how to generate: the likeliest token each time, so that one prompt has one answer."""
    said = own.eos_token_id if own else None
    ends = {token for token in (*(said if isinstance(said, list) else [said]), end) if token is not None}
    return GenerationConfig.from_dict(
        {"do_sample": False, "num_beams": 1, "eos_token_id": sorted(ends), "pad_token_id": min(ends, default=0)}
    )
