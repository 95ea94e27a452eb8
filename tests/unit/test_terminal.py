"""The terminal's door: what is typed becomes a question with an audience, what is answered becomes lines."""

import getpass
import io
import json
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from rich.console import Console

from bot.chat.terminal import asking, showing
from bot.chat.terminal.loop import Chat, Parts
from bot.domain import (
    Answer,
    Audience,
    ChannelId,
    Citation,
    Delta,
    DocumentId,
    Feedback,
    PassageId,
    Question,
    Ranked,
    Verdict,
)
from bot.errors import BadPerson, BadSubject, EmptyQuestion, NotFound
from tests.unit.made import ANN, GENERAL, answer

CITED = Citation(
    number=1,
    passage=PassageId("p"),
    document=DocumentId("d"),
    title="Leave\x1b[2J 2026",
    uri="/leave.md",
    headings=("Leave 2026",),
    quote="Everybody has 26 days.",
    modified=datetime(2026, 1, 5, tzinfo=UTC),
)


def printed() -> tuple[Console, io.StringIO]:
    text = io.StringIO()
    return Console(file=text, width=200, highlight=False), text


def stream(*pieces: str, made: Answer) -> Generator[Delta, None, None]:
    for piece in pieces:
        yield Delta(piece)
    yield Delta("", made)


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("general", "terminal:local:general"),
        ("#general", "terminal:local:general"),
        ("everyone", "terminal:local:everyone"),
        ("slack:T1:C2", "slack:T1:C2"),
    ],
)
def test_a_bare_channel_is_one_of_this_machine(name: str, full: str) -> None:
    assert asking.channel(name) == full


@pytest.mark.parametrize("name", ["", "two words", "user:ann", "group:hr", "a:b", "x\ud800y", "x" * 200])
def test_what_is_no_channel_is_refused(name: str) -> None:
    with pytest.raises(BadSubject):
        asking.channel(name)


def test_a_bare_person_is_one_of_this_machine() -> None:
    assert asking.asker("ann") == ANN
    assert asking.asker("slack:T1:U2") == "slack:T1:U2"
    with pytest.raises(BadPerson):
        asking.asker("two words")


def test_without_a_name_it_is_whoever_is_logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "EXAMPLE:ann")
    assert getpass.getuser() == "EXAMPLE:ann"
    assert asking.asker(None) == "terminal:local:EXAMPLE-ann"


def test_a_channel_is_read_by_the_channel_and_a_direct_message_by_its_asker() -> None:
    assert asking.question("why?", ANN, GENERAL, "c").audience == Audience(channel=GENERAL)
    assert asking.question("why?", ANN, None, "c").audience == Audience(members=frozenset({ANN}))


def test_a_near_channel_is_proposed() -> None:
    granted = [GENERAL, "slack:T:C"]
    assert asking.nearest(ChannelId("terminal:local:genral"), granted).endswith("Did you mean #general?")
    far = asking.nearest(ChannelId("terminal:local:zzz"), granted)
    assert far == "#zzz has been granted nothing: 'attune grants allow terminal:local:zzz SCOPE' does that."
    assert asking.nearest(GENERAL, granted) == ""
    assert asking.nearest(ChannelId("slack:T:C"), granted) == ""


def test_a_channel_that_sees_what_everyone_sees_has_been_granted_something() -> None:
    assert asking.nearest(ChannelId("terminal:local:genral"), [GENERAL, "everyone"]) == ""


def test_pieces_are_printed_as_they_come_and_join_to_the_text() -> None:
    out, text = printed()
    made = answer("how many?", "Everybody has 26 days [1].")
    assert showing.show(stream("Everybody has", " 26 days [1].", made=made), out) == made
    assert text.getvalue() == "Everybody has 26 days [1].\n"


def test_a_narrow_terminal_breaks_between_words() -> None:
    text = io.StringIO()
    out = Console(file=text, width=20, highlight=False, force_terminal=True)
    said = ("Everybody has twenty-six days [1].", " They show in the calendar. [2]\nBye")
    showing.show(stream(*said, made=answer("how many?", "".join(said))), out)
    assert text.getvalue() == "Everybody has\ntwenty-six days [1].\nThey show in the\ncalendar. [2]\nBye\n"


