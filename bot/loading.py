"""Weights are loaded one after the other in a process, whoever loads them."""

from threading import RLock
from typing import Final

ONE_AT_A_TIME: Final = RLock()
"""Held while weights are loaded.

While transformers builds a model, it sets PyTorch's default precision for the whole process, to the one of
that model; another model that was built meanwhile would get tensors of either precision. Models that are
loaded compute as always.
"""
