"""How an evaluation asks: with the release that it measures, where it is told to, and without a trace."""

from pathlib import Path

import pytest

from bot.domain import Document, DocumentId, Release, ReleaseId, Scope
from bot.errors import BadSubject, NotFound
from bot.prompts import DEFAULT
from tests.fakes import FakeModel
from tests.unit.parts import Assistant, assistant
from tuning.domain import EvalQuestion
from tuning.wiring import answering, audience

LEAVE = EvalQuestion("1", "How many days of leave does everybody get?", ("25",))


def taught(given: Assistant) -> Assistant:
    pay = Document(DocumentId("d1"), "s", "file:///leave.md", "Leave", frozenset({Scope("everyone")}))
    given.learn(pay, "Everybody gets 25 days of leave a year.")
    given.allow("terminal:local:general", "everyone")
    return given


def test_a_question_is_asked_in_its_own_channel_before_the_common_one(tmp_path: Path) -> None:
    with assistant(tmp_path) as made:
        answer = answering(taught(made).parts, None, "general")
        assert "25 days" in answer(LEAVE).text
        elsewhere = answer(EvalQuestion("2", LEAVE.question, channel="#elsewhere"))
    assert elsewhere.abstained
    assert elsewhere.question.audience.channel == "terminal:local:elsewhere"


def test_an_evaluation_leaves_no_answer_and_no_conversation_behind(tmp_path: Path) -> None:
    with assistant(tmp_path) as made:
        answer = answering(taught(made).parts, None, "general")
        first, second = answer(LEAVE), answer(LEAVE)
        assert first.question.conversation != second.question.conversation
        assert made.answers.conversation(first.question.conversation, 10) == []
        with pytest.raises(NotFound):
            made.answers.get(first.id)


def test_the_release_that_is_measured_answers_whatever_is_promoted_meanwhile(tmp_path: Path) -> None:
    with assistant(tmp_path, model=FakeModel(lambda _: "Everybody gets 25 days [1].")) as made:
        releases = taught(made).parts.releases
        measured = releases.add(Release("fake:scripted", "", DEFAULT))
        answer = answering(made.parts, measured, "general")
        promoted = releases.add(Release("fake:scripted", "another", DEFAULT))
        releases.promote(promoted)
        assert answer(LEAVE).release == measured
        assert releases.active() == promoted


def test_a_release_that_is_not_there_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    with assistant(tmp_path) as made, pytest.raises(NotFound):
        answering(made.parts, ReleaseId("nope"), "general")


def test_without_a_channel_it_is_a_direct_message() -> None:
    assert audience(None).channel is None
    assert audience("slack:T1:C1").channel == "slack:T1:C1"


@pytest.mark.parametrize("name", ["user:terminal:local:ann", "group:finance", "with space", ""])
def test_what_is_no_channel_is_refused(name: str) -> None:
    with pytest.raises(BadSubject):
        audience(name)
