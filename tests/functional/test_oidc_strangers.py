"""Sign-in services that are none, or that do not answer."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from joserfc.jwk import RSAKey
from structlog.testing import capture_logs

from bot.web.oidc import Provider, Registration
from tests.functional.lying_provider import CLIENT, Lies, lying
from tests.functional.web_door import WebDoor, opened


@contextmanager
def pretending(status: int, body: bytes) -> Iterator[str]:
    """Serve the same answer to everything, and give the address."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name it has
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "body", "expected", "sentence"),
    [
        (503, b"", 502, "cannot be reached (it answers with status 503)"),
        (200, b"<html>", 400, "answered with something else than OpenID Connect"),
        (200, b"[]", 400, "answered with something else than OpenID Connect"),
        (200, b'{"issuer": "https://evil.example"}', 400, "another name than ATTUNE_OIDC_ISSUER"),
    ],
)
def test_what_only_pretends_to_be_a_provider(
    tmp_path: Path, status: int, body: bytes, expected: int, sentence: str
) -> None:
    with pretending(status, body) as issuer, capture_logs():
        provider = Provider(Registration(issuer, "attune"))
        with opened(tmp_path, provider=provider) as door:
            for _ in range(2):
                response = door.browser().get("/sign-in/oidc")
                assert response.status_code == expected
                assert sentence in response.text


def test_a_provider_that_does_not_answer(tmp_path: Path) -> None:
    with pretending(200, b"") as gone:
        pass
    provider = Provider(Registration(gone, "attune"))
    with opened(tmp_path, provider=provider) as door, capture_logs():
        response = door.browser().get("/sign-in/oidc")
        assert response.status_code == 502
        assert "The sign-in service at 127.0.0.1 cannot be reached (no connection)" in response.text
        assert door.browser().get("/sign-in/oidc/done?code=x&state=y").status_code == 400
        assert door.browser().get("/sign-in").status_code == 200


@pytest.fixture
def lies() -> Iterator[Lies]:
    with lying() as told:
        yield told


@pytest.fixture
def door(lies: Lies, tmp_path: Path) -> Iterator[WebDoor]:
    with opened(tmp_path, provider=Provider(Registration(lies.issuer, CLIENT))) as made, capture_logs():
        yield made


def test_a_service_that_says_the_truth_lets_people_in(lies: Lies, door: WebDoor) -> None:
    browser = door.browser()
    assert lies.sign_in(browser).headers["location"] == "/"
    assert browser.get("/").text.startswith("oidc:127.0.0.1:ann Ann ")


def test_what_is_not_signed_lets_nobody_in(lies: Lies, door: WebDoor) -> None:
    lies.answer = {"access_token": "x", "token_type": "Bearer", "userinfo": {"sub": "root", "groups": ["board"]}}
    refused = lies.sign_in(door.browser())
    assert refused.status_code == 400
    assert "the answer holds no ID token" in refused.text


@pytest.mark.parametrize("sub", ["ann ", "ann\n", " ann", "a" * 200, "ann\u200b"])
def test_a_name_is_not_another_one_with_white_space(lies: Lies, door: WebDoor, sub: str) -> None:
    lies.claims = {"sub": sub}
    refused = lies.sign_in(door.browser())
    assert refused.status_code == 400
    assert "too long or has spaces in it" in refused.text


@pytest.mark.parametrize("groups", [5, True, {"board": False}, [["board", "x"]], [None], ["board", 7]])
def test_groups_are_names(lies: Lies, door: WebDoor, groups: object) -> None:
    lies.claims = {"groups": groups}
    refused = lies.sign_in(door.browser())
    assert refused.status_code == 400
    assert "no list of names" in refused.text


@pytest.mark.parametrize("groups", [None, [], "", False])
def test_no_groups_are_none(lies: Lies, door: WebDoor, groups: object) -> None:
    lies.claims = {"groups": groups}
    assert lies.sign_in(door.browser()).headers["location"] == "/"
    assert door.groups.all() == {}


@pytest.mark.parametrize("keys", [{"keys": []}, {"error": "busy"}])
def test_a_service_whose_keys_were_gone_for_a_moment(lies: Lies, door: WebDoor, keys: dict[str, object]) -> None:
    lies.keys = keys
    assert lies.sign_in(door.browser()).status_code == 400
    lies.keys = None
    assert lies.sign_in(door.browser()).headers["location"] == "/"


def test_keys_may_be_replaced_under_their_name(lies: Lies, door: WebDoor) -> None:
    assert lies.sign_in(door.browser()).headers["location"] == "/"
    lies.key = RSAKey.generate_key(2048, {"kid": "one"})
    assert lies.sign_in(door.browser()).status_code == 400
    assert lies.sign_in(door.browser()).headers["location"] == "/"
