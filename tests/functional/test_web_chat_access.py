"""Who may read, ask and open what in the web chat, over real records, real HTTP and real event streams."""

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from bot.chat.pool import Stream
from bot.domain import Delta, PersonId, Question, Subject, scope
from tests.functional.web_chat import ASKED, Chat, chatting, plain, vote_href

BONUS_ASKED = "What is the highest sign-on bonus for a candidate?"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Chat]:
    with chatting(tmp_path) as chat:
        yield chat


def test_a_link_opens_only_for_who_may_see_what_the_answer_was_made_from(web: Chat) -> None:
    with web.visit("bea") as bea, web.visit("ann") as ann:
        turn = bea.answer(bea.ask(BONUS_ASKED))
        assert "10%" in plain(turn)
        link = vote_href(turn).removesuffix("/vote")
        assert "10%" in plain(bea.client.get(link).text)
        refused = ann.client.get(link)
        assert refused.status_code == 404
        assert refused.text == ann.client.get("/answers/nope").text
        assert "10%" not in refused.text
        assert ann.post(f"{link}/vote", verdict="up").status_code == 404
        web.known.allow("user:web:local:ann", "people")
        assert "10%" in plain(ann.client.get(link).text)


def test_what_may_no_longer_be_seen_is_no_longer_shown(web: Chat) -> None:
    with web.visit("bea") as bea:
        question = bea.ask(BONUS_ASKED)
        turn = bea.answer(question)
        assert "10%" in plain(bea.page())
        web.known.grants.revoke(Subject("user:web:local:bea"), [scope("people")])
        page = bea.page()
        assert BONUS_ASKED in page
        assert "10%" not in plain(page)
        assert "may no longer be seen" in page
        assert not any("10%" in plain(data) for _, data in bea.events(question)), "not in pieces either"
        assert bea.client.get(vote_href(turn).removesuffix("/vote")).status_code == 404


def test_what_found_nothing_is_for_who_asked(web: Chat) -> None:
    with web.visit("bea") as bea, web.visit("ann") as ann:
        link = vote_href(bea.answer(bea.ask("Where is the treasure of the Sierra Madre?"))).removesuffix("/vote")
        assert "treasure" in bea.client.get(link).text
        assert ann.client.get(link).status_code == 404
        assert ann.post(f"{link}/vote", verdict="up").status_code == 404


def told_little_by_little(stream: Stream) -> Stream:
    """Return a stream that says its answer word by word, and begins again until it is told that it is enough."""

    def slow(question: Question) -> Iterator[Delta]:
        for _ in range(400):
            yield Delta("10% ")
            time.sleep(0.01)
        yield from stream(question)

    return slow


@pytest.mark.parametrize("how", ["revoked", "signed out"])
def test_an_answer_on_its_way_stops_where_it_may_no_longer_be_seen(tmp_path: Path, how: str) -> None:
    with chatting(tmp_path, told_little_by_little) as web, web.visit("bea") as bea:
        events = bea.events(bea.ask(BONUS_ASKED))
        assert "10%" in next(data for name, data in events if name == "piece")
        if how == "revoked":
            web.known.grants.revoke(Subject("user:web:local:bea"), [scope("people")])
        else:
            web.sessions.end_all(PersonId("web:local:bea"))
        rest = list(events)
    pieces = sum(name == "piece" for name, _ in rest)
    assert pieces < 300, "some were on their way"
    if how == "revoked":
        assert [name for name, _ in rest[-2:]] == ["restart", "done"], "what was shown is taken away"
        assert "10%" not in plain(rest[-1][1])
    else:
        assert rest[-1][0] == "piece"


def test_questions_and_conversations_are_for_their_asker(web: Chat) -> None:
    with web.visit("ann") as ann, web.visit("ben") as ben:
        question = ann.ask()
        ann.answer(question)
        assert ben.client.get(f"/questions/{question}/events").status_code == 404
        assert ben.post(f"/questions/{question}/stop").status_code == 404
        assert ben.client.get(f"/me?conversation={ann.conversation}").status_code == 404
        ben.conversation = ann.conversation
        form = {"text": "And mine?", "conversation": ann.conversation, "key": uuid4().hex}
        assert ben.post("/questions", **form).status_code == 404
        assert ben.client.get("/c/general").status_code == 404
        assert ben.post("/questions", **form, channel="general").status_code == 404
        assert ben.post("/as", person="web:local:ann").status_code == 404


def test_nobody_asks_without_a_sign_in_or_from_another_page(web: Chat) -> None:
    form = {"text": ASKED, "conversation": f"web:{uuid4().hex}", "key": uuid4().hex}
    with web.visit("ann") as ann:
        ann.csrf = "forged"
        assert ann.post("/questions", **form).status_code == 403
    stranger = httpx.post(f"{web.url}/questions", data=form)
    assert stranger.status_code in {303, 401, 403}
    assert web.parts.inbox.of_conversation(form["conversation"], 9) == []


def test_the_same_question_in_two_channels_shows_the_scopes_at_work(tmp_path: Path) -> None:
    with chatting(tmp_path, demo=True) as web, web.visit(path="/") as guest:
        assert "people-team" in guest.page("/")
        assert ASKED in guest.page("/")
        refused = guest.answer(guest.ask(BONUS_ASKED, channel="general"))
        assert "10%" not in plain(refused)
        assert "could not find this" in refused
        guest.page("/c/people-team")
        answered = guest.answer(guest.ask(BONUS_ASKED, channel="people-team"))
        assert "10%" in plain(answered)
        link = vote_href(answered).replace("/vote", "")
        assert link.endswith("?in=people-team")
        assert "10%" in plain(guest.client.get(link).text)
        assert guest.client.get(link.replace("people-team", "general")).status_code == 404
        assert "10%" not in plain(guest.page("/c/general"))
        assert "10%" in plain(guest.page("/c/people-team"))


def test_a_person_can_be_picked_in_the_demo(tmp_path: Path) -> None:
    with chatting(tmp_path, demo=True) as web, web.visit(path="/me") as guest:
        assert "10%" not in plain(guest.answer(guest.ask(BONUS_ASKED)))
        assert guest.post("/as", person="web:local:bea").status_code == 303
        assert "Bea from People" in guest.page("/me")
        assert "10%" in plain(guest.answer(guest.ask(BONUS_ASKED)))
        assert guest.post("/as", person="web:local:nobody").status_code == 404


def test_an_answer_in_one_tab_is_shown_whatever_channel_the_other_tab_is_in(tmp_path: Path) -> None:
    with chatting(tmp_path, demo=True) as web, web.visit(path="/c/people-team") as guest:
        question = guest.ask(BONUS_ASKED, channel="people-team")
        guest.client.get("/c/general")
        assert "10%" in plain(guest.answer(question))
