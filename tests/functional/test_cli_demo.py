"""The main path as people walk it, over the sample documents and the packaged embedding model."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.wiring import opened
from tests.functional.command import Attune, run

pytestmark = pytest.mark.slow

GENERAL = "terminal:local:general"
BONUS = "What is the highest sign-on bonus we may offer a candidate?"
KEYS = "I lost both of my security keys. How do I get back into my account?"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the home that `attune demo` makes, and what it printed in a conversation."""
    home = tmp_path_factory.mktemp("demo") / "home"
    lines = (KEYS, "/sources", "/up", BONUS, "/channel people-team", BONUS, "/channel peple-team", BONUS, "/nope")
    done = run("demo", "--terminal", "--home", home, given="\n".join(lines) + "\n")
    assert done.code == 0, done.said
    return home, done.printed


def test_the_demo_tells_what_to_ask_and_answers_with_sources(demo: tuple[Path, str]) -> None:
    _, printed = demo
    welcome, _, talk = printed.partition("Ctrl-D leaves")
    assert KEYS in welcome
    assert "video call" in talk
    assert "[1] " in talk
    assert "passwords-and-accounts.md" in talk
    assert "Noted, thank you." in talk
    assert "no command /nope" in talk


def test_who_may_not_see_it_is_not_told(demo: tuple[Path, str]) -> None:
    talk = demo[1].partition("Ctrl-D leaves")[2]
    before, _, after = talk.partition("You ask in #people-team now.")
    assert "10%" not in before
    assert "10%" in after
    assert "#peple-team has been granted nothing. Did you mean #people-team?" in after


def test_a_second_start_brings_nothing_in_again(demo: tuple[Path, str], attune: Attune) -> None:
    home, _ = demo
    assert run("demo", "--terminal", "--home", home).code == 0
    rows = attune("sources", "list", "--json", home=home).json
    assert [(row["name"], row["counts"]["embedded"]) for row in rows] == [
        ("engineering", 0),
        ("everyone", 0),
        ("finance", 0),
        ("people", 0),
    ]


def test_what_somebody_added_stays_in_a_home_of_samples(demo: tuple[Path, str], attune: Attune, tmp_path: Path) -> None:
    home = shutil.copytree(demo[0], tmp_path / "samples")
    own = tmp_path / "own"
    own.mkdir()
    (own / "bees.md").write_text("# Bees\n\nThe beehives stand on the roof of the north house.\n")
    attune("sources", "add", "own", own, "--scope", "everyone", home=home)
    attune("sources", "sync", "own", home=home)
    again = run("demo", "--terminal", "--home", home, given="Where do the beehives stand?\n")
    assert again.code == 0, again.said
    assert "on the roof of the north house" in again.printed


def test_samples_do_not_mix_with_what_people_sign_in_for(attune: Attune, tmp_path: Path) -> None:
    home = tmp_path / "home"
    attune("sources", "add", "own", tmp_path, "--scope", "everyone", home=home)
    refused = run("demo", "--terminal", "--home", home)
    assert refused.code == 1
    assert "holds something already: choose another folder" in refused.said


ASKED: list[tuple[object, str]] = [
    ({"question": KEYS, "channel": "general", "note": "passed over"}, "video call"),
    ({"question": KEYS, "channel": "terminal:local:general", "as": "ann"}, "video call"),
    ({"question": f"\x00{KEYS}\ud800\x1b", "channel": "general"}, "video call"),
    ({"question": "¿Cuánto me dan de vales para la despensa?", "channel": "general"}, "1,850"),
    ({"question": KEYS, "channel": "nowhere"}, "No documents may be seen here"),
    ({"question": KEYS, "as": "ann"}, "No documents may be seen here"),
    ({"question": "", "channel": "general"}, "There is no question here"),
    ({"question": "why? " * 40_000, "channel": "general"}, "characters and I read up to 4,000"),
    ({"question": "https://example.org/page", "channel": "general"}, "I do not open links"),
    ({"question": KEYS, "channel": "two words"}, "is not a channel"),
    ({"question": KEYS, "channel": "general", "as": ""}, "is not a person"),
    ({"question": ["why?"]}, "must be a string"),
    ({"channel": "general"}, "it has no 'question'"),
    ("text", "not a JSON object"),
]


def test_lines_are_answered_in_order_whatever_stands_in_them(demo: tuple[Path, str]) -> None:
    home, _ = demo
    given = b"".join(json.dumps(line).encode() + b"\n" for line, _ in ASKED)
    done = run("ask", "--lines", "--home", home, given=given + b"\n{\n\xff\n")
    assert done.code == 0, done.said
    found = [json.loads(line) for line in done.printed.splitlines()]
    expected = [part for _, part in ASKED] + ["it is empty", "it is not JSON", "it is not UTF-8"]
    for answer, part in zip(found, expected, strict=True):
        assert part in answer.get("error", answer.get("text"))
    for answer in found[:4]:
        check(answer)
    assert found[4]["abstained"]
    assert "\\u" not in done.printed, "characters stand as they are"

    ids = [answer["answer_id"] for answer in found[:2]]
    votes = [{"answer_id": id_, "verdict": "down", "as": "ann", "better": "26 días \ud800"} for id_ in ids]
    voted = run("vote", "--lines", "--home", home, given="".join(f"{json.dumps(vote)}\n" for vote in votes))
    assert [json.loads(line)["answer_id"] for line in voted.printed.splitlines()] == ids
    assert run("vote", ids[0], "none", "--as", "ann", "--home", home).code == 0
    kept = run("people", "export", "ann", "--home", home).json["votes"]
    assert [(vote["answer"], vote["verdict"], vote["better"]) for vote in kept] == [
        (ids[0], "down", "26 días"),
        (ids[1], "down", "26 días"),
        (ids[0], "none", ""),
    ]


