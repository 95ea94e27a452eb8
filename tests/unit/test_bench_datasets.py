"""The set-ups of the quality benchmark, made of data small enough to read."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.bench.datasets import Asked, Setup, handbook, xquad
from tests.bench.quality import by_kind
from tuning.evaluation import read_questions

ARTICLES = ["The_Rhine", "Basel", "Köln", "Mainz", "Delta", "Sky_(UK)"]


def article(title: str) -> Mapping[str, Any]:
    entry = {"id": f"{title}-1", "question": f"Where is {title}?", "answers": [{"text": "here"}, {"text": "here"}]}
    return {
        "title": title,
        "paragraphs": [{"context": f"{title} is here.", "qas": [entry]}, {"context": "Ü", "qas": []}],
    }


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    file = tmp_path / "en.json"
    data = {"version": "1.1", "data": [article(title) for title in ARTICLES]}
    file.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return file


def document(name: str, channels: Sequence[str]) -> Mapping[str, Any]:
    return {
        "doc_id": name,
        "path": f"docs/{name}",
        "allowed_channels": channels,
        "last_modified": "2024-05-01" if name == "open.md" else None,
    }


def question(name: str, documents: Sequence[str], required: Sequence[str] = ()) -> Mapping[str, Any]:
    return {
        "question_id": name,
        "question_type": "multi_doc" if len(documents) > 1 else "single_doc" if documents else "unanswerable",
        "question": f"{name}?",
        "answerable": bool(documents),
        "expected_doc_ids": documents,
        "evidence": [{"text": f"from {text}"} for text in documents],
        "gold_answer": "gold",
        "trap_docs": [{"doc_id": "old.md"}] if name == "q1" else [],
        "required_channels": required,
    }


@pytest.fixture
def organisation(tmp_path: Path) -> Path:
    folder = tmp_path / "handbook"
    documents = [
        document("open.md", ["*"]),
        document("old.md", ["*"]),
        document("pay/grades.md", ["#hr"]),
        document("pay/on-call.md", ["#ops", "#hr"]),
    ]
    questions = [
        question("q1", ["open.md"]),
        question("q2", ["pay/grades.md"], ["#hr"]),
        question("q3", ["open.md", "pay/on-call.md"], ["#ops"]),
        question("q4", []),
    ]
    for entry in documents:
        file = folder / entry["path"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(entry["doc_id"], encoding="utf-8")
    for name, rows in (("docs", documents), ("questions", questions)):
        (folder / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return folder


def asked(setup: Setup) -> dict[str, Asked]:
    return {one.id: one for one in setup.asked}


def test_xquad_makes_a_document_of_an_article_and_leaves_every_fifth_out(squad: Path, tmp_path: Path) -> None:
    setup = xquad(squad, tmp_path / "out")
    (folder,) = setup.folders
    assert sorted(file.name for file in folder.path.iterdir()) == ["Basel.md", "Delta.md", "Köln.md", "Mainz.md"]
    assert (folder.path / "Köln.md").read_text(encoding="utf-8") == "# Köln\n\nKöln is here.\n\nÜ\n"
    assert setup.grants == {"general": (folder.scope,)}
    questions = {entry.id: entry for entry in read_questions(one.line for one in setup.asked)}
    assert {name for name, entry in questions.items() if entry.unanswerable} == {"The_Rhine-1", "Sky_(UK)-1"}
    assert questions["Köln-1"].documents == ("Köln.md",)
    assert questions["Köln-1"].answers == ("here",)
    assert {entry.channel for entry in questions.values()} == {"general"}


def test_xquad_leaves_every_article_out_in_exactly_one_fold(squad: Path, tmp_path: Path) -> None:
    left_out = [
        one.id for fold in range(5) for one in xquad(squad, tmp_path / str(fold), fold).asked if not one.documents
    ]
    assert sorted(left_out) == sorted(f"{title}-1" for title in ARTICLES)


def test_handbook_gives_each_set_of_channels_a_scope_and_each_channel_its_scopes(
    organisation: Path, tmp_path: Path
) -> None:
    setup = handbook(organisation, tmp_path / "out")
    files = {
        folder.scope: [str(file.relative_to(folder.path)) for file in sorted(folder.path.rglob("*.md"))]
        for folder in setup.folders
    }
    assert files == {
        "everyone": ["docs/old.md", "docs/open.md"],
        "hr": ["docs/pay/grades.md"],
        "hr+ops": ["docs/pay/on-call.md"],
    }
    assert setup.grants == {
        "general": ("everyone",),
        "hr": ("everyone", "hr", "hr+ops"),
        "ops": ("everyone", "hr+ops"),
    }


def test_handbook_keeps_the_day_of_a_documents_last_change(organisation: Path, tmp_path: Path) -> None:
    handbook(organisation, tmp_path / "out")
    assert (tmp_path / "out/everyone/docs/open.md").stat().st_mtime == 1714521600  # 2024-05-01 in UTC


def test_handbook_asks_a_restricted_question_also_where_it_must_not_be_answered(
    organisation: Path, tmp_path: Path
) -> None:
    found = asked(handbook(organisation, tmp_path / "out"))
    assert list(found) == ["q1", "q2", "q3", "q4", "q2-elsewhere", "q3-elsewhere"]
    assert found["q1"].answers == ("gold", "from open.md")
    assert found["q1"].outdated == ("docs/old.md",)
    assert found["q3"].answers == ("gold",)
    assert (found["q2"].channel, found["q2"].documents) == ("hr", ("docs/pay/grades.md",))
    elsewhere = found["q3-elsewhere"]
    assert elsewhere.channel == "general"
    assert (elsewhere.documents, elsewhere.forbidden) == (("docs/open.md",), ("docs/pay/on-call.md",))
    unanswerable = {entry.id for entry in read_questions(one.line for one in found.values()) if entry.unanswerable}
    assert unanswerable == {"q4", "q2-elsewhere"}


def test_a_forbidden_document_among_the_cited_or_found_is_a_leak() -> None:
    secret = {"title": "On call", "uri": "file:///out/docs/pay/on-call.md"}
    questions = [Asked(str(number), "?", "general", "kind", forbidden=("docs/pay/on-call.md",)) for number in range(4)]
    details = [
        {"id": "0", "text": "Not found.", "citations": [], "retrieved": [], "abstained": True},
        {"id": "1", "text": "Yes [1].", "citations": [secret], "retrieved": [], "abstained": False},
        {"id": "2", "text": "Not found.", "citations": [], "retrieved": [secret["uri"]], "abstained": True},
        {"id": "3", "text": "Yes.", "citations": [], "retrieved": ["file:///out/docs/open.md"], "abstained": False},
    ]
    assert by_kind(questions, details) == {
        "kind": {
            "n": 4,
            "abstained": 0.5,
            "gold words": None,
            "cited": None,
            "recall@5": None,
            "outdated": None,
            "leaked": 0.5,
        }
    }


def test_a_kind_shows_how_much_of_the_right_answers_was_said_and_what_was_cited() -> None:
    asked = Asked("1", "?", "general", "kind", ("within one hour",), ("a.md",), outdated=("old/a.md",))
    page = {"title": "A", "uri": "file:///out/old/a.md"}
    detail = {"id": "1", "text": "In an hour [1].", "citations": [page], "retrieved": ["x/b.md"], "abstained": False}
    assert by_kind([asked], [detail])["kind"] == {
        "n": 1,
        "abstained": 0.0,
        "gold words": pytest.approx(1 / 3),
        "cited": 1.0,
        "recall@5": 0.0,
        "outdated": 1.0,
        "leaked": None,
    }
