"""What every `Embedder` promises, kept by the fake and by the packaged model."""

import numpy as np
import pytest

from bot.ports import Embedder
from tests.fakes import FakeEmbedder

EMBEDDERS = ["fake", pytest.param("sentence_transformers", marks=pytest.mark.slow)]
"""A line here, and a case in the fixture."""
TEXTS = ["Employees have 25 days of leave.", "", "¿Cuántos días?", "word " * 2_000, "\x00\ufffd"]


@pytest.fixture(params=EMBEDDERS, scope="module")
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "fake":
        return FakeEmbedder()
    from bot.embedders.sentence_transformers import SentenceTransformersEmbedder  # noqa: PLC0415 - takes seconds

    return SentenceTransformersEmbedder()


@pytest.mark.parametrize("kind", ["query", "passage"])
def test_each_text_gets_a_unit_vector_in_its_place(embedder: Embedder, kind: str) -> None:
    vectors = embedder.embed(TEXTS, "query" if kind == "query" else "passage")
    assert vectors.shape == (len(TEXTS), embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)
    alone = embedder.embed(TEXTS[2:3], "query" if kind == "query" else "passage")
    assert np.allclose(alone[0], vectors[2], atol=1e-4)


def test_nothing_gives_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed([], "passage").shape == (0, embedder.dimension)


def test_the_same_text_is_nearest_to_itself(embedder: Embedder) -> None:
    texts = ["days of annual leave", "hotel in Bristol", "salary of an engineer"]
    found = embedder.embed(texts, "query") @ embedder.embed(texts, "passage").T
    assert found.argmax(axis=1).tolist() == [0, 1, 2]


def test_longer_texts_take_more_tokens(embedder: Embedder) -> None:
    assert 0 <= embedder.count("") < embedder.count("one") < embedder.count("one two three four")
    assert embedder.count("word " * 2_000) > embedder.window


def test_a_space_has_one_name(embedder: Embedder) -> None:
    assert embedder.space == type(embedder)().space != ""
