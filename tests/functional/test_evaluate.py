"""`attune evaluate` as scripts call it, over real documents and the packaged embedding model."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

KEYS = {"id", "text", "citations", "retrieved", "abstained"}
LINES: list[dict[str, Any]] = [
    {
        "id": "leave",
        "question": "How many days of annual leave does a full-time employee get?",
        "answers": ["25 days"],
        "documents": ["leave/annual leave.md"],
    },
    {
        "id": "elsewhere",
        "question": "How many days of annual leave does a full-time employee get?",
        "unanswerable": True,
        "channel": "lobby",
    },
    {"id": "empty", "question": " ", "answers": ["25 days"], "documents": ["Annual leave"], "note": "passed over"},
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("evaluate")
    folder = base / "documents" / "leave"
    folder.mkdir(parents=True)
    (folder / "annual leave.md").write_text(
        "# Annual leave\n\nA full-time employee gets 25 days of annual leave a year.\n\n"
        "Unused days expire on 31 March of the next year.\n"
    )
    (folder / "parking.md").write_text("# Parking\n\nThe car park behind the office opens at seven.\n")
    assert attune(base, "grants", "allow", "terminal:local:general", "everyone").returncode == 0
    assert attune(base, "sources", "add", "docs", str(folder.parent), "--scope", "everyone").returncode == 0
    assert attune(base, "sources", "sync", "docs").returncode == 0
    return base


def command(base: Path, *arguments: str) -> list[str | Path]:
    return [Path(sys.executable).with_name("attune"), *arguments, "--home", base / "home"]


def attune(base: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(base, *arguments), capture_output=True, encoding="utf-8", check=False, timeout=300)


def written(file: Path, *lines: dict[str, Any]) -> str:
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return str(file)


def test_prints_every_figure_and_writes_a_detail_for_each_question(base: Path, tmp_path: Path) -> None:
    details = tmp_path / "details.jsonl"
    questions = written(tmp_path / "questions.jsonl", *LINES)
    done = attune(base, "evaluate", "--questions", questions, "--channel", "general", "--details", str(details))
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert {name: (figure["value"], figure["n"]) for name, figure in found.items() if "seconds" not in name} == {
        "correct": (0.5, 2),
        "f1": (pytest.approx(found["f1"]["value"]), 2),
        "cited": (0.5, 2),
        "correct_and_cited": (0.5, 2),
        "cited_f1": (found["f1"]["value"], 2),
        "abstained_wrong": (0.5, 2),
        "recall_at_5": (0.5, 2),
        "ndcg_at_10": (0.5, 2),
        "abstained_right": (1.0, 1),
        "failed": (pytest.approx(1 / 3, abs=1e-6), 3),
    }
    assert all(figure["low"] <= figure["value"] <= figure["high"] for figure in found.values())
    assert details.stat().st_mode & 0o777 == 0o600
    shown = [json.loads(line) for line in details.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in shown] == ["leave", "elsewhere", "empty"]
    assert all(set(line) == KEYS for line in shown)
    assert shown[0]["citations"][0]["title"] == "Annual leave"
    assert [line["abstained"] for line in shown] == [False, True, True]
    assert shown[1]["retrieved"] == []


def test_a_release_that_is_not_there_and_a_bad_line_are_one_sentence(base: Path, tmp_path: Path) -> None:
    good = written(tmp_path / "good.jsonl", LINES[0])
    unknown = attune(base, "evaluate", "--questions", good, "--release", "0123456789abcdef")
    bad = attune(base, "evaluate", "--questions", written(tmp_path / "bad.jsonl", LINES[0], {"id": "x"}))
    for done, fact in ((unknown, "0123456789abcdef"), (bad, "line 2")):
        assert (done.returncode, done.stdout) == (1, "")
        assert fact in done.stderr.splitlines()[-1]
        assert "Traceback" not in done.stderr


def test_an_interrupted_evaluation_keeps_the_details_of_what_was_asked(base: Path, tmp_path: Path) -> None:
    details = tmp_path / "details.jsonl"
    many = [{**LINES[0], "id": number} for number in range(10_000)]
    arguments = (
        "--questions",
        written(tmp_path / "many.jsonl", *many),
        "--channel",
        "general",
        "--details",
        str(details),
    )
    with subprocess.Popen(
        command(base, "evaluate", *arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as going:
        while not details.exists() or details.read_bytes().count(b"\n") < 3:
            assert going.poll() is None
            time.sleep(0.1)
        going.send_signal(signal.SIGINT)
        printed, said = going.communicate(timeout=60)
    assert going.returncode == 130
    assert printed == b""
    assert b"Traceback" not in said
    kept = [json.loads(line) for line in details.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in kept] == [str(number) for number in range(len(kept))]
