"""The web chat as browsers use it, over real records, real HTTP and real event streams."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from bot.chat.discreet import discreet
from bot.domain import Delta, Question
from bot.errors import ModelUnreachable
from bot.inbox import State
from tests.functional.web_chat import ASKED, BONUS, LEAVE, Chat, Gate, chatting, plain, question_id, vote_href

BONUS_ASKED = "What is the highest sign-on bonus for a candidate?"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Chat]:
    with chatting(tmp_path) as chat:
        yield chat


def test_a_question_is_answered_piece_by_piece_and_then_whole(web: Chat) -> None:
    with web.visit("ann") as ann:
        turn = ann.turn()
        assert ASKED in turn
        assert f'sse-connect="/questions/{question_id(turn)}/events"' in turn
        events = list(ann.events(question_id(turn)))
        assert events[0][0] == "restart"
        assert "26 days" in next(data for name, data in events if name == "piece")
        assert 'class="cite"' in next(data for name, data in events if name == "piece")
        name, done = events[-1]
        assert name == "done"
        assert "26 days" in plain(done)
        assert "sse-connect" not in done
        assert "2 Mar" in plain(done)
        assert [name for name, _ in ann.events(question_id(turn))] == ["restart", "piece", "done"]
        assert "26 days" in plain(ann.page())


def test_the_answer_is_there_afterwards_for_who_closed_the_browser(tmp_path: Path) -> None:
    with chatting(tmp_path, Gate) as web:
        gate = web.parts.pool._stream  # noqa: SLF001 - the test's own
        assert isinstance(gate, Gate)
        with web.visit("ann") as ann:
            question = ann.ask()
            for name, _ in ann.events(question):
                if name == "piece":
                    break
        gate.go.set()
        with web.visit("ann") as ann:
            assert "26 days" in plain(ann.answer(question))
            assert "26 days" in plain(ann.page())


def test_a_restart_in_the_middle_answers_anew_and_shows_nothing_twice(tmp_path: Path) -> None:
    with chatting(tmp_path, Gate) as web, web.visit("ann") as ann:
        question = ann.ask()
        for name, data in ann.events(question):
            if name == "piece":
                assert "Wait." in data
                break
    with chatting(tmp_path) as web, web.visit("ann") as ann:
        events = list(ann.events(question))
        assert events[0][0] == "restart"
        assert "26 days" in plain(events[-1][1])
        assert "Wait." not in "".join(data for _, data in events)
        entry = web.parts.inbox.get(question)
        assert entry is not None
        assert (entry.state, entry.attempts) == (State.DONE, 1)


def test_two_tabs_follow_the_same_answer_and_ask_beside_one_another(tmp_path: Path) -> None:
    with chatting(tmp_path, Gate) as web, web.visit("ann") as one, web.visit("ann") as two:
        gate = web.parts.pool._stream  # noqa: SLF001 - the test's own
        assert isinstance(gate, Gate)
        question = one.ask()
        with ThreadPoolExecutor(2) as browsers:
            watching = [browsers.submit(tab.answer, question) for tab in (one, two)]
            other = two.ask("How many days of leave are there?")
            gate.go.set()
            assert ["26 days" in plain(each.result()) for each in watching] == [True, True]
        assert "26 days" in plain(two.answer(other))
        assert one.conversation != two.conversation
        titles = re.findall(r"conversation=web:[0-9a-f]+", one.page("/me"))
        assert len(set(titles)) == 2


def test_stop_ends_the_answer_and_says_so(tmp_path: Path) -> None:
    with chatting(tmp_path, Gate) as web, web.visit("ann") as ann:
        gate = web.parts.pool._stream  # noqa: SLF001 - the test's own
        assert isinstance(gate, Gate)
        question = ann.ask()
        events = ann.events(question)
        assert next(events)[0] == "restart"
        stopped = ann.post(f"/questions/{question}/stop")
        assert "You stopped this one." in stopped.text
        assert "You stopped this one." in next(data for name, data in events if name == "done")
        assert gate.begun.acquire(timeout=5) is False or gate.closed.wait(30)
        assert "You stopped this one." in ann.page()
        assert ann.post(f"/questions/{question}/stop").status_code == 200
        gate.go.set()
        assert "26 days" in plain(ann.answer(ann.ask()))


def unreachable(_: Question) -> Iterator[Delta]:
    """Fail as a model behind a server that is down."""
    raise ModelUnreachable(url="http://10.1.2.3:8000/v1", why="connection refused")
    yield Delta("")


def test_a_model_that_fails_leaves_its_sentence(tmp_path: Path) -> None:
    with chatting(tmp_path, lambda _: unreachable) as web, web.visit("ann") as ann:
        question = ann.ask()
        for shown in (ann.answer(question), ann.page()):
            assert "The model at http://10.1.2.3:8000/v1 cannot be reached (connection refused)" in shown


def test_people_are_not_told_where_a_server_is(tmp_path: Path) -> None:
    with chatting(tmp_path, lambda _: discreet(unreachable)) as web, web.visit("ann") as ann:
        shown = ann.answer(ann.ask())
        assert "The language model cannot be used right now" in shown
        assert "10.1.2.3" not in shown


@pytest.mark.slow
def test_fifty_people_at_once_each_get_their_own_answer(tmp_path: Path) -> None:
    with chatting(tmp_path) as web:

        def visit(number: int) -> tuple[str, str]:
            with web.visit(f"person-{number}") as somebody:
                question = somebody.ask()
                return question, somebody.answer(question)

        with ThreadPoolExecutor(50) as people:
            answers = dict(people.map(visit, range(50)))
        assert len(answers) == 50
        for question, turn in answers.items():
            assert f"turn-{question}" in turn
            assert "26 days" in plain(turn)


def test_the_same_key_twice_is_one_question(web: Chat) -> None:
    with web.visit("ann") as ann, web.visit("ben") as ben:
        key = uuid4().hex
        first = ann.ask(key=key)
        again = ann.turn("Something else?", key=key)
        assert question_id(again) == first
        assert f'<div id="turn-{first}" hx-swap-oob="delete">' in again
        assert ben.ask(key=key) != first
        assert len(web.parts.inbox.of_conversation(ann.conversation, 9)) == 1


def test_every_turn_brings_the_next_key(web: Chat) -> None:
    with web.visit("ann") as ann:
        keys = re.findall(r'id="key" value="([0-9a-f]{32})" hx-swap-oob', ann.turn() + ann.turn("And more?"))
        assert len(set(keys)) == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is no question here"),
        (" \u200b ", "There is no question here"),
        ("https://example.org", "I do not open links"),
        ("why? " * 2000, "characters and I read up to 4,000"),
    ],
)
def test_what_cannot_be_answered_is_a_turn_that_says_why(web: Chat, text: str, sentence: str) -> None:
    with web.visit("ann") as ann:
        assert sentence in ann.turn(text)
        assert web.parts.inbox.of_conversation(ann.conversation, 9) == []


def test_a_question_of_ten_megabytes_is_one_sentence(web: Chat) -> None:
    with web.visit("ann") as ann:
        response = ann.post("/questions", text="x" * 10_000_000, key=uuid4().hex, conversation=ann.conversation)
        assert response.status_code == 413
        assert "too large to be read" in response.text


def test_who_asks_too_often_is_told_how_long_to_wait(tmp_path: Path) -> None:
    with chatting(tmp_path, questions="2/minute") as web, web.visit("ann") as ann, web.visit("ben") as ben:
        for _ in range(2):
            ann.ask()
        assert "tried too often: please wait" in ann.turn()
        assert "tried too often" not in ben.turn()


def test_nothing_runs_that_somebody_typed_or_a_document_is_called(web: Chat) -> None:
    script = "<script>alert(1)</script> How many days of leave <img src=x onerror=alert(1)> does everybody get a year?"
    with web.visit("ann") as ann:
        question = ann.ask(script)
        shown = ann.answer(question) + ann.page() + "".join(data for _, data in ann.events(question))
        for raw in ("<script>alert", "<img src=x", "<b>policy"):
            assert raw not in shown
        assert "&lt;script&gt;alert(1)" in shown


def test_a_thumb_its_reason_a_change_and_its_withdrawal(web: Chat) -> None:
    with web.visit("ann") as ann:
        turn = ann.answer(ann.ask())
        href = vote_href(turn)
        answer = href.split("/")[2]

        def votes() -> list[tuple[str, str, str]]:
            return [(vote.verdict.value, vote.reason, vote.better) for vote in web.known.answers.votes(answer)]  # type: ignore[arg-type]  # an id

        assert ann.post(href, verdict="down").status_code == 200
        assert ann.post(href, verdict="down", reason="out of date").status_code == 200
        shown = ann.post(href, verdict="down", better="27 <b>days</b>")
        assert votes() == [("down", "out of date", "27 <b>days</b>")]
        assert "27 &lt;b&gt;days" in shown.text
        assert "out of date" in ann.page()
        ann.post(href, verdict="up")
        assert votes() == [("up", "", "")]
        assert ann.post(href, verdict="none").status_code == 200
        assert votes() == []
        assert len(web.known.answers.history(answer)) == 5  # type: ignore[arg-type]  # an id
        assert ann.post(href, verdict="sideways").status_code == 400
        assert ann.post("/answers/nope/vote", verdict="up").status_code == 404


def test_without_a_script_a_question_leads_back_to_its_place(web: Chat) -> None:
    with web.visit("ann") as ann:
        form = {"text": ASKED, "conversation": ann.conversation, "key": uuid4().hex, "csrf": ann.csrf}
        response = ann.client.post("/questions", data=form)
        assert response.status_code == 303
        page = ann.client.get(response.headers["location"])
        assert ASKED in page.text


def test_facts_of_the_samples() -> None:
    assert "26 days" in LEAVE
    assert "10%" in BONUS