def test_passages_of_one_document_are_told_apart_by_their_heading() -> None:
    first = replace(CITED, headings=("Leave 2026", "How much"))
    second = replace(CITED, number=2, headings=("Leave 2026", "Carrying over", "Until when"))
    out, text = printed()
    showing.sources(replace(answer("how many?", "26"), citations=(first, second)), out)
    assert text.getvalue().splitlines() == [
        "[1] Leave 2026 > How much (2026-01-05)  /leave.md",
        "[2] Leave 2026 > Until when (2026-01-05)  /leave.md",
    ]


def test_a_remark_that_nobody_would_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    colleague, text = talk(monkeypatch, "why?", f"/down {'x' * 1001}", f"/better {'x' * 8001}", f"/better {'x' * 8000}")
    assert [len(vote.better) for vote in colleague.votes] == [8000]
    assert "The reason has 1,001 characters and I keep up to 1,000" in text
    assert "The better answer has 8,001 characters and I keep up to 8,000" in text


def test_an_interrupted_answer_stops_the_model() -> None:
    stopped = []

    def interrupted() -> Generator[Delta, None, None]:
        try:
            yield Delta("Every")
            raise KeyboardInterrupt
        finally:
            stopped.append(True)

    with pytest.raises(KeyboardInterrupt):
        showing.show(interrupted(), printed()[0])
    assert stopped == [True]


def test_nothing_in_a_document_can_steer_the_terminal() -> None:
    out, text = printed()
    made = replace(answer("how many?", "26 \x1b]0;title\x07days"), citations=(CITED,))
    showing.show(stream("26 \x1b]0;title\x07days", made=made), out)
    showing.sources(made, out, quoted=True)
    assert "\x1b" not in text.getvalue()
    assert "\x07" not in text.getvalue()


def test_sources_are_numbered_dated_and_named() -> None:
    out, text = printed()
    showing.sources(replace(answer("how many?", "26"), citations=(CITED,)), out, quoted=True)
    assert text.getvalue().splitlines() == ["[1] Leave 2026 (2026-01-05)  /leave.md", "    Everybody has 26 days."]


def test_scripts_get_the_keys_that_they_rely_on() -> None:
    second = replace(CITED, number=2, title="Ausencias", quote="Todos tienen 26 días.")
    made = replace(answer("¿cuántos?", "26 días"), citations=(second, CITED), seconds={"total": 1.23456})
    found = json.loads(json.dumps(showing.as_json(made), ensure_ascii=False))
    assert list(found) == ["answer_id", "text", "citations", "release", "abstained", "seconds"]
    assert [citation["title"] for citation in found["citations"]] == [CITED.title, "Ausencias"]
    assert found["citations"][1] == {"title": "Ausencias", "uri": "/leave.md", "text": "Todos tienen 26 días."}
    assert found["seconds"] == 1.2346


def test_an_explanation_holds_every_passage_and_the_time() -> None:
    made = replace(answer("why?", "so", used="d"), seconds={"retrieval": 0.5, "total": 1.0})
    out, text = printed()
    showing.explain(made, out)
    assert "used" in text.getvalue()
    assert "retrieval 0.500 s" in text.getvalue()
    explained = showing.as_json(made, explained=True)["explain"]
    assert explained["passages"][0]["fate"] == "used"
    assert explained["seconds"] == {"retrieval": 0.5, "total": 1.0}


@dataclass
class Colleague:
    """Answers every question in the same way, and notes what was asked and voted."""

    asked: list[Question] = field(default_factory=list)
    votes: list[Feedback] = field(default_factory=list)

    def stream(self, asked: Question) -> Generator[Delta, None, None]:
        self.asked.append(asked)
        if not asked.text.strip("?"):
            raise EmptyQuestion
        if asked.text == "stop":
            yield Delta("Ever")
            raise KeyboardInterrupt
        made = replace(answer(asked.text, "So it is [1]."), citations=(CITED,))
        known = asked.audience.channel in {GENERAL, None}
        yield from stream("So it is [1].", made=replace(made, abstained=not known))

    def vote(self, feedback: Feedback) -> None:
        if feedback.answer == "a-gone":
            raise NotFound(kind="answer", name="gone", hint="")
        self.votes.append(feedback)


def talk(monkeypatch: pytest.MonkeyPatch, *lines: str, where: ChannelId | None = GENERAL) -> tuple[Colleague, str]:
    """Hold a conversation through a pipe; return who was talked to, and what was printed."""
    colleague = Colleague()
    out, text = printed()
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    Chat(Parts(colleague.stream, colleague.vote, lambda: [GENERAL]), out, ANN, where).run()
    return colleague, text.getvalue()


