"""A disk that is full while documents come in: one sentence, and nothing that was finished is lost."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.functional.command import ATTUNE, environment

_SMALL, _LARGE = "1200k", "64m"
_SCRIPT = f"""
set -u
mount -t tmpfs -o size={_SMALL} tmpfs "$ATTUNE_HOME" || exit 77
"$ATTUNE" sources add docs "$DOCS" --scope everyone >&2 || exit 1
"$ATTUNE" sources sync docs
echo "code $?"
mount -o remount,size={_LARGE} "$ATTUNE_HOME"
"$ATTUNE" sources sync docs --json
"$ATTUNE" sources verify --json
"""
"""Sees the small disk alone: it is mounted where nobody else looks."""


@pytest.mark.slow
def test_a_full_disk_is_one_sentence_and_more_space_is_all_it_takes(tmp_path: Path) -> None:
    home, docs = tmp_path / "home", tmp_path / "docs"
    for folder in (home, docs):
        folder.mkdir()
    for number in range(40):
        rules = "\n\n".join(f"Rule {number}.{rule}: up to {number + rule} euros in town {rule}." for rule in range(60))
        (docs / f"{number}.md").write_text(f"# Page {number}\n\n{rules}\n")
    apart = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
    done = subprocess.run(
        [*apart, "sh", "-c", _SCRIPT],
        env={**environment({"ATTUNE_HOME": str(home)}), "ATTUNE": str(ATTUNE), "DOCS": str(docs)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert "Permission" not in done.stderr.partition("docs is")[0], "this test needs a system that lets it mount a disk"
    first, synced, verified = done.stdout.splitlines()
    assert first == "code 1"
    sentences = [line for line in done.stderr.splitlines() if line.startswith("The disk that holds")]
    assert len(sentences) == 1
    assert str(home) in sentences[0]
    assert "Traceback" not in done.stderr
    assert json.loads(synced)["failed"] == []
    assert json.loads(verified) == {**json.loads(verified), "documents": 40, "differing": [], "unknown": 0}
