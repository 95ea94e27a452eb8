"""Canary strings through every path; none of them in what is logged at level info."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import log
from bot.domain import AnswerId, Audience, ChannelId, Feedback, PersonId, Question, Verdict
from bot.errors import AttuneError, BadInput, ModelError, ModelUnreachable
from bot.ingest import sync
from bot.intake import IngestParts, SourceTarget
from bot.models.openai import OpenAIModel
from tests.fakes import FakeModel
from tests.unit import ingesting
from tests.unit.made import GENERAL, document, scopes
from tests.unit.parts import Assistant, assistant

CANARY = "kanarienvogel"
LEAVE = f"Employees of {CANARY} in Lisbon have 25 days of annual leave."
ASKED = f"How many days of annual leave do employees of {CANARY} in Lisbon have?"
WHO = PersonId(f"slack:T1:{CANARY}")


@pytest.fixture
def logged(own_logging: None) -> io.StringIO:
    del own_logging
    stream = io.StringIO()
    log.set_up("json", "info", stream)
    return stream


def ask(made: Assistant, text: str = ASKED, channel: ChannelId = GENERAL) -> AnswerId:
    return made.answerer.answer(Question(text, WHO, Audience(channel=channel), "c1")).id


def events(stream: io.StringIO) -> list[str]:
    return [json.loads(line)["event"] for line in stream.getvalue().splitlines()]


def filled(made: Assistant) -> None:
    made.allow(GENERAL, "everyone")
    made.learn(document("leave", title=f"Leave at {CANARY}"), LEAVE)


def test_answers_votes_and_refusals(tmp_path: Path, logged: io.StringIO) -> None:
    with assistant(tmp_path) as made:
        filled(made)
        answered = ask(made)
        ask(made, f"And for contractors of {CANARY}?")
        ask(made, f"When do the options of {CANARY} vest after the merger?")
        ask(made, channel=ChannelId("slack:T1:nobody"))
        made.learn(document("pay", scoped="people"), f"{CANARY} pays 9 euros.", stored_as=scopes("everyone"))
        ask(made, f"What does {CANARY} pay?")
        for text in (f"https://{CANARY}.example", CANARY * 9_000, ""):
            with pytest.raises(BadInput):
                ask(made, text)
        made.answers.vote(Feedback(answered, WHO, Verdict.DOWN, datetime.now(UTC), CANARY, f"Say {CANARY}."))
    assert events(logged).count("answered") == 5
    assert "passages_refused" in events(logged)
    assert CANARY not in logged.getvalue()


def test_models_that_invent_or_fail(tmp_path: Path, logged: io.StringIO) -> None:
    with assistant(tmp_path, model=FakeModel(lambda _: f"{CANARY} gives everybody a car [1].")) as made:
        filled(made)
        ask(made)
    failing = FakeModel(
        lambda _: LEAVE, fails=ModelUnreachable(url="http://127.0.0.1", why="it is down"), fails_after=2
    )
    with assistant(tmp_path / "failing", model=failing) as made:
        filled(made)
        with pytest.raises(ModelError):
            ask(made)
    assert CANARY not in logged.getvalue()


def test_a_servers_key_and_prompt(tmp_path: Path, logged: io.StringIO) -> None:
    model = OpenAIModel("http://127.0.0.1:9", CANARY, CANARY)
    with assistant(tmp_path, model=model) as made:
        filled(made)
        with pytest.raises(AttuneError) as failed:
            ask(made)
    assert f"Bearer {CANARY}" not in str(failed.value)
    assert CANARY not in logged.getvalue()


def test_documents_that_come_in_or_cannot(tmp_path: Path, logged: io.StringIO) -> None:
    with assistant(tmp_path) as made:
        folder = ingesting.Folder()
        folder.put("/a.md", f"# {CANARY}\n\n{LEAVE}")
        folder.put("/b.md", f"corrupt {CANARY}")
        parts = IngestParts(made.store, made.embedder, made.documents, ingesting.convert, lambda _: "en")
        report = sync(SourceTarget("handbook", "/", scopes("everyone")), folder, parts)
    assert (report.added, len(report.failed)) == (1, 1)
    assert CANARY not in logged.getvalue()
