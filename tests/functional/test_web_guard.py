"""What stands around every page: who may change something, how much may come in, what goes out with it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from bot.domain import PersonId
from bot.web.frame import Demo, Frame
from tests.functional.web_door import PASSWORD, WebDoor, csrf, opened, own_csrf, secure

STALE = "This page is too old or not ours, so nothing was changed: please reload it and send it again."
EVIL = "https://evil.example"


@pytest.fixture
def door(tmp_path: Path) -> Iterator[WebDoor]:
    with opened(tmp_path) as door:
        yield door


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[WebDoor]:
    def dressed(frame: Frame) -> Frame:
        return replace(frame, demo=Demo(PersonId("web:demo:you"), "You"))

    with opened(tmp_path, dressed=dressed) as door:
        yield door


def noted(browser: TestClient, token: str | None, **headers: str) -> int:
    data = {"text": "hello"} if token is None else {"text": "hello", "csrf": token}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return browser.post("/notes", data=data, headers=named).status_code


def test_a_form_needs_the_token_of_its_session(door: WebDoor) -> None:
    ann, bob = door.joined("ann"), door.joined("bob")
    token = own_csrf(ann)
    assert noted(ann, token) == 200
    for wrong in (None, "", token[:-1], f"{token}x", own_csrf(bob), "é", "\0"):
        assert noted(ann, wrong) == 403
    assert STALE in ann.post("/notes", data={"text": "hello"}).text


def test_the_token_may_come_in_a_header(door: WebDoor) -> None:
    ann = door.joined()
    assert noted(ann, None, X_CSRF_Token=own_csrf(ann)) == 200
    assert noted(ann, own_csrf(ann), **{"X-CSRF-Token": "wrong"}) == 403
    form = {"csrf": (None, own_csrf(ann)), "text": (None, "hello")}
    assert ann.post("/notes", files=form).text == "web:local:ann: hello"
    assert ann.post("/notes", files={"csrf": ("csrf", own_csrf(ann)), "text": (None, "hello")}).status_code == 403
    assert ann.post("/notes", json={"csrf": own_csrf(ann), "text": "hello"}).status_code == 403


def test_a_token_is_worth_nothing_after_signing_out(door: WebDoor) -> None:
    ann = door.joined()
    token = own_csrf(ann)
    ann.post("/sign-out", data={"csrf": token})
    assert noted(ann, token) == 303
    assert noted(door.signed_in(), token) == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec_Fetch_Site": "same-origin", "Origin": "http://127.0.0.1:8420"}, 200),
        ({"Sec_Fetch_Site": "none"}, 200),
        ({"Sec_Fetch_Site": "same-origin", "Origin": "null"}, 200),
        ({"Origin": "http://127.0.0.1:8420"}, 200),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Sec_Fetch_Site": "nonsense"}, 403),
        ({"Origin": EVIL}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:8421"}, 403),
        ({"Origin": "http://127.0.0.1:8420.evil.example"}, 403),
    ],
)
def test_a_form_on_another_site_changes_nothing(door: WebDoor, headers: dict[str, str], status: int) -> None:
    ann = door.joined()
    assert noted(ann, own_csrf(ann), **headers) == status


def test_a_page_elsewhere_cannot_sign_anybody_in_or_out(door: WebDoor) -> None:
    ann = door.joined()
    for path, form in {"/sign-in": {"name": "ann", "password": PASSWORD}, "/sign-out": {}}.items():
        for headers in ({"Origin": EVIL}, {"Sec-Fetch-Site": "cross-site"}, {}):
            assert ann.post(path, data=form, headers=headers).status_code == 403
    fresh = door.browser()
    token = csrf(fresh)
    other = door.browser()
    csrf(other)
    form = {"csrf": token, "name": "ann", "password": PASSWORD}
    assert door.browser().post("/sign-in", data=form).status_code == 403, "without the cookie of the form"
    assert other.post("/sign-in", data=form).status_code == 403, "with another one's"
    assert fresh.post("/sign-in", data=form, headers={"Origin": EVIL}).status_code == 403
    assert fresh.post("/sign-in", data=form).status_code == 303


def test_behind_a_proxy_the_public_address_is_ours(tmp_path: Path) -> None:
    with opened(tmp_path, dressed=secure) as door:
        browser = door.joined()
        token = own_csrf(browser)
        assert noted(browser, token, Origin="https://attune.example.org", Host="internal:8420") == 200
        for other in (EVIL, "http://attune.example.org", "http://internal:8420", "https://internal:8420"):
            assert noted(browser, token, Origin=other, Host="internal:8420") == 403


HEADERS = {
    "content-security-policy": "default-src 'self'",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "permissions-policy": "camera=()",
}


def test_every_response_is_dressed(door: WebDoor) -> None:
    ann = door.joined()
    responses = [
        ann.get("/"),
        door.browser().get("/"),
        door.browser().get("/sign-in"),
        ann.get("/nowhere"),
        ann.get("/notes"),
        ann.get("/static/app.css"),
        ann.get("/static/nowhere.css"),
        ann.post("/notes"),
        ann.post("/notes", content=b"x" * 3_000_000),
        ann.get("/welcome/made-up"),
    ]
    with capture_logs():
        responses.append(ann.get("/broken"))
    assert [response.status_code for response in responses] == [200, 303, 200, 404, 405, 200, 404, 403, 413, 410, 500]
    for response in responses:
        for name, value in HEADERS.items():
            assert response.headers[name].startswith(value)
        policy = response.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self'" in policy
        assert "strict-transport-security" not in response.headers
        assert "server" not in response.headers


def test_https_is_kept_to(tmp_path: Path) -> None:
    with opened(tmp_path, dressed=secure) as door:
        assert door.browser().get("/sign-in").headers["strict-transport-security"] == "max-age=31536000"


def test_pages_are_not_kept_and_hashed_files_for_ever(door: WebDoor) -> None:
    ann = door.joined()
    assert ann.get("/").headers["cache-control"] == "no-store"
    assert ann.get("/static/app.css?v=0123").headers["cache-control"] == "public, max-age=31536000, immutable"
    assert ann.get("/static/app.css").headers["cache-control"] == "no-cache"
    assert ann.get("/static/app.css").headers["content-encoding"] == "gzip"
    assert "content-encoding" not in ann.get("/sign-in").headers, "its length would tell of the secrets in it"


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static//etc/passwd", "/static/"])
def test_nothing_but_static_files_is_served_there(door: WebDoor, path: str) -> None:
    assert door.browser().get(path).status_code == 404


def test_no_page_holds_a_script_or_a_style_of_its_own(door: WebDoor) -> None:
    door.joined()
    for path in ("/sign-in", door.invited("bob"), "/nowhere"):
        page = door.browser().get(path).text
        assert "<style" not in page
        assert " style=" not in page
        assert "<script>" not in page
        assert " onclick=" not in page


def test_ten_megabytes_are_one_sentence(door: WebDoor) -> None:
    ann = door.joined()
    response = ann.post("/notes", data={"csrf": own_csrf(ann), "text": "x" * 10_000_000})
    assert response.status_code == 413
    assert "That is too large to be read: please send less than 2 MB." in response.text
    part = ann.post("/notes", content=b"x" * 10_000_000, headers={"HX-Request": "true"})
    assert part.status_code == 413
    assert "<html" not in part.text
    assert noted(ann, own_csrf(ann)) == 200


def test_a_body_of_unknown_length_is_limited_too(door: WebDoor) -> None:
    ann = door.joined()
    response = ann.post("/notes", content=(b"x" * 100_000 for _ in range(100)))
    assert response.status_code == 413


def test_a_body_beyond_all_measure_is_not_even_read(door: WebDoor) -> None:
    response = door.joined().post("/notes", content=b"x", headers={"Content-Length": str(10**12)})
    assert response.status_code == 413


def test_a_million_characters_come_through(door: WebDoor) -> None:
    ann = door.joined()
    assert (
        ann.post("/notes", data={"csrf": own_csrf(ann), "text": "x" * 1_000_000}).text == f"web:local:ann: {'x' * 40}"
    )


def test_an_incomplete_form_is_one_sentence(door: WebDoor) -> None:
    ann = door.joined()
    response = ann.post("/notes", data={"csrf": own_csrf(ann)})
    assert response.status_code == 400
    assert "This form cannot be used: text is missing. Please go back" in response.text


def test_what_breaks_inside_is_one_sentence_and_tells_nothing(door: WebDoor) -> None:
    ann = door.joined()
    with capture_logs() as logged:
        page = ann.get("/broken")
        part = ann.get("/broken", headers={"HX-Request": "true"})
    assert (page.status_code, part.status_code) == (500, 500)
    assert "Something went wrong inside Attune; the log says what." in page.text
    assert "<html" not in part.text
    for text in (page.text, part.text):
        assert "canary" not in text
        assert "Traceback" not in text
    assert [entry["event"] for entry in logged] == ["web.failed", "web.failed"]


def test_an_address_that_is_not_there_is_one_sentence(door: WebDoor) -> None:
    page = door.joined().get("/nowhere")
    assert page.status_code == 404
    assert "There is nothing here that you may see" in page.text
    assert door.browser().request("BREW", "/").status_code == 405


def test_the_demo_asks_nobody_to_sign_in(demo: WebDoor) -> None:
    browser = demo.browser()
    assert browser.get("/").text.startswith("web:demo:you You admin ")
    cookie = browser.cookies["attune"]
    assert noted(browser, own_csrf(browser)) == 200
    assert browser.cookies["attune"] == cookie
    assert browser.get("/admin").text == "You"
    assert noted(browser, "wrong") == 403
    assert noted(demo.browser(), None) == 303
    assert browser.get("/sign-in").status_code == 404


@pytest.mark.parametrize(
    ("url", "client"),
    [
        ("http://evil.example", "127.0.0.1"),
        ("http://127.0.0.1.evil.example", "127.0.0.1"),
        ("http://192.0.2.1:8420", "127.0.0.1"),
        ("http://127.0.0.1:8420", "192.0.2.1"),
    ],
)
def test_the_demo_is_for_this_machine(demo: WebDoor, url: str, client: str) -> None:
    response = demo.browser(url=url, client=client).get("/")
    assert response.status_code == 421
    assert "The demo answers only at the address that it printed" in response.text


@pytest.mark.parametrize(
    "host", ["evil.example:", "evil.example:99999999", "a{b.evil.example", "127.0.0.1@evil.example", "[", "", "évil"]
)
def test_a_host_that_is_none_is_not_this_machine(demo: WebDoor, host: str) -> None:
    assert demo.browser().get("/", headers={b"Host": host.encode("latin-1")}).status_code == 421


@pytest.mark.parametrize("url", ["http://127.0.0.1:8420", "http://localhost:8420", "http://[::1]:8420"])
def test_the_demo_knows_this_machine_by_all_its_names(demo: WebDoor, url: str) -> None:
    assert demo.browser(url=url, client="::1").get("/").status_code == 200


def test_an_address_that_is_none_is_a_stranger_s(door: WebDoor) -> None:
    ann = door.joined()
    assert noted(ann, own_csrf(ann), Origin="http://[bad") == 403


@pytest.mark.parametrize("header", ["HX-Current-URL", "Referer"])
def test_whoever_is_not_signed_in_is_led_there_whatever_their_headers_say(door: WebDoor, header: str) -> None:
    stranger = door.browser()
    headers = {"HX-Request": "true", header: "http://[bad"}
    led = stranger.get("/notes", headers=headers, follow_redirects=False)
    assert led.status_code < 500


def test_a_slash_too_many_leads_nowhere_else(door: WebDoor) -> None:
    ann = door.joined()
    answered = ann.get("/sign-in/", headers={"Host": "evil.example"}, follow_redirects=False)
    assert "evil.example" not in answered.headers.get("location", "")
