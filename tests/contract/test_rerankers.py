"""What every `Reranker` promises, kept by the fake and by a real cross-encoder of a few kilobytes."""

from pathlib import Path

import numpy as np
import pytest

from bot.errors import WeightsMissing
from bot.ports import Reranker
from tests import tiny_models
from tests.fakes import FakeReranker

RERANKERS = ["fake", pytest.param("sentence_transformers", marks=pytest.mark.slow)]
"""A line here, and a case in the fixture."""
TEXTS = ["Employees have 25 days of leave.", "", "¿Cuántos días?", "word " * 2_000, "\x00\ufffd"]


@pytest.fixture(params=RERANKERS, scope="module")
def reranker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Reranker:
    if request.param == "fake":
        return FakeReranker()
    from bot.rerankers.sentence_transformers import CrossEncoderReranker  # noqa: PLC0415 - takes seconds

    return CrossEncoderReranker(str(tiny_models.write_cross_encoder(tmp_path_factory.mktemp("rerankers") / "tiny")))


def test_each_text_gets_a_score_in_its_place(reranker: Reranker) -> None:
    scores = reranker.scores("How many days?", TEXTS)
    assert scores.shape == (len(TEXTS),)
    assert scores.dtype == np.float32
    assert ((scores >= 0) & (scores <= 1)).all()
    alone = reranker.scores("How many days?", TEXTS[2:3])
    assert np.allclose(alone[0], scores[2], atol=1e-4)


def test_nothing_gives_no_scores(reranker: Reranker) -> None:
    assert reranker.scores("How many days?", []).shape == (0,)


def test_the_question_counts(reranker: Reranker) -> None:
    one, other = (reranker.scores(question, TEXTS[:1])[0] for question in ("How many days of leave?", "Who?"))
    assert one != other


def test_weights_have_one_name(reranker: Reranker) -> None:
    assert reranker.name == reranker.name != ""


@pytest.mark.slow
def test_weights_that_cannot_be_used_are_one_sentence(tmp_path: Path) -> None:
    from bot.rerankers.sentence_transformers import BadReranker, CrossEncoderReranker  # noqa: PLC0415 - takes seconds

    with pytest.raises(WeightsMissing, match="ATTUNE_RERANKER_NAME must be a folder"):
        CrossEncoderReranker(str(tmp_path / "nowhere"))
    folder = tiny_models.write_cross_encoder(tmp_path / "damaged")
    (folder / "model.safetensors").write_bytes(b"{}")
    with pytest.raises(BadReranker, match=r"The reranker in .*damaged cannot be used"):
        CrossEncoderReranker(str(folder)).scores("Who?", ["Ann."])
    two = tiny_models.write_cross_encoder(tmp_path / "two", labels=2)
    with pytest.raises(BadReranker, match="it gives 2 scores"):
        CrossEncoderReranker(str(two)).scores("Who?", ["Ann."])
