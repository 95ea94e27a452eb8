"""What more than one kind of test needs."""

import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from tests.servers import postgres

# As the command does; it has to be said before PyTorch is imported.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

# How long an example takes says something of the machine, and nothing of the code.
settings.register_profile("attune", deadline=None)
settings.load_profile("attune")


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """Run PostgreSQL for all tests of a process; whoever stops it starts it again."""
    with postgres.running() as server:
        yield server


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


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave whole files of slow tests unread where slow ones are left out: reading them loads the engines they test."""
    if config.option.markexpr != "not slow" or collection_path.suffix != ".py":
        return None
    return True if "\npytestmark = pytest.mark.slow\n" in collection_path.read_text("utf-8") else None
