"""The command line with its records on PostgreSQL: every day, on a bad day, and from one database to another."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.records.tables import SCHEMA
from tests.functional.browsing import SECONDS, Site, site
from tests.functional.command import Attune, sentence
from tests.servers.postgres import OWNER, PASSWORD, Cluster

pytestmark = pytest.mark.slow

QUESTION = "How many days of leave does everybody get?"
FIX = "check that it runs and that ATTUNE_DATABASE_URL is right."


@pytest.fixture
def url(cluster: Cluster, monkeypatch: pytest.MonkeyPatch, no_settings: None) -> Iterator[str]:
    """Let the records be in a database that nobody has used."""
    del no_settings
    with cluster.database() as url:
        monkeypatch.setenv("ATTUNE_DATABASE_URL", url)
        yield url


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """Return a folder with one document."""
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "leave.md").write_text("# Leave\n\nEverybody gets 26 days of leave a year.\n")
    return tmp_path / "documents"


def ready(running: Site) -> object:
    return httpx.get(f"{running.chat}/readyz", timeout=SECONDS).json()


def test_a_home_works_and_moves_from_one_database_to_another(
    attune: Attune, cluster: Cluster, url: str, documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "attune.db").write_text("from before it moved to a server")
    assert attune("sources", "add", "handbook", documents, "--scope", "everyone").code == 0
    assert attune("sources", "sync", "--json").json["added"] == 1
    attune("grants", "allow", "everyone", "everyone")
    answer = attune("ask", QUESTION, "--as", "ann", "--json").json
    assert "26 days" in answer["text"]
    assert attune("vote", answer["answer_id"], "up", "--as", "ann").code == 0
    held = attune("people", "export", "ann", "--json").json
    assert len(held["votes"]) == 1

    assert attune("backup", tmp_path / "server.tar.gz").code == 0
    with cluster.database() as another:
        monkeypatch.setenv("ATTUNE_DATABASE_URL", another)
        attune("restore", tmp_path / "server.tar.gz", home=tmp_path / "second")
        assert attune("people", "export", "ann", "--json", home=tmp_path / "second").json == held
        assert not (tmp_path / "second" / "attune.db").exists()
        assert attune("backup", tmp_path / "second.tar.gz", home=tmp_path / "second").code == 0
    monkeypatch.delenv("ATTUNE_DATABASE_URL")
    attune("restore", tmp_path / "second.tar.gz", home=tmp_path / "third")
    assert attune("people", "export", "ann", "--json", home=tmp_path / "third").json == held
    assert "26 days" in attune("ask", QUESTION, "--json", home=tmp_path / "third").json["text"]

    assert attune("backup", tmp_path / "file.tar.gz", home=tmp_path / "third").code == 0
    monkeypatch.setenv("ATTUNE_DATABASE_URL", url)
    refused = sentence(attune("restore", tmp_path / "file.tar.gz", home=tmp_path / "fourth"))
    assert "(it holds something already): name an empty one in ATTUNE_DATABASE_URL" in refused
    assert list((tmp_path / "fourth").iterdir()) == []


def test_a_backup_goes_where_its_own_settings_say(
    attune: Attune, cluster: Cluster, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attune("grants", "allow", "a:b:c", "x")
    with cluster.database() as another:
        (tmp_path / "home" / "attune.toml").write_text(f"database_url = '{another}'")
        attune("backup", tmp_path / "backup.tar.gz")
        monkeypatch.delenv("ATTUNE_DATABASE_URL")
        attune("restore", tmp_path / "backup.tar.gz", home=tmp_path / "back")
        assert another.rpartition("/")[2] in attune("migrate", home=tmp_path / "back").printed
        assert attune("grants", "list", "--json", home=tmp_path / "back").json[0]["subject"] == "a:b:c"
    assert url != another


def test_where_the_records_are_is_said_without_the_password(attune: Attune, cluster: Cluster, url: str) -> None:
    place = f"postgresql://{OWNER}:***@127.0.0.1:{cluster.port}/{url.rpartition('/')[2]}"
    assert attune("migrate").printed == f"The schema of {place} is {SCHEMA}, which is this version's.\n"
    checked = {one["check"]: one for one in attune("doctor", "--json").json["checks"]}
    assert checked["records"] == {"check": "records", "state": "ok", "found": f"schema {SCHEMA} at {place}", "fix": ""}


def test_a_server_that_is_down_is_one_sentence_of_every_command(attune: Attune, cluster: Cluster, url: str) -> None:
    attune("grants", "allow", "a:b:c", "x")
    cluster.stop()
    try:
        commands = ["grants list", "people list", "sources sync", "migrate", "serve", "backup nowhere", "ask Why?"]
        for command in commands:
            said = sentence(attune(*command.split()))
            assert said.endswith(
                "cannot be used (Connection refused): check that it runs and that ATTUNE_DATABASE_URL is right."
            )
            assert PASSWORD not in said
        checked = attune("doctor", "--json")
        assert checked.code == 1
        (records,) = [one for one in checked.json["checks"] if one["check"] == "records"]
        assert records["state"] == "fail"
        assert records["found"].endswith("cannot be used (Connection refused)")
        assert records["fix"] == FIX
    finally:
        cluster.start()
    assert attune("grants", "list", "--json").json[0]["subject"] == "a:b:c"
    assert url


def test_the_doors_outlive_a_server_that_goes_away(attune: Attune, cluster: Cluster, url: str, tmp_path: Path) -> None:
    attune("grants", "list")
    with site("serve", tmp_path / "home", ATTUNE_DATABASE_URL=url) as running:
        assert ready(running) == {"ready": True, "failing": []}
        cluster.stop()
        try:
            assert ready(running) == {"ready": False, "failing": ["records"]}
        finally:
            cluster.start()
        assert ready(running) == {"ready": True, "failing": []}
    said = running.log.read_text("utf-8")
    assert "Traceback" not in said
    assert PASSWORD not in said
    assert "canary" not in said
