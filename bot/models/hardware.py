"""What this machine computes quickly with: device, precision and number of threads."""

import os

import torch
from joblib import cpu_count


def device() -> torch.device:
    """Return the GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def precision(place: torch.device) -> torch.dtype:
    """Return bfloat16 where the hardware multiplies in it, else float32.

    A processor without such units computes bfloat16 several times more slowly than float32.
    """
    if place.type == "cuda":
        quick = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        units = torch.cpu.get_capabilities()
        quick = any(units.get(unit, False) for unit in ("amx_bf16", "avx512_bf16"))
    return torch.bfloat16 if quick else torch.float32


def threads() -> int:
    """Return how many physical cores this process may use, unless OMP_NUM_THREADS says otherwise."""
    chosen = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, int(chosen)) if chosen.isdecimal() else int(cpu_count(only_physical_cores=True))
