"""The command line in this process, as far as it needs no weights: what it prints, and how it ends."""

import io
import json
import os
import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot import cli
from bot.domain import person
from bot.home import held
from bot.web.sessions import Sessions
from bot.wiring import opened
from tests.functional.command import Attune, sentence

pytestmark = pytest.mark.usefixtures("own_logging", "no_settings")


def test_grants_are_given_listed_and_taken(attune: Attune) -> None:
    general = "terminal:local:general"
    assert attune("grants", "allow", general, "Everyone", "finance").printed == (
        "terminal:local:general may see: everyone, finance\n"
    )
    attune("grants", "allow", "user:ann", "people")
    assert attune("grants", "revoke", general, "finance", "--json").json == {"subject": general, "scopes": ["everyone"]}
    assert attune("grants", "list", "--json").json == [
        {"subject": general, "scopes": ["everyone"]},
        {"subject": "user:terminal:local:ann", "scopes": ["people"]},
    ]
    assert attune("grants", "list").printed == f"{general}\teveryone\nuser:terminal:local:ann\tpeople\n"


def test_a_person_is_invited_with_a_link(attune: Attune, monkeypatch: pytest.MonkeyPatch) -> None:
    said = attune("people", "invite", "Ann", "--role", "admin").printed
    assert re.fullmatch(r"For web:local:ann, once, within 24 hours: http://127\.0\.0\.1:8420/welcome/[\w-]{43}\n", said)
    monkeypatch.setenv("ATTUNE_PUBLIC_URL", "https://attune.example.org/")
    invited = attune("people", "invite", "bob", "--json").json
    assert invited.pop("link").startswith("https://attune.example.org/welcome/")
    assert invited == {"person": "web:local:bob", "role": None, "hours": 24}
    assert attune("people", "list", "--json").json == [], "nobody is made before the link is used"
    assert "cannot be a name to sign in with" in sentence(attune("people", "invite", "two words"))


def test_an_account_is_locked(attune: Attune) -> None:
    assert attune("people", "lock", "ann").printed == "web:local:ann: had no account, 0 sessions ended\n"
    attune("people", "invite", "ann")
    assert attune("people", "lock", "ANN", "--json").json == {"person": "web:local:ann", "locked": True, "sessions": 0}


def test_who_is_locked_is_so_under_every_identity(attune: Attune, tmp_path: Path) -> None:
    attune("people", "link", "web:local:Zoë", "oidc:sso.example.org:z1")
    with opened(tmp_path / "home") as parts:
        tokens = [
            Sessions(parts.sessions, 12).begin(person(who), {})[0]
            for who in ("Web:Local:ZOË", "oidc:sso.example.org:z1")
        ]
    assert "2 sessions ended" in attune("people", "lock", "oidc:sso.example.org:z1").printed
    with opened(tmp_path / "home") as parts:
        assert [Sessions(parts.sessions, 12).find(token) for token in tokens] == [None, None]


@pytest.mark.parametrize("arguments", [("general", "x"), ("user:", "x"), ("a:b:c", "two,scopes"), ("a:b:c", "")])
def test_a_grant_that_cannot_be_is_one_sentence(attune: Attune, arguments: tuple[str, str]) -> None:
    assert "cannot be" in sentence(attune("grants", "allow", *arguments))
    assert attune("grants", "list", "--json").json == []


def test_people_have_roles_and_linked_identities(attune: Attune) -> None:
    attune("people", "add", "ann", "--role", "admin")
    linked = attune("people", "link", "slack:T1:U2", "ann", "--json").json
    assert linked == {"identities": ["slack:T1:U2", "terminal:local:ann"], "role": "admin", "groups": []}
    attune("groups", "add", "hr", "ann", "bob")
    assert attune("groups", "list", "--json").json == [
        {"group": "hr", "members": ["terminal:local:ann", "terminal:local:bob"]}
    ]
    assert [one["groups"] for one in attune("people", "list", "--json").json] == [["hr"], ["hr"]]
    assert attune("people", "export", "ann").json["identities"] == ["slack:T1:U2", "terminal:local:ann"]
    assert "not a person" in sentence(attune("people", "add", "two words"))


