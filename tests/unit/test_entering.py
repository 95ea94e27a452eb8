"""What the settings make of sign-in."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from bot import settings
from bot.commands import entering
from bot.domain import PersonId, Role
from bot.errors import WrongSetting
from bot.web.app import build
from bot.web.sessions import now
from bot.web.signin import router
from bot.wiring import Wiring
from tests.functional.web_door import PASSWORD, csrf

ISSUER = "https://sso.example.org"


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wiring]:
    monkeypatch.chdir(tmp_path)
    with closing(Wiring(settings.load(tmp_path / "home"))) as parts:
        yield parts


def with_provider(parts: Wiring, client_id: str = "attune") -> Wiring:
    update = {"oidc_issuer": ISSUER, "oidc_client_id": client_id, "oidc_client_secret": SecretStr("canary")}
    parts.settings = parts.settings.model_copy(update=update)
    return parts


def test_homes_do_not_share_their_cookies(tmp_path: Path) -> None:
    names = set()
    for name in ("one", "two", "one"):
        with closing(Wiring(settings.load(tmp_path / name))) as parts:
            frame = entering.frame(parts, url="https://attune.example.org")
            names.add(frame.cookie_name())
            assert frame.cookie_name().startswith("__Host-attune-")
            assert entering.frame(parts).cookie_name().startswith("attune-")
    assert len(names) == 2


def test_the_first_link_is_for_a_home_in_which_nobody_can_sign_in_as_admin(parts: Wiring) -> None:
    link = entering.first_link(parts)
    assert link is not None
    assert link.startswith("http://127.0.0.1:8420/welcome/")
    parts.people.add(PersonId("terminal:local:ann"), Role.ADMIN)
    assert entering.first_link(parts) is not None, "ann has a terminal only"
    parts.accounts.set_password(PersonId("web:local:admin"), "hash", now())
    assert entering.first_link(parts) is None


def test_with_a_provider_an_admin_of_any_kind_is_enough(parts: Wiring) -> None:
    with_provider(parts)
    assert entering.first_link(parts) is not None
    parts.people.add(PersonId("oidc:sso.example.org:ann"), Role.ADMIN)
    assert entering.first_link(parts) is None


def test_a_provider_needs_a_client_id(parts: Wiring) -> None:
    assert entering.entrance(parts).provider is None
    provider = entering.entrance(with_provider(parts)).provider
    assert provider is not None
    assert provider.host == "sso.example.org"
    assert "canary" not in repr(provider)
    with pytest.raises(WrongSetting, match="ATTUNE_OIDC_CLIENT_ID"):
        entering.entrance(with_provider(parts, client_id=""))


def test_a_new_account_is_one_person_with_that_name_on_the_terminal(parts: Wiring) -> None:
    web, terminal = PersonId("web:local:ann"), PersonId("terminal:local:ann")
    parts.groups.assign(terminal, ["hr"])
    entrance = entering.entrance(parts)
    app = build(entering.frame(parts), [router(entrance)])
    browser = TestClient(app, base_url="http://127.0.0.1:8420", follow_redirects=False)

    def used() -> None:
        link = entrance.invitations.invite(web)
        form = {"csrf": csrf(browser, link), "password": PASSWORD, "again": PASSWORD}
        assert browser.post(link, data=form).status_code == 303

    assert parts.grants.groups(web) == frozenset()
    used()
    assert parts.grants.groups(web) == {"hr"}
    parts.people.unlink(web)
    used()
    assert parts.grants.groups(web) == frozenset(), "who was parted stays so when the password is set anew"
