"""How long a session lasts, and what is kept of it; where a sign-in may lead; how often it may be tried."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import PersonId
from bot.web.attempts import Attempts
from bot.web.errors import TooOften
from bot.web.sessions import Sessions, hashed
from bot.web.visitor import local
from tests.fakes_web import FakeSessions

ANN = PersonId("web:local:ann")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


def test_only_the_hash_of_a_token_is_kept() -> None:
    store = FakeSessions()
    token, session = Sessions(store, 12).begin(ANN, {"name": "Ann"})
    assert len(token) >= 43  # 256 bits
    assert token not in repr(store.get(hashed(token)))
    assert session.csrf != token
    assert store.get(token) is None


def test_tokens_and_csrf_tokens_are_never_alike() -> None:
    sessions = Sessions(FakeSessions(), 12)
    made = [sessions.begin(ANN, {}) for _ in range(20)]
    assert len({token for token, _ in made} | {session.csrf for _, session in made}) == 40


def test_a_session_ends_when_it_is_not_used() -> None:
    clock = Clock()
    sessions = Sessions(FakeSessions(), 12, clock)
    token, _ = sessions.begin(ANN, {})
    for _ in range(3):
        clock.at += 11 * HOUR
        assert sessions.find(token) is not None
    clock.at += 12 * HOUR
    assert sessions.find(token) is None
    clock.at -= 12 * HOUR
    assert sessions.find(token) is None, "an ended session stays ended"


def test_a_session_ends_however_much_it_is_used() -> None:
    clock = Clock()
    sessions = Sessions(FakeSessions(), 12, clock)
    lasting, _ = sessions.begin(ANN, {})
    once, _ = sessions.begin(ANN, {}, renewable=False)
    clock.at += 6 * HOUR
    assert sessions.find(lasting)
    assert sessions.find(once)
    clock.at += 6 * HOUR
    assert sessions.find(lasting)
    assert sessions.find(once) is None
    while clock.at < NOON + 14 * 12 * HOUR - 6 * HOUR:
        clock.at += 6 * HOUR
        assert sessions.find(lasting)
    clock.at += 6 * HOUR
    assert sessions.find(lasting) is None


def test_what_is_over_is_gone_when_the_next_one_signs_in() -> None:
    clock, store = Clock(), FakeSessions()
    sessions = Sessions(store, 12, clock)
    token, _ = sessions.begin(ANN, {})
    clock.at += 13 * HOUR
    sessions.begin(ANN, {})
    assert store.get(hashed(token)) is None


def test_signing_out_here_and_everywhere() -> None:
    sessions = Sessions(FakeSessions(), 12)
    one, two, three = (sessions.begin(ANN, {})[0] for _ in range(3))
    sessions.end(one)
    sessions.end("unknown")
    sessions.end("")
    assert [sessions.find(token) is None for token in (one, two, three)] == [True, False, False]
    assert sessions.end_all(ANN) == 2
    assert [sessions.find(token) for token in (two, three)] == [None, None]


@pytest.mark.parametrize(
    "path", ["/", "/me", "/c/general?in=a&b=c", "/answers/1#source", "/a//b", "/%2F%2Fevil.example"]
)
def test_paths_of_ours_that_a_sign_in_leads_to(path: str) -> None:
    assert local(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/sign-in",
        "/sign-in/oidc?next=/",
        "/welcome/token",
        "/\u2028/evil.example",
    ],
)
def test_everything_else_leads_to_the_first_page(path: str) -> None:
    assert local(path) == "/"


@given(st.text())
def test_no_text_leads_elsewhere(path: str) -> None:
    led = local(path)
    assert led.startswith("/")
    assert led[1:2] not in {"/", "\\"}


def test_a_session_of_the_demo_is_none_where_people_sign_in() -> None:
    store = FakeSessions()
    demo, real = Sessions(store, 12, demo=True), Sessions(store, 12)
    tokens = [sessions.begin(ANN, {})[0] for sessions in (demo, real)]
    assert [bool(demo.find(token)) for token in tokens] == [True, False]
    assert [bool(real.find(token)) for token in tokens] == [False, True]
    demo.end(tokens[1])
    assert real.find(tokens[1])


def test_an_account_can_be_tried_so_often_from_one_address() -> None:
    attempts = Attempts(account="3 per 15 minutes")
    for _ in range(3):
        attempts.count(ANN, "192.0.2.1")
    with pytest.raises(TooOften, match="wait 15 minutes") as raised:
        attempts.count(ANN, "192.0.2.1")
    assert 800 < raised.value.seconds <= 900
    attempts.count(ANN, "192.0.2.2")
    attempts.count("web:local:bob", "192.0.2.1")
    attempts.succeeded(ANN, "192.0.2.1")
    attempts.count(ANN, "192.0.2.1")


def test_many_strangers_cannot_keep_the_owner_out() -> None:
    attempts = Attempts(account="3 per 15 minutes", strangers="5 per 15 minutes")
    attempts.count(ANN, "192.0.2.1")
    attempts.succeeded(ANN, "192.0.2.1")
    for number in range(10, 14):
        attempts.count(ANN, f"198.51.100.{number}")
    with pytest.raises(TooOften, match="wait 15 minutes"):
        attempts.count(ANN, "198.51.100.14")
    attempts.count(ANN, "192.0.2.1")
    attempts.count("web:local:bob", "198.51.100.14")


def test_an_address_can_fail_so_often() -> None:
    attempts = Attempts(address="3 per minute")
    for number in range(3):
        attempts.count(f"web:local:{number}", "192.0.2.1")
        attempts.failed("192.0.2.1")
    with pytest.raises(TooOften, match=r"wait \d\d seconds"):
        attempts.count(ANN, "192.0.2.1")
    attempts.count(ANN, "192.0.2.2")
    for number in range(3):
        attempts.failed(f"2001:db8::{number}")
    with pytest.raises(TooOften):
        attempts.count(ANN, "2001:db8::ffff")
    attempts.count(ANN, "2001:db8:0:1::1")
