"""Templates are checked before use, and a prompt fits."""

import pytest

from bot.domain import Document, DocumentId, Evidence, Message, Passage, PassageId, scope
from bot.errors import BadTemplate, PromptTooLong
from bot.prompts import DEFAULT, SEPARATOR, PromptTemplate, Room, render

EVERYONE = frozenset({scope("everyone")})


def evidence(text: str, number: int = 0) -> Evidence:
    document = Document(DocumentId(f"d{number}"), "s", "/d.md", "Leave", EVERYONE)
    passage = Passage(PassageId(f"p{number}"), document.id, 0, text, ("Leave",), 0, len(text), EVERYONE)
    return Evidence(passage, document, 1.0, 1.0, 1.0)


def room(window: int = 1_000) -> Room:
    return Room(window, 20, lambda text: len(text.split()))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"x{SEPARATOR}$passages", r"lacks \$question"),
        (f"{SEPARATOR}$passages $question $salary", r"\$salary, which is not a field"),
        ("$passages $question", "the line '=== user ===' once"),
        (f"{SEPARATOR}$passages $question costs $ 5", "stands alone"),
        (f"{SEPARATOR}$passages $question" + "x" * 9_000, "characters"),
    ],
)
def test_a_template_that_could_not_be_rendered_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(BadTemplate, match=why):
        PromptTemplate(text)


def test_braces_and_dollars_in_a_passage_are_text() -> None:
    prompt, used = render(PromptTemplate(), "How much?", [evidence("{x} $question $$ 5")], room(), language="en")
    assert used == 1
    assert "{x} $question $$ 5" in prompt.messages[-1].content


def test_the_answers_language_is_asked_for() -> None:
    prompt, _ = render(PromptTemplate(DEFAULT), "¿Cuánto?", [evidence("x")], room(), language="es")
    assert "Spanish" in prompt.messages[0].content


def test_the_best_passages_are_kept_and_the_rest_left_out() -> None:
    items = [evidence("word " * 60, number) for number in range(10)]
    prompt, used = render(PromptTemplate(), "How much?", items, room(400), language="en")
    assert 0 < used < 10
    assert [passage.id for passage in prompt.passages] == [f"p{number}" for number in range(used)]
    assert sum(len(message.content.split()) for message in prompt.messages) <= 400 - 20


def test_old_turns_give_way_before_a_passage_does() -> None:
    turns = [Message("user", "old " * 300), Message("assistant", "recent")]
    prompt, used = render(
        PromptTemplate(), "And now?", [evidence("word " * 60)], room(400), language="en", history=turns
    )
    assert used == 1
    assert [message.content for message in prompt.messages[1:-1]] == ["recent"]


def test_a_question_that_does_not_fit_is_refused() -> None:
    with pytest.raises(PromptTooLong, match="please shorten it"):
        render(PromptTemplate(), "word " * 500, [], room(300), language="en")