def test_an_identity_is_unlinked_again(attune: Attune) -> None:
    attune("people", "add", "ann", "--role", "admin")
    attune("people", "link", "ann", "slack:T1:U2")
    alone = attune("people", "unlink", "slack:T1:U2", "--json").json
    assert alone == {"identities": ["slack:T1:U2"], "role": None, "groups": []}
    assert "was not linked" in attune("people", "unlink", "ann").printed
    assert attune("people", "list").printed == "slack:T1:U2\t\t\nterminal:local:ann\tadmin\t\n"
    assert "no person" in sentence(attune("people", "unlink", "bob"))


def test_releases_are_listed_promoted_and_taken_back(attune: Attune) -> None:
    (release,) = attune("releases", "list", "--json").json
    assert not release["active"]
    assert "extractive:quotes" in attune("releases", "promote", release["id"]).printed
    assert attune("releases", "show", release["id"], "--json").json == {**release, "active": True}
    assert attune("releases", "off", "--json").json["id"] == release["id"]
    assert "No release answered before the active one" in sentence(attune("releases", "rollback"))
    assert "no release 'nope'" in sentence(attune("releases", "promote", "nope"))


def test_a_source_that_is_not_there_is_refused(attune: Attune, tmp_path: Path) -> None:
    assert "/nowhere (it is not there)" in sentence(attune("sources", "add", "hr", "/nowhere", "--scope", "people"))
    assert attune("sources", "add", "hr", str(tmp_path), "--scope", "People", "--json").json["scopes"] == ["people"]
    (row,) = attune("sources", "list", "--json").json
    assert (row["name"], row["uri"], row["synced"]) == ("hr", str(tmp_path), None)
    assert "no source 'nope'" in sentence(attune("sources", "sync", "nope"))