def check(answer: Mapping[str, Any]) -> None:
    """Check the keys that scripts rely on."""
    assert list(answer) == ["answer_id", "text", "citations", "release", "abstained", "seconds"]
    assert not answer["abstained"]
    assert answer["release"]
    assert 0 < answer["seconds"] < 300
    assert "[1]" in answer["text"]
    for citation in answer["citations"]:
        assert list(citation) == ["title", "uri", "text"]
        assert all(citation.values())


def test_one_question_and_why_it_was_answered_so(demo: tuple[Path, str], attune: Attune) -> None:
    done = attune("ask", KEYS, "--channel", "general", "--explain", home=demo[0])
    assert done.code == 0
    assert "used" in done.printed
    assert "retrieval" in done.printed
    assert "attune vote " in done.printed
    assert "\x1b" not in done.printed, "no colours in a pipe"
    check(attune("ask", KEYS, "--channel", "general", "--json", home=demo[0]).json)


def test_nothing_that_was_asked_or_answered_is_logged(
    demo: tuple[Path, str], attune: Attune, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTUNE_LOG_LEVEL", "info")
    monkeypatch.setenv("ATTUNE_LOG_FORMAT", "json")
    done = attune("ask", KEYS, "--channel", "general", "--as", "canary", home=demo[0])
    (line,) = [json.loads(line) for line in done.said.splitlines() if '"event": "answered"' in line]
    assert line["channel"] == "terminal:local:general"
    for part in ("security keys", "video call", "canary", "passwords-and-accounts"):
        assert part not in done.said


def test_what_was_lost_in_the_store_is_found_and_mended(demo: tuple[Path, str], attune: Attune, tmp_path: Path) -> None:
    attune("backup", tmp_path / "backup.tar.gz", home=demo[0])
    assert attune("restore", tmp_path / "backup.tar.gz").code == 0
    with opened(tmp_path / "home") as parts:
        lost = [row.document.id for row in parts.documents.of_source("people").values()][:2]
        (unknown, *_) = [row.document.id for row in parts.documents.of_source("finance").values()]
        parts.store.delete_document(lost)
        parts.documents.forget([unknown])
    found = attune("sources", "verify", "--json").json
    assert (len(found["differing"]), found["unknown"]) == (2, 1)
    assert attune("sources", "sync", "--json").json["added"] == 1
    again = attune("sources", "verify", "--json").json
    assert (again["documents"], again["differing"], again["unknown"]) == (52, [], 0)


def test_a_source_that_is_forgotten_is_not_answered_from(
    demo: tuple[Path, str], attune: Attune, tmp_path: Path
) -> None:
    attune("backup", tmp_path / "backup.tar.gz", home=demo[0])
    attune("restore", tmp_path / "backup.tar.gz")
    assert attune("ask", BONUS, "--channel", "people-team", "--json").json["citations"]
    attune("sources", "add", "people", demo[0], "--scope", "hr")
    assert attune("ask", BONUS, "--channel", "people-team", "--json").json["citations"] == []
    assert "8 documents" in attune("sources", "remove", "people").printed
    assert {row["name"] for row in attune("sources", "list", "--json").json} == {"engineering", "everyone", "finance"}


def test_doctor_says_what_is_well(demo: tuple[Path, str], attune: Attune) -> None:
    well = attune("doctor", "--json", home=demo[0])
    assert well.code == 0
    assert well.json["ok"]
    names = {check["check"] for check in well.json["checks"]}
    assert names >= {"python", "home", "disk", "records", "store", "embedder", "model", "hardware", "sources", "grants"}


def test_doctor_says_how_to_mend_what_is_not_well(
    attune: Attune, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    attune("sources", "add", "gone", tmp_path / "gone", "--scope", "x")
    (tmp_path / "gone").rmdir()
    for name, value in {"SLACK_BOT_TOKEN": "xoxb-canary", "MODEL": "transformers", "MODEL_NAME": "/nowhere"}.items():
        monkeypatch.setenv(f"ATTUNE_{name}", value)
    ill = attune("doctor")
    assert ill.code == 1
    assert "ATTUNE_SLACK_BOT_TOKEN is set, but this version does not use it" in ill.printed
    assert "attune sources remove gone" in ill.printed
    assert "/nowhere" in ill.printed
    assert "canary" not in ill.printed + ill.said


def test_weights_that_are_missing_are_one_sentence(
    demo: tuple[Path, str], attune: Attune, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTUNE_EMBEDDER_NAME", "/nowhere")
    done = attune("ask", KEYS, "--channel", "general", home=demo[0])
    assert done.code == 1
    assert done.printed == ""
    assert done.said.startswith("The weights of /nowhere are not here")
    assert done.said.count("\n") == 1


def test_a_model_that_lacks_its_address_is_one_sentence(attune: Attune, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTUNE_MODEL", "openai")
    assert "ATTUNE_MODEL_NAME" in attune("ask", KEYS, "--channel", "general").said
