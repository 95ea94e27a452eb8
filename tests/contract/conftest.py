"""The databases that the contracts of the records hold for, fresh for each test."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.contract.records_cases import DATABASES, Place, opened
from tests.contract.records_places import Places


@pytest.fixture(scope="session")
def places(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Return what makes places; no server is started before one has to be on it."""
    return Places(lambda: request.getfixturevalue("cluster"), tmp_path_factory)


@pytest.fixture(params=DATABASES)
def place(request: pytest.FixtureRequest, places: Places) -> Iterator[Place]:
    """Give a place whose tables are there, and empty."""
    with places.fresh(request.param) as place:
        yield place


@pytest.fixture(params=DATABASES)
def bare(request: pytest.FixtureRequest, places: Places) -> Iterator[Place]:
    """Give a place that nobody has opened yet."""
    with places.fresh(request.param, bare=True) as place:
        yield place


@pytest.fixture
def engine(place: Place) -> Iterator[Engine]:
    """Open a place for one test."""
    with opened(place) as engine:
        yield engine


@pytest.fixture(params=DATABASES, scope="module")
def shared(request: pytest.FixtureRequest, places: Places) -> Iterator[Engine]:
    """Open a place for a file of tests, whose rows have names of their own."""
    with places.fresh(request.param) as place, opened(place) as engine:
        yield engine