def test_one_sync_of_a_source_at_a_time(attune: Attune, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    attune("sources", "add", "hr", tmp_path / "documents", "--scope", "people")
    with held(tmp_path / "home", "sync hr", "syncing hr in"):
        said = sentence(attune("sources", "sync", "hr"))
        assert f"(pid {os.getpid()}) is syncing hr in this home already: wait until it has finished" in said
        assert "is syncing hr" in sentence(attune("backup", tmp_path / "backup.tar.gz"))


def test_a_source_does_not_move_under_a_running_sync(attune: Attune, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    assert attune("sources", "add", "docs", tmp_path / "docs", "--scope", "everyone").code == 0
    with held(tmp_path / "home", "sync docs", "syncing docs in"):
        ran = attune("sources", "add", "docs", tmp_path, "--scope", "everyone")
    assert ran.code == 1
    assert "is syncing docs in this home already: wait until it has finished" in ran.said
    assert str(tmp_path / "docs") in attune("sources", "list", "--json").printed


def test_its_scopes_may_change_under_a_running_sync(attune: Attune, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    assert attune("sources", "add", "docs", tmp_path / "docs", "--scope", "everyone").code == 0
    with held(tmp_path / "home", "sync docs", "syncing docs in"):
        assert attune("sources", "add", "docs", tmp_path / "docs", "--scope", "hr").code == 0
    assert '"hr"' in attune("sources", "list", "--json").printed


def test_who_leaves_a_group_is_not_in_it(attune: Attune) -> None:
    assert attune("groups", "add", "hr", "ann", "bob").code == 0
    assert attune("groups", "remove", "hr", "ann").code == 0
    assert "ann" not in attune("groups", "list").printed
    assert "bob" in attune("groups", "list").printed


def test_without_sources_there_is_nothing_to_sync(attune: Attune) -> None:
    assert "There is no source yet" in attune("sources", "sync").printed
    assert attune("sources", "sync", "--json").json["failed"] == []


def feed(monkeypatch: pytest.MonkeyPatch, *lines: bytes) -> None:
    """Give lines on standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"".join(line + b"\n" for line in lines))))


def test_each_bad_vote_is_told_apart_and_the_others_go_on(attune: Attune, monkeypatch: pytest.MonkeyPatch) -> None:
    feed(
        monkeypatch,
        b'{"answer_id": "gone", "verdict": "up"}',
        b'{"answer_id": "gone", "verdict": "sideways"}',
        b'{"verdict": "up"}',
        b'{"answer_id": "gone", "verdict": "up", "as": "two words"}',
        b'{"answer_id": 3, "verdict": "up"}',
        b"",
        b"\xff",
        b"[1]",
        b"{" * 100_000,
    )
    ran = attune("vote", "--lines")
    errors = [json.loads(line)["error"] for line in ran.printed.splitlines()]
    assert ran.code == 0
    expected = (
        "no answer 'gone'",
        "'sideways' is not a vote",
        "no 'answer_id'",
        "not a person",
        "'answer_id' must be a string",
        "it is empty",
        "not UTF-8",
        "not a JSON object",
        "not JSON",
    )
    for error, part in zip(errors, expected, strict=True):
        assert part in error


def test_a_vote_on_nothing_is_one_sentence(attune: Attune) -> None:
    assert "There is no answer 'gone' here." in sentence(attune("vote", "gone", "up"))
    assert "is not a vote" in sentence(attune("vote", "gone", "sideways"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("ask", "why?", "--lines"),
        ("vote", "x"),
        ("nope",),
        ("grants",),
        ("people", "add", "a", "--role", "x"),
        ("grants", "list", "--home", ""),
        ("evaluate", "--questions", __file__, "--home", " "),
    ],
)
def test_wrong_use_ends_with_2(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_file_in_the_place_of_the_home_is_one_sentence(attune: Attune, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("x")
    for command in (("grants", "list"), ("serve",), ("migrate",), ("backup", "file")):
        ran = attune(*command)
        assert ran.code == 1
        assert "choose another folder with --home" in ran.said + ran.printed
        assert "Traceback" not in ran.said


def test_a_home_of_a_newer_version_is_left_alone(attune: Attune, tmp_path: Path) -> None:
    assert attune("migrate", "--json").json["schema"]
    database = tmp_path / "home" / "attune.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = database.read_bytes()
    assert "newer version of Attune (schema 9999)" in sentence(attune("grants", "allow", "a:b:c", "x"))
    assert database.read_bytes() == before


def test_settings_that_cannot_be_are_one_sentence(attune: Attune, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("ATTUNE_MODLE", "extractive")
        assert "Did you mean ATTUNE_MODEL?" in sentence(attune("grants", "list"))
    with monkeypatch.context() as patch:
        patch.setenv("ATTUNE_STORE", "weaviate")
        assert "ATTUNE_STORE is 'weaviate'" in sentence(attune("grants", "list"))
    monkeypatch.setenv("ATTUNE_DATABASE_URL", "postgresql://ann:canary@127.0.0.1:1/none")
    said = sentence(attune("grants", "list"))
    assert "database" in said
    assert "canary" not in said


def test_what_was_backed_up_comes_back(attune: Attune, tmp_path: Path) -> None:
    attune("grants", "allow", "a:b:c", "x")
    file = tmp_path / "backup.tar.gz"
    assert attune("backup", str(file), "--json").json["bytes"] == file.stat().st_size
    assert attune("restore", str(file), home=tmp_path / "back").code == 0
    assert attune("grants", "list", "--json", home=tmp_path / "back").json == attune("grants", "list", "--json").json
    assert "holds something already" in sentence(attune("restore", str(file)))
    assert "cannot be used as a backup" in sentence(attune("restore", str(tmp_path / "no"), home=tmp_path / "other"))


def test_nobody_sees_a_trace(
    attune: Attune, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise RuntimeError("canary")

    monkeypatch.setitem(cli.VERBS, "broken", ("tests.functional.test_cli:broken", ""))
    monkeypatch.setattr(sys.modules[__name__], "broken", broken, raising=False)
    assert cli.run(["broken"]) == 1
    said = capsys.readouterr().err
    assert "Something went wrong inside Attune: the log has it as" in said
    assert "canary" not in said
    assert "Traceback" not in said
    assert attune("grants", "list").code == 0
