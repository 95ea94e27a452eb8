"""What more than one kind of test needs."""

import logging
import os
import sys
from collections.abc import Iterator

import pytest
import structlog

# As the command does; it has to be said before PyTorch is imported.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("HF_HUB_OFFLINE", "1")


@pytest.fixture
def own_logging() -> Iterator[None]:
    """Leave logging, and what Python does with an error that nobody caught, as they were found."""
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook = hook
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
