"""Signing in with a real OpenID Connect provider."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from bot.domain import PersonId, Role
from bot.web.oidc import Provider, Registration
from tests.functional.web_door import URL, WebDoor, opened
from tests.servers.npm import started

SERVER = Path(__file__).parents[1] / "servers" / "oidc" / "server.mjs"
BACK = f"{URL}/sign-in/oidc/done"
SECRET = "a secret that only the two know, 42"  # noqa: S105 - an example
ANN, BOB = PersonId("oidc:127.0.0.1:ann"), PersonId("oidc:127.0.0.1:bob")


@dataclass(frozen=True)
class Service:
    """A running provider."""

    issuer: str
    secret: str

    def steer(self, **change: object) -> None:
        """Change the groups of its accounts, or its clock."""
        httpx2.post(f"{self.issuer}/control", json=change).raise_for_status()

    def provider(self, *, client_id: str = "attune", secret: str | None = None, claim: str = "groups") -> Provider:
        """Return the provider as Attune registers it."""
        given = self.secret if secret is None else secret
        return Provider(Registration(self.issuer, client_id, given, claim))


@pytest.fixture(scope="module", params=["secret", "public client, claims in the ID token"])
def running(request: pytest.FixtureRequest) -> Iterator[Service]:
    secret = SECRET if request.param == "secret" else ""
    claims = "userinfo" if request.param == "secret" else "id_token"
    settings = {"CLIENT_SECRET": secret, "REDIRECT_URI": BACK, "CLAIMS_IN": claims}
    with started(SERVER, **settings) as said:
        yield Service(said["issuer"], secret)


@pytest.fixture
def service(running: Service) -> Service:
    running.steer(groups={"ann": ["hr", "board"], "bob": []}, skew=0)
    return running


@pytest.fixture
def door(service: Service, tmp_path: Path) -> Iterator[WebDoor]:
    with opened(tmp_path, provider=service.provider()) as door:
        yield door


def visit(address: str, login: str, *, cancel: bool = False) -> str:
    """Sign in at the provider, as a person does in a browser, and return the address that it leads back to."""
    with httpx2.Client() as person:
        response = person.get(address)
        while True:
            while response.is_redirect:
                target = urljoin(str(response.url), response.headers["location"])
                if target.startswith(URL):
                    return target
                response = person.get(target)
            response.raise_for_status()
            action = re.search(r'action="([^"]+)"', response.text)
            prompt = re.search(r'name="prompt" value="([^"]+)"', response.text)
            assert action
            assert prompt
            if cancel:
                response = person.get(f"{action[1]}/abort")
            else:
                response = person.post(action[1], data={"prompt": prompt[1], "login": login, "password": "any"})


def left(browser: TestClient, target: str = "/") -> str:
    """Press the button, and return the address of the provider that it leads to."""
    response = browser.get("/sign-in/oidc", params={"next": target})
    assert response.status_code == 302, response.text
    return str(response.headers["location"])


def came_back(browser: TestClient, back: str) -> httpx2.Response:
    return browser.get(back.removeprefix(URL))


def signed_in(door: WebDoor, login: str) -> TestClient:
    browser = door.browser()
    response = came_back(browser, visit(left(browser), login))
    assert (response.status_code, response.headers["location"]) == (303, "/"), response.text
    return browser


@pytest.mark.slow
def test_a_person_signs_in_with_name_and_groups(door: WebDoor) -> None:
    browser = door.browser()
    assert "Sign in with 127.0.0.1" in browser.get("/sign-in?next=/admin").text
    response = came_back(browser, visit(left(browser, "/admin"), "ann"))
    assert (response.status_code, response.headers["location"]) == (303, "/admin")
    assert browser.get("/").text.startswith(f"{ANN} Ann Ünal no role ")
    assert door.people.get(ANN).groups == {"hr", "board"}
    door.people.add(ANN, Role.ADMIN)
    assert browser.get("/admin").text == "Ann Ünal"


@pytest.mark.slow
def test_what_is_asked_for_can_neither_be_guessed_nor_used_twice(door: WebDoor) -> None:
    asked = [parse_qs(urlsplit(left(door.browser())).query) for _ in range(2)]
    for query in asked:
        assert query["response_type"] == ["code"]
        assert query["code_challenge_method"] == ["S256"]
        assert query["redirect_uri"] == [BACK]
        assert query["scope"] == ["openid profile email groups"]
    for name in ("state", "nonce", "code_challenge"):
        one, two = (query[name][0] for query in asked)
        assert one != two
        assert len(one) >= 20


@pytest.mark.slow
def test_groups_are_those_of_the_last_sign_in(door: WebDoor, service: Service) -> None:
    signed_in(door, "ann")
    signed_in(door, "bob")
    assert door.groups.all() == {"board": {ANN}, "hr": {ANN}}
    door.groups.add("finance", [BOB])
    service.steer(groups={"ann": ["finance", "x" * 200, ""]})
    signed_in(door, "ann")
    assert door.groups.all() == {"finance": {ANN, BOB}}
    service.steer(groups={"ann": []})
    signed_in(door, "ann")
    assert door.groups.all() == {"finance": {BOB}}


@pytest.mark.slow
def test_without_a_groups_claim_the_groups_are_ours(service: Service, tmp_path: Path) -> None:
    with opened(tmp_path, provider=service.provider(claim="")) as door:
        door.groups.add("ours", [ANN])
        signed_in(door, "ann")
        assert door.groups.all() == {"ours": {ANN}}


@pytest.mark.slow
def test_a_name_from_the_provider_runs_nothing(door: WebDoor) -> None:
    browser = signed_in(door, "bob")
    assert "Bob <script>alert(1)</script>" in browser.get("/").text, "as plain text it is there"
    page = browser.get("/nowhere").text
    assert "<script>alert" not in page


@pytest.mark.slow
def test_who_says_no_at_the_provider_is_told(door: WebDoor) -> None:
    browser = door.browser()
    with capture_logs():
        response = came_back(browser, visit(left(browser), "ann", cancel=True))
    assert response.status_code == 403
    assert "The sign-in service did not let you in (access denied)" in response.text
    assert browser.get("/").status_code == 303


@pytest.mark.slow
@pytest.mark.parametrize(
    "spoil",
    [
        lambda back: re.sub(r"state=[^&]+", "state=made-up", back),
        lambda back: re.sub(r"state=[^&]+&?", "", back),
        lambda back: re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Fevil.example", back),
        lambda back: re.sub(r"&iss=[^&]+", "", back),
        lambda back: f"{BACK}?error=%3Cb%3Ecall+555-1234&error_description=call+555-1234&{urlsplit(back).query}",
    ],
)
def test_an_answer_that_was_tampered_with(door: WebDoor, spoil: Callable[[str], str]) -> None:
    browser = door.browser()
    back = spoil(visit(left(browser), "ann"))
    with capture_logs():
        response = came_back(browser, back)
    assert response.status_code in {400, 403}
    assert "555" not in response.text
    assert "notice bad" in response.text
    assert browser.get("/").status_code == 303


@pytest.mark.slow
def test_a_code_that_is_made_up_or_used_already(door: WebDoor) -> None:
    browser = door.browser()
    back = visit(left(browser), "ann")
    with capture_logs():
        response = came_back(browser, re.sub(r"code=[^&]+", "code=made-up", back))
    assert response.status_code == 403
    assert "(invalid grant)" in response.text
    assert came_back(browser, back).status_code == 400, "the attempt is over"


@pytest.mark.slow
def test_an_answer_in_another_browser_signs_nobody_in(door: WebDoor) -> None:
    back = visit(left(door.browser()), "ann")
    victim = door.browser()
    for browser in (victim, door.browser()):
        response = came_back(browser, back)
        assert response.status_code == 400
        assert "it was begun too long ago, or in another browser" in response.text
    left(victim)
    with capture_logs():
        assert came_back(victim, back).status_code == 400
    assert victim.get("/").status_code == 303


@pytest.mark.slow
@pytest.mark.parametrize(("before", "after"), [(7200, 7200), (0, -7200)])
def test_clocks_that_differ_are_named(door: WebDoor, service: Service, before: int, after: int) -> None:
    browser = door.browser()
    service.steer(skew=before)
    back = visit(left(browser), "ann")
    service.steer(skew=after)
    with capture_logs():
        response = came_back(browser, back)
    assert response.status_code == 502
    assert "The clocks of the sign-in service and of this server differ too much" in response.text


@pytest.mark.slow
def test_a_client_that_the_provider_does_not_know(service: Service, tmp_path: Path) -> None:
    wrong = service.provider(secret="wrong" if service.secret else "public clients have none")
    with opened(tmp_path, provider=wrong) as door, capture_logs() as logged:
        browser = door.browser()
        response = came_back(browser, visit(left(browser), "ann"))
    assert response.status_code == 403
    assert "(invalid client)" in response.text
    assert "wrong" not in json.dumps(logged)


@pytest.mark.slow
@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_way_back_leads_nowhere_else(door: WebDoor, target: str) -> None:
    browser = door.browser()
    assert came_back(browser, visit(left(browser, target), "ann")).headers["location"] == "/"
