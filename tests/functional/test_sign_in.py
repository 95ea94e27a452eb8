"""Coming in and going out, as a browser sees it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bot.domain import Role
from bot.web.attempts import Attempts
from tests.functional.web_door import ANN, PASSWORD, Turned, WebDoor, csrf, opened, own_csrf, secure


@pytest.fixture
def door(tmp_path: Path) -> Iterator[WebDoor]:
    with opened(tmp_path) as door:
        yield door


def tried(browser: TestClient, name: str = "ann", password: str = "not the right one") -> str:  # noqa: S107
    """Try to sign in, and return the status and the sentence."""
    form = {"csrf": csrf(browser), "name": name, "password": password}
    response = browser.post("/sign-in", data=form)
    return f"{response.status_code} {response.text}"


def test_nobody_signed_in_is_led_to_the_sign_in_page_and_back(door: WebDoor) -> None:
    door.joined()
    browser = door.browser()
    response = browser.get("/admin?page=2")
    assert (response.status_code, response.headers["location"]) == (303, "/sign-in?next=/admin%3Fpage%3D2")
    page = browser.get(response.headers["location"])
    assert 'name="next" value="/admin?page=2"' in page.text
    form = {"csrf": csrf(browser), "name": "ann", "password": PASSWORD, "next": "/admin?page=2"}
    assert browser.post("/sign-in", data=form).headers["location"] == "/admin?page=2"


def test_a_part_of_a_page_leads_the_whole_page_to_the_sign_in(door: WebDoor) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1:8420/c/general?in=me"}
    response = door.browser().get("/", headers=headers)
    assert response.status_code == 401
    assert response.headers["hx-redirect"] == "/sign-in?next=/c/general%3Fin%3Dme"
    assert "<html" not in response.text
    stream = door.browser().get("/", headers={"Accept": "text/event-stream"})
    assert (stream.status_code, stream.text) == (401, "Your sign-in has ended: please sign in again.")


def test_a_form_of_somebody_whose_session_ended_leads_back_to_its_page(door: WebDoor) -> None:
    response = door.browser().post("/notes", data={"text": "x"}, headers={"Referer": "http://127.0.0.1:8420/c/hall"})
    assert (response.status_code, response.headers["location"]) == (303, "/sign-in?next=/c/hall")


def test_a_link_sets_the_password_and_signs_in(door: WebDoor) -> None:
    browser = door.joined("Ann", Role.ADMIN)
    assert browser.get("/").text.startswith("web:local:ann ann admin ")
    assert door.signed_in("ANN").get("/").text.startswith("web:local:ann ")


def test_a_link_works_once(door: WebDoor) -> None:
    link = door.invited()
    one, two = door.browser(), door.browser()
    form = {"password": PASSWORD, "again": PASSWORD}
    late = {**form, "csrf": csrf(two, link)}
    assert one.post(link, data={**form, "csrf": csrf(one, link)}).status_code == 303
    for response in (two.post(link, data=late), two.get(link)):
        assert response.status_code == 410
        assert "This link was used already, has expired" in response.text
    assert "set-cookie" not in two.get(link).headers


def test_a_link_expires_and_is_replaced_by_a_newer_one(tmp_path: Path) -> None:
    clock = Turned()
    with opened(tmp_path, clock=clock) as door:
        old, new = door.invited(), door.invited()
        assert door.browser().get(old).status_code == 410
        assert door.browser().get(new).status_code == 200
        clock.at += timedelta(hours=24)
        assert door.browser().get(new).status_code == 410
        assert door.browser().get("/welcome/made-up").status_code == 410


def test_a_password_that_does_not_do_leaves_the_link_good(door: WebDoor) -> None:
    browser, link = door.browser(), door.invited()
    for password, again, why in [
        ("short", "short", "at least 12"),
        (PASSWORD, f"{PASSWORD}x", "not the same"),
        ("ann ann ann ann", "ann ann ann ann", "fewer than 5"),
    ]:
        response = browser.post(link, data={"csrf": csrf(browser, link), "password": password, "again": again})
        assert response.status_code == 400
        assert why in response.text
        assert password not in response.text.replace("ann</strong>", "")
    form = {"csrf": csrf(browser, link), "password": PASSWORD, "again": PASSWORD}
    assert browser.post(link, data=form).status_code == 303


def test_a_new_password_signs_out_everywhere_else(door: WebDoor) -> None:
    first = door.joined()
    second = door.joined()
    assert first.get("/").status_code == 303
    assert second.get("/").status_code == 200


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(door: WebDoor) -> None:
    door.joined()
    browser = door.browser()
    answers = {tried(browser, name).replace(f'value="{name}"', "") for name in ("ann", "bob", "a:b", "x" * 99)}
    assert len(answers) == 1
    assert "401" in answers.pop()
    assert "The name or the password is not right" in tried(browser)
    assert browser.get("/").status_code == 303


def test_there_is_no_password_to_begin_with(door: WebDoor) -> None:
    page = door.browser().get("/sign-in").text
    assert "Nobody has an account here yet" in page
    assert "<form" not in page.partition("<main")[2]
    door.joined("somebody")
    for password in ("", "admin", "password", "attune", "changeme"):
        assert tried(door.browser(), "admin", password or " ").startswith("401")


def test_the_session_is_a_new_one_at_each_sign_in(door: WebDoor) -> None:
    browser = door.joined()
    cookie = browser.cookies["attune"]
    form = {"csrf": own_csrf(browser), "name": "ann", "password": PASSWORD}
    assert browser.post("/sign-in", data=form).status_code == 303
    assert browser.cookies["attune"] != cookie
    thief = door.browser()
    thief.cookies.set("attune", cookie)
    assert thief.get("/").status_code == 303, "the session before is gone"


def test_a_session_that_the_browser_brings_along_is_not_taken_over(door: WebDoor) -> None:
    door.joined()
    victim = door.browser()
    victim.cookies.set("attune", "planted")
    form = {"csrf": csrf(victim), "name": "ann", "password": PASSWORD}
    response = victim.post("/sign-in", data=form)
    assert response.status_code == 303
    assert "attune=planted" not in response.headers["set-cookie"]


@pytest.mark.parametrize("forged", ["x", "x" * 43, "' OR 1=1 --", "%00", "é"])
def test_a_forged_session_is_none(door: WebDoor, forged: str) -> None:
    door.joined()
    browser = door.browser()
    headers = {b"Cookie": f"attune={forged}".encode()}
    assert browser.get("/", headers=headers).headers["location"] == "/sign-in?next=/"
    assert "Your sign-in has ended: please sign in again." in browser.get("/sign-in", headers=headers).text


def test_an_expired_session_leads_to_the_sign_in_page_with_a_sentence(tmp_path: Path) -> None:
    clock = Turned()
    with opened(tmp_path, clock=clock) as door:
        browser = door.joined()
        clock.at += timedelta(hours=12)
        response = browser.get("/")
        assert response.status_code == 303
        assert "Your sign-in has ended" in browser.get(response.headers["location"]).text
        assert "Your sign-in has ended" not in door.browser().get("/sign-in").text


def test_signing_out_ends_the_session_on_the_server(door: WebDoor) -> None:
    browser = door.joined()
    cookie = browser.cookies["attune"]
    response = browser.post("/sign-out", data={"csrf": own_csrf(browser)})
    assert response.headers["location"] == "/sign-in"
    assert "attune" not in browser.cookies
    thief = door.browser()
    thief.cookies.set("attune", cookie)
    assert thief.get("/").status_code == 303


def test_who_is_signed_in_sees_no_sign_in_page(door: WebDoor) -> None:
    response = door.joined().get("/sign-in?next=/admin")
    assert (response.status_code, response.headers["location"]) == (303, "/admin")


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example"])
def test_a_sign_in_leads_nowhere_else(door: WebDoor, target: str) -> None:
    door.joined()
    browser = door.browser()
    form = {"csrf": csrf(browser), "name": "ann", "password": PASSWORD, "next": target}
    assert browser.post("/sign-in", data=form).headers["location"] == "/"
    assert browser.get("/sign-in", params={"next": target}).headers["location"] == "/"


def test_a_name_is_shown_as_it_was_typed_and_nothing_in_it_runs(door: WebDoor) -> None:
    door.joined()
    page = tried(door.browser(), '"><script>alert(1)</script>')
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_too_many_tries_for_an_account_have_to_wait(tmp_path: Path) -> None:
    with opened(tmp_path, attempts=Attempts(account="3 per 15 minutes")) as door:
        door.joined()
        browser = door.browser()
        assert [tried(browser)[:3] for _ in range(3)] == ["401"] * 3
        response = browser.post("/sign-in", data={"csrf": csrf(browser), "name": "ANN", "password": PASSWORD})
        assert response.status_code == 429
        assert "please wait 15 minutes and try again" in response.text
        assert 0 < int(response.headers["retry-after"]) <= 900
        assert tried(browser, "bob").startswith("401"), "another account is not kept waiting"
        assert tried(door.browser(client="192.0.2.7"), "ann", PASSWORD).startswith("303"), "nor the owner elsewhere"


def test_too_many_failures_from_an_address_have_to_wait(tmp_path: Path) -> None:
    with opened(tmp_path, attempts=Attempts(address="3 per 15 minutes")) as door:
        door.joined()
        for number in range(3):
            assert tried(door.browser(), f"nobody{number}").startswith("401")
        assert tried(door.browser(), "ann", PASSWORD).startswith("429")
        assert tried(door.browser(client="192.0.2.7"), "ann", PASSWORD).startswith("303")


def test_who_signs_in_well_may_do_so_often(tmp_path: Path) -> None:
    with opened(tmp_path, attempts=Attempts(account="2 per 15 minutes", address="2 per 15 minutes")) as door:
        door.joined()
        assert [tried(door.browser(), "ann", PASSWORD)[:3] for _ in range(6)] == ["303"] * 6


def test_a_role_counts_at_once_and_is_gone_at_once(door: WebDoor) -> None:
    browser = door.joined()
    statuses = []
    for role in (None, Role.ADMIN, Role.REVIEWER, Role.AUDITOR):
        door.people.add(ANN, role)
        form = {"csrf": own_csrf(browser)}
        statuses.append((browser.get("/admin").status_code, browser.post("/admin", data=form).status_code))
    assert statuses == [(403, 403), (200, 200), (403, 403), (200, 403)]
    assert "This is for people with the role admin" in browser.post("/admin", data=form).text


def test_cookies_cannot_be_read_by_scripts_nor_sent_by_other_sites(door: WebDoor, tmp_path: Path) -> None:
    browser, link = door.browser(), door.invited()
    form = {"csrf": csrf(browser, link), "password": PASSWORD, "again": PASSWORD}
    cookie = browser.post(link, data=form).headers["set-cookie"]
    assert cookie.startswith("attune=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    with opened(tmp_path / "secure", dressed=secure) as guarded:
        browser, link = guarded.browser(), guarded.invited()
        form["csrf"] = csrf(browser, link)
        cookie = browser.post(link, data=form).headers["set-cookie"]
        assert cookie.startswith("__Host-attune=")
        assert {"HttpOnly", "SameSite=lax", "Path=/", "Secure"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
        assert browser.get("/").status_code == 200
