"""What can be wrong with a server, and what is said of it; it goes away and comes back."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier, Literal
from sqlalchemy import Engine, event, select, text

from bot.domain import Verdict
from bot.errors import AttuneError, DiskFull, RecordsUnreachable
from bot.inbox import Lease
from bot.records.addresses import FILE
from bot.records.answers import AnswerRecords
from bot.records.engine import open_records
from bot.records.inbox import InboxRecords
from bot.records.meta import MetaRecords
from bot.records.tables import inbox
from bot.records.transactions import reading, writing
from tests.contract.records_cases import NOON, Place, answer, opened, press, somebody
from tests.contract.records_places import Places
from tests.contract.test_inbox import asked
from tests.servers.postgres import OWNER, PASSWORD, Cluster

pytestmark = pytest.mark.slow


@pytest.fixture
def place(places: Places) -> Iterator[Place]:
    with places.fresh("postgresql") as place:
        yield place


@contextmanager
def stopped(cluster: Cluster, mode: str = "fast") -> Iterator[None]:
    cluster.stop(mode)
    try:
        yield
    finally:
        cluster.start()


def said(call: Callable[[], object]) -> str:
    """Return the sentence about why the records cannot be used, which holds nothing of the password."""
    with pytest.raises(RecordsUnreachable) as caught:
        call()
    sentence = str(caught.value)
    assert "canary" not in sentence
    assert PASSWORD not in sentence
    assert "\n" not in sentence
    return sentence


def test_a_server_that_is_down_is_named_without_its_password(cluster: Cluster, tmp_path: Path) -> None:
    url = cluster.url("attune")
    with stopped(cluster):
        assert said(lambda: open_records(url, tmp_path)) == (
            f"The database at postgresql://{OWNER}:***@127.0.0.1:{cluster.port}/attune cannot be used "
            "(Connection refused): check that it runs and that ATTUNE_DATABASE_URL is right."
        )


def test_what_a_server_refuses_is_said_in_its_words(cluster: Cluster, tmp_path: Path) -> None:
    refused = {
        cluster.url("nosuch"): '(database "nosuch" does not exist)',
        cluster.url("postgres", password=f"another {PASSWORD}"): f'(password authentication failed for user "{OWNER}")',
        cluster.url("postgres", user="bob"): '(password authentication failed for user "bob")',
        f"{cluster.url('postgres')}?sslmode=require": "(server does not support SSL, but SSL was required)",
        f"{cluster.url('postgres')}?colour=red": '(invalid connection option "colour")',
        "postgresql://ann:canary@/attune?host=/nosuch&password=canary": "?host=%2Fnosuch cannot be used (No such file",
    }
    for url, why in refused.items():
        assert why in said(lambda url=url: open_records(url, tmp_path))  # type: ignore[misc]
    assert not (tmp_path / FILE).exists(), "nothing is kept elsewhere meanwhile"


def test_a_user_without_rights_is_told_which_it_needs(cluster: Cluster, place: Place, tmp_path: Path) -> None:
    guest = f"guest_{uuid4().hex}"
    cluster.execute(SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(Identifier(guest), Literal(PASSWORD)))
    with cluster.database() as bare:
        empty, full = (cluster.url(url.rpartition("/")[2], user=guest) for url in (bare, place.url))
        assert "(permission denied for schema public): give its user the right to create tables there" in said(
            lambda: open_records(empty, tmp_path)
        )
        assert "(permission denied for table alembic_version)" in said(lambda: open_records(full, tmp_path))


def test_a_database_that_cannot_hold_every_text_is_refused(cluster: Cluster, tmp_path: Path) -> None:
    name = f"latin_{uuid4().hex}"
    cluster.execute(SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'LATIN1'").format(Identifier(name)))
    assert "being in LATIN1" in said(lambda: open_records(cluster.url(name), tmp_path))


def test_a_database_that_may_only_be_read_says_so(cluster: Cluster, place: Place) -> None:
    name = place.url.rpartition("/")[2]
    with opened(place) as engine:
        MetaRecords(engine).put("space", "minilm")
        cluster.execute(SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(Identifier(name)))
        engine.dispose()
        assert "in a read-only transaction): name the server that may be written to" in said(
            lambda: MetaRecords(engine).put("space", "another")
        )
        assert MetaRecords(engine).get("space") == "minilm"


def test_a_server_that_is_restarted_is_not_noticed(cluster: Cluster, place: Place) -> None:
    with opened(place) as engine, ThreadPoolExecutor(4) as threads:
        meta = MetaRecords(engine)
        list(threads.map(lambda number: meta.put(f"{number}", "before"), range(20)))
        with stopped(cluster):
            pass
        assert list(threads.map(lambda number: meta.get(f"{number}"), range(20))) == ["before"] * 20


def test_a_server_that_goes_away_meanwhile_is_found_again(cluster: Cluster, place: Place) -> None:
    with opened(place) as engine:
        meta = MetaRecords(engine)
        meta.put("space", "before")
        with stopped(cluster):
            assert "(Connection refused)" in said(lambda: meta.get("space"))
            assert "(Connection refused)" in said(lambda: meta.put("space", "after"))
        assert meta.get("space") == "before"


def test_a_connection_that_ends_in_the_middle_leaves_nothing_half_written(cluster: Cluster, place: Place) -> None:
    def put_both(engine: Engine) -> None:
        with writing(engine) as connection:
            connection.execute(text("INSERT INTO meta VALUES ('one', '1')"))
            cluster.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'attune'")
            connection.execute(text("INSERT INTO meta VALUES ('two', '2')"))

    with opened(place) as engine:
        assert "(terminating connection" in said(lambda: put_both(engine))
        assert [MetaRecords(engine).get(key) for key in ("one", "two")] == [None, None]


def test_a_crash_of_the_server_loses_no_vote_that_was_acknowledged(cluster: Cluster, place: Place) -> None:
    given = answer()
    presses = [press(given, somebody(), Verdict.UP) for _ in range(20)]
    with opened(place) as engine:
        records = AnswerRecords(engine)
        records.add(given)
        for one in presses:
            records.vote(one)
        with stopped(cluster, "immediate"):
            pass
        assert records.history(given.id) == presses
        records.vote(press(given, somebody(), Verdict.UP))
        assert len(records.history(given.id)) == 21


def test_what_somebody_keeps_locked_is_not_waited_for_without_end(place: Place) -> None:
    with opened(place) as engine, opened(place) as other:
        event.listen(engine, "connect", _impatient)
        engine.dispose()
        with writing(other) as connection:
            connection.execute(text("LOCK TABLE meta IN EXCLUSIVE MODE"))
            assert "lock timeout): please try again" in said(lambda: MetaRecords(engine).put("space", "minilm"))
            assert MetaRecords(engine).get("space") is None  # readers are not kept waiting


def _impatient(connection: psycopg.Connection, _record: object) -> None:
    connection.execute("SET lock_timeout = '10ms'")
    connection.commit()


def test_a_claim_passes_over_a_question_that_somebody_is_claiming(place: Place) -> None:
    first, second = asked(1), asked(2)
    with opened(place) as engine:
        records = InboxRecords(engine)
        records.put(first)
        records.put(second)
        with writing(engine) as connection:
            connection.execute(select(inbox.c.id).where(inbox.c.id == first.id).with_for_update())
            claimed = records.claim(Lease("two", NOON), NOON)
            assert claimed is not None
            assert claimed.asked == second


@pytest.mark.parametrize(("state", "error"), [("53100", DiskFull), ("40001", RecordsUnreachable)])
def test_errors_of_operation_are_typed(place: Place, state: str, error: type[AttuneError]) -> None:
    raised = text(f"DO $$ BEGIN RAISE EXCEPTION 'as on a bad day' USING ERRCODE = '{state}'; END $$")
    with opened(place) as engine, pytest.raises(error) as caught, reading(engine) as connection:
        connection.execute(raised)
    assert "canary" not in str(caught.value)


def test_errors_in_our_statements_pass_as_they_are_without_what_was_asked(place: Place) -> None:
    with opened(place) as engine, pytest.raises(Exception, match="nosuch") as caught, reading(engine) as connection:
        connection.execute(text("SELECT nosuch FROM meta WHERE key = :key"), {"key": "a question of somebody"})
    assert not isinstance(caught.value, AttuneError)
    assert "a question" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://ann:can@ary@127.0.0.1:1/attune", "an @ in its user or password has to be written as %40"),
        ("postgresql://ann:can@n/ary@127.0.0.1:1/attune", "an @ in its user or password has to be written as %40"),
        ("postgresql://ann:canary/attune", "it is not a database URL"),
        ("postgresql:ann:canary@127.0.0.1", "it is not a database URL"),
        ("mysql://ann:canary@127.0.0.1/attune", "only sqlite and postgresql are known"),
        ("postgresql+asyncpg://ann:canary@127.0.0.1:1/attune", "Connection refused"),
        ("postgres://ann:canary@127.0.0.1:1/attune?password=canary", "Connection refused"),
    ],
)
def test_an_address_never_shows_a_password(url: str, why: str, tmp_path: Path) -> None:
    sentence = said(lambda: open_records(url, tmp_path))
    assert why in sentence
    assert "ary@" not in sentence
