"""What a command says where something is wrong with the home, the settings or what was typed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine

from bot.domain import AnswerId, Document, DocumentId, scope
from bot.ports import Synced
from bot.records.answers import AnswerRecords
from bot.records.documents import DocumentRecords
from bot.records.engine import open_records
from bot.stores.lance import LanceStore
from tests.functional.command import Attune, run, sentence
from tests.unit.made import answer, passage

pytestmark = pytest.mark.usefixtures("own_logging", "no_settings")


@contextmanager
def records(home: Path) -> Iterator[Engine]:
    """Open the records beside the commands."""
    engine = open_records("", home)
    yield engine
    engine.dispose()


def test_a_source_is_forgotten_without_a_model(attune: Attune, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = LanceStore.open(tmp_path / "home" / "passages", 2, "another")
    monkeypatch.setenv("ATTUNE_EMBEDDER_NAME", "/nowhere")
    attune("sources", "add", "hr", tmp_path, "--scope", "people")
    stored = Document(DocumentId("d"), "hr", "/d.md", "D", frozenset({scope("people")}))
    store.upsert([passage(stored, "ten days")], np.ones((1, 2), dtype=np.float32))
    with records(tmp_path / "home") as engine:
        DocumentRecords(engine).write([Synced(stored, "1", "d", 1, settled=True)], {})
    assert attune("sources", "verify").printed == "1 document with 1 passage was compared.\n"
    assert attune("sources", "add", "hr", tmp_path, "--scope", "staff").code == 0
    assert attune("sources", "remove", "hr").printed == "hr is forgotten, with 1 document.\n"
    assert store.documents() == {}


def test_passages_that_are_gone_are_told_apart_from_nothing_found(attune: Attune, tmp_path: Path) -> None:
    stored = Document(DocumentId("d"), "hr", "/d.md", "D", frozenset({scope("people")}))
    with records(tmp_path / "home") as engine:
        DocumentRecords(engine).write([Synced(stored, "1", "d", 1, settled=True)], {})
    LanceStore.open(tmp_path / "home" / "passages", 2, "another")
    attune("grants", "list")
    assert "'attune sources verify' brings them in again" in sentence(attune("ask", "How many days?"))


def test_a_release_whose_model_is_gone_is_named(
    attune: Attune, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("ATTUNE_MODEL", "openai")
        patch.setenv("ATTUNE_MODEL_NAME", "fake")
        patch.setenv("ATTUNE_MODEL_URL", "http://127.0.0.1:9")
        (served,) = attune("releases", "list", "--json").json
        attune("releases", "promote", served["id"])
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"id": "a", "question": "Why?", "answers": ["x"]}')
    for command in (("ask", "Why?"), ("chat",), ("evaluate", "--questions", questions)):
        said = sentence(attune(*command))
        assert said.startswith(f"Release {served['id']} cannot answer with openai:fake: ATTUNE_MODEL_URL is ''")
        assert said.endswith("or go back to quoting with 'attune releases off'.")
    monkeypatch.setenv("ATTUNE_MODEL", "transformers")
    monkeypatch.setenv("ATTUNE_MODEL_NAME", "/nowhere")
    assert len(attune("releases", "list", "--json").json) == 1, (
        "what the settings name cannot be promoted, and is no trouble"
    )


@pytest.mark.parametrize("text", [" ", "https://example.org/", "x" * 4001])
def test_what_is_no_question_is_refused_before_anything_is_loaded(
    attune: Attune, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("ATTUNE_EMBEDDER_NAME", "/nowhere")
    assert "uestion" in sentence(attune("ask", text)) or "only a link" in sentence(attune("ask", text))


def test_a_damaged_database_is_said_to_be_one(attune: Attune, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "attune.db").write_bytes(b"not a database. " * 1000)
    said = sentence(attune("grants", "list"))
    assert str(tmp_path / "home" / "attune.db") in said
    assert "the file is damaged" in said
    assert "attune restore" in said


def test_a_remark_that_nobody_would_read_is_not_kept(attune: Attune) -> None:
    assert "The reason has 1,001 characters" in sentence(attune("vote", "gone", "down", "--reason", "x" * 1001))
    assert "The better answer has 8,001 characters" in sentence(attune("vote", "gone", "down", "--better", "x" * 8001))


def test_a_file_without_questions_measures_nothing(attune: Attune, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n\n")
    assert "There is no question in this file" in sentence(attune("evaluate", "--questions", tmp_path / "empty.jsonl"))


def test_a_backup_lies_outside_of_the_home(attune: Attune, tmp_path: Path) -> None:
    attune("grants", "list")
    assert "choose a place outside" in sentence(attune("backup", tmp_path / "home" / "backup.tar.gz"))
    assert not (tmp_path / "home" / "backup.tar.gz").exists()


def test_a_channel_that_cannot_be_is_said_to_be_none(attune: Attune) -> None:
    assert "'a b' is not a channel: use its name" in sentence(attune("ask", "Why?", "--channel", "a b"))


def test_the_beginning_of_an_id_is_enough(attune: Attune, tmp_path: Path) -> None:
    attune("grants", "list")
    with records(tmp_path / "home") as engine:
        for name in ("abcdef01", "abcdef02", "abcdee03"):
            AnswerRecords(engine).add(replace(answer("Why?", "So."), id=AnswerId(name)))
    assert attune("vote", "abcdee", "up", "--json").json["answer_id"] == "abcdee03"
    assert "Several answers begin with 'abcdef'" in sentence(attune("vote", "abcdef", "up"))
    assert "There is no answer 'abcde' here" in sentence(attune("vote", "abcde", "up"))
    (release,) = attune("releases", "list", "--json").json
    assert attune("releases", "promote", release["id"][:6], "--json").json["id"] == release["id"]
    assert "No release answered before" in sentence(attune("releases", "rollback"))


def test_counts_are_of_what_they_say(attune: Attune) -> None:
    assert attune("groups", "add", "hr", "ann").printed == "group:hr has 1 member.\n"
    left = attune("groups", "remove", "hr", "ann").printed
    assert left == "1 member taken out of group:hr, which has 0 members now.\n"


@pytest.mark.slow
def test_the_store_s_engine_says_nothing_of_its_own(tmp_path: Path) -> None:
    store = LanceStore.open(tmp_path / "passages", 2, "another")
    stored = Document(DocumentId("d"), "hr", "/d.md", "D", frozenset({scope("people")}))
    store.upsert([passage(stored, "ten days")], np.ones((1, 2), dtype=np.float32))
    store.optimize()
    for index in (tmp_path / "passages").glob("*/_indices/**/*.*"):
        index.write_bytes(b"damaged")
    assert "lancedb" in run("sources", "verify", ATTUNE_HOME=str(tmp_path), LANCEDB_LOG="warn").said
    assert "lancedb" not in run("sources", "verify", ATTUNE_HOME=str(tmp_path)).said
