"""What only the demo has: channels and people to pick, and documents that come in while one looks."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat.web.parts import Preparing
from bot.chat.web.routes import chat
from bot.web.app import build
from tests.functional.web_chat import ASKED, Chat, Visit, chatting, plain, serving, vote_href

BEA = "web:local:bea"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Chat]:
    with chatting(tmp_path, demo=True) as made:
        yield made


def picked(visit: Visit, person: str) -> None:
    """Become somebody else, as another tab does."""
    assert visit.client.post("/as", data={"person": person, "csrf": visit.csrf}).status_code == 303


def test_a_page_that_was_opened_as_somebody_else_asks_nothing(web: Chat) -> None:
    with web.visit(path="/c/general") as tab:
        form = {"text": ASKED, "conversation": tab.conversation, "channel": "general", "key": "0" * 32}
        headers = {"X-CSRF-Token": tab.csrf, "HX-Request": "true", "X-Person": "web:demo:guest"}
        headers["HX-Current-URL"] = f"{web.url}/c/general?conversation={tab.conversation}"
        answer = tab.answer(tab.ask(channel="general"))
        picked(tab, BEA)
        refused = tab.client.post("/questions", data=form, headers=headers)
        assert refused.status_code == 409
        assert "but in another tab you became Bea from People: reload it, then try again." in plain(refused.text)
        assert f'href="/c/general?conversation={tab.conversation}"' in refused.text
        assert tab.client.post(vote_href(answer), data={"verdict": "up"}, headers=headers).status_code == 409
        reloaded = tab.client.get(f"/c/general?conversation={tab.conversation}", follow_redirects=True)
        assert reloaded.url.path == "/c/general"
        assert reloaded.status_code == 200
        headers["X-Person"] = BEA
        assert tab.client.post("/questions", data=form, headers=headers).status_code == 404, "it is not hers"


def test_a_refused_page_is_made_for_the_person_that_was_picked(web: Chat) -> None:
    with web.visit(path="/c/general") as tab:
        picked(tab, BEA)
        refused = tab.client.get("/answers/nope")
        assert refused.status_code == 404
        assert "Bea from People" in plain(refused.text)
        assert "Nothing here for you" in plain(refused.text)


def test_who_asks_privately_is_offered_questions_of_their_own(web: Chat) -> None:
    with web.visit(path="/me") as tab:
        assert "data-ask" not in tab.page("/me")
        picked(tab, BEA)
        assert 'data-ask="What is the highest sign-on bonus for a candidate?"' in tab.page("/me")
        assert ASKED in tab.page("/c/general?new=1")


def test_what_is_waited_for_is_told_until_it_is_there(web: Chat) -> None:
    told: list[Preparing | None] = [Preparing("Reading the documents, 1 of 2.", waits=True)]
    parts = replace(web.parts, preparing=lambda: told[-1])
    with serving(build(web.frame, [chat(parts)])) as url:
        other = replace(web, url=url)
        with other.visit(path="/c/general") as tab:
            page = tab.page("/c/general")
            assert "Reading the documents, 1 of 2." in page
            assert 'data-waits="yes"' in page
            assert 'hx-trigger="every 1s"' in tab.client.get("/preparing").text
            told.append(None)
            assert 'id="preparing" hidden' in tab.client.get("/preparing").text
            assert "Reading" not in tab.page("/c/general")