def test_questions_of_a_chat_are_one_conversation(monkeypatch: pytest.MonkeyPatch) -> None:
    colleague, text = talk(monkeypatch, "why?", "", "  and then? ", "/quit", "not read")
    assert [asked.text for asked in colleague.asked] == ["why?", "and then?"]
    assert len({asked.conversation for asked in colleague.asked}) == 1
    assert text.count("So it is [1].") == 2
    assert "/leave.md" in text


def test_another_place_or_person_begins_another_conversation(monkeypatch: pytest.MonkeyPatch) -> None:
    colleague, _ = talk(monkeypatch, "why?", "/channel finance", "and then?", "/as bob", "and then?", "and then?")
    conversations = [asked.conversation for asked in colleague.asked]
    assert len(set(conversations)) == 3
    assert conversations[2] == conversations[3]


def test_a_thumb_is_for_the_last_answer_and_of_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    colleague, _ = talk(monkeypatch, "why?", "/up", "/as bob", "/down too old", "/better 26 days", "how?", "/better 27")
    first, second, third, fourth = colleague.votes
    assert (first.answer, first.person, first.verdict) == ("a-why?", ANN, Verdict.UP)
    assert (second.person, second.verdict, second.reason) == ("terminal:local:bob", Verdict.DOWN, "too old")
    assert (third.reason, third.better) == ("too old", "26 days")
    assert (fourth.answer, fourth.reason, fourth.better) == ("a-how?", "", "27")


def test_commands_without_their_slash_do_what_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    colleague, text = talk(monkeypatch, "help", "why?", "Up", "down", "up the ladder?", "quit", "not read")
    assert "/better TEXT" in text
    assert [asked.text for asked in colleague.asked] == ["why?", "up the ladder?"]
    assert [vote.verdict for vote in colleague.votes] == [Verdict.UP, Verdict.DOWN]


def test_what_was_looked_for_in_vain_names_what_came_nearest() -> None:
    out, text = printed()
    places = [("leave", "Leave\x1b[2J"), ("leave", "Leave\x1b[2J"), ("travel", "Travel")]
    rows = [
        Ranked(PassageId("p"), DocumentId(name), "/x", title, 1.0, 1.0, 1.0, "beyond the limit")
        for name, title in places
    ]
    refused = replace(rows[0], title="Secret", fate="refused")
    showing.nearest(replace(answer("x", "...", abstained=True), trace=(refused, *rows), language="es"), out)
    assert text.getvalue() == "Los documentos que más se acercan: «Leave» y «Travel».\n"
    showing.nearest(replace(answer("x", "Yes."), trace=tuple(rows)), out)
    assert text.getvalue().count("\n") == 1


@pytest.mark.parametrize("line", ["/up", "/down bad", "/better text", "/sources"])
def test_without_an_answer_there_is_nothing_to_judge(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    colleague, text = talk(monkeypatch, line)
    assert colleague.votes == []
    assert "ask something first" in text


def test_somebody_may_go_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    colleague, text = talk(
        monkeypatch, "/channel finance", "why?", "/channel", "why?", "/channel two words", "/sources"
    )
    assert [asked.audience.channel for asked in colleague.asked] == ["terminal:local:finance", None]
    assert "#finance has been granted nothing" in text
    assert "a direct message now" in text
    assert "'two words' is not a channel" in text
    assert "Everybody has 26 days." in text


def test_trouble_is_a_sentence_and_the_chat_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    colleague, text = talk(monkeypatch, "?", "/nope", "gone", "/up", "why?")
    assert "There is no question here" in text
    assert "no command /nope" in text
    assert "There is no answer 'gone'" in text
    assert colleague.asked[-1].text == "why?"


def test_ctrl_c_stops_the_answer_and_not_the_chat(monkeypatch: pytest.MonkeyPatch) -> None:
    colleague, text = talk(monkeypatch, "stop", "why?")
    assert "Stopped." in text
    assert len(colleague.asked) == 2


def test_help_names_every_command(monkeypatch: pytest.MonkeyPatch) -> None:
    _, text = talk(monkeypatch, "/help", where=None)
    assert all(command in text for command in ("/up", "/down", "/better", "/sources", "/channel", "/as", "/quit"))
