"""What a page shows of an answer."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.web.views import (
    Eyes,
    Sentence,
    answer_view,
    numbered,
    piece_markup,
    searched,
    sentences,
    table_rows,
    title,
)
from bot.domain import Answer, Citation, DocumentId, Feedback, PassageId, Ranked, Verdict
from bot.web.paths import within
from tests.contract.records_cases import NOON
from tests.unit.made import ANN, answer


def citation(number: int, document: str = "leave") -> Citation:
    return Citation(number, PassageId("p"), DocumentId(document), "Leave", "/leave.md", ("Leave",), "26 days.", NOON)


def ranked(document: str, fate: str) -> Ranked:
    return Ranked(PassageId(f"p-{document}"), DocumentId(document), "/x", document.title(), 1.0, 1.0, 1.0, fate)


def given_answer(text: str = "26 days [2] a year. More [1][2]") -> Answer:
    cited = (citation(2), citation(1, "a/b"))
    return replace(answer("How many days?", text), citations=cited, seconds={"total": 1.25})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("It is so [1]", [Sentence("It is so", (1,))]),
        ("It is so [1][2] And so [3]", [Sentence("It is so", (1, 2)), Sentence("And so", (3,))]),
        ("Nothing was found.", [Sentence("Nothing was found.")]),
        ("It is so [1] I think", [Sentence("It is so", (1,)), Sentence("I think")]),
        ("See item [9] of the list [1]", [Sentence("See item [9] of the list", (1,))]),
        ("a[1]b [1]", [Sentence("a[1]b", (1,))]),
        ("", []),
    ],
)
def test_marks_belong_to_the_stretch_before_them(text: str, shown: list[Sentence]) -> None:
    assert sentences(text, {1, 2, 3}) == shown


@given(texts=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="[]"), max_size=30), max_size=4))
def test_no_word_of_an_answer_is_lost(texts: list[str]) -> None:
    text = " ".join(f"{text.strip()} [{number}]" for number, text in enumerate(texts, 1))
    found = sentences(text, range(9))
    assert " ".join(one.text for one in found).split() == " ".join(texts).split()
    assert [mark for one in found for mark in one.marks] == list(range(1, len(texts) + 1))


def test_a_piece_is_escaped_and_its_marks_lead_to_the_sources() -> None:
    markup = piece_markup(' <script>alert("1")</script> & so [2][3]', "q1")
    assert "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt; &amp;" in markup
    assert "<script" not in markup
    for number in (2, 3):
        assert f'<a class="cite" href="#source-q1-{number}" data-number="{number}"' in markup


def test_an_answer_with_its_sources_in_order_and_the_own_vote() -> None:
    vote = Feedback(given_answer().id, ANN, Verdict.DOWN, NOON, "old", "27 days")
    view = answer_view(given_answer(), vote, Eyes())
    assert [(one.text, one.marks) for one in view.sentences] == [("26 days", (2,)), ("a year. More", (1, 2))]
    assert [(one.number, one.when) for one in view.citations] == [(1, NOON), (2, NOON)]
    assert (view.vote, view.reason, view.better, view.seconds) == ("down", "old", "27 days", 1.25)
    assert view.href == "/answers/a-How%20many%20days%3F"
    answered = "answer=a-How+many+days%3F"
    assert view.citations[0].href == f"/documents/a%2Fb?passage=p&quote=26+days.&{answered}#cited"
    assert [(one.path, one.uri) for one in view.citations] == [("leave.md", ""), ("leave.md", "")]
    assert view.explain_href is None


def test_links_of_the_demo_name_the_place_and_admins_get_the_explanation() -> None:
    view = answer_view(given_answer(), None, Eyes(place="general", console="http://127.0.0.1:8421"))
    assert view.href.endswith("?in=general")
    assert view.vote_href.endswith("/vote?in=general")
    assert view.citations[0].href.endswith("&in=general#cited")
    assert view.explain_href == "http://127.0.0.1:8421/answers/a-How%20many%20days%3F/why"


def test_what_was_searched_names_only_what_may_be_seen() -> None:
    trace = (ranked("leave", "beyond the limit"), ranked("travel", "duplicate"), ranked("secret", "refused"))
    none = replace(answer("x", "I could not find this.", abstained=True), trace=trace)
    assert searched(none, [DocumentId("leave"), DocumentId("secret")]) == "The documents that come nearest: “Leave”."
    two = searched(none, [DocumentId("leave"), DocumentId("travel")])
    assert two == "The documents that come nearest: “Leave” and “Travel”."
    assert "Leave" not in searched(none)
    assert searched(given_answer()).endswith("The answer was made from 2 documents.")
    assert "Nothing was searched" in searched(replace(none, trace=()))


def test_only_who_looks_after_sources_is_given_the_whole_address() -> None:
    eyes = Eyes(console="http://127.0.0.1:8421", paths={DocumentId("leave"): "rules / leave.md"})
    assert [(one.path, one.uri) for one in answer_view(given_answer(), None, eyes).citations] == [
        ("leave.md", "/leave.md"),
        ("rules / leave.md", "/leave.md"),
    ]


@pytest.mark.parametrize(
    ("uri", "root", "shown"),
    [
        ("/srv/a/leaving/bristol.md", "/srv/a", "leaving / bristol.md"),
        ("/srv/a/leaving/bristol.md", "/srv/a/", "leaving / bristol.md"),
        ("s3://b/rules.md", "s3://b", "rules.md"),
        ("/srv/a.md", "/srv/a.md", "a.md"),
        ("/srv/ab/c/d.md", "/srv/a", "c / d.md"),
        ("/srv/a/leaving/bristol.md", "", "leaving / bristol.md"),
        ("", "", ""),
    ],
)
def test_a_document_is_shown_where_it_stands_in_its_source(uri: str, root: str, shown: str) -> None:
    assert within(uri, root) == shown


@pytest.mark.parametrize(
    ("quote", "rows", "rest"),
    [
        ("City: London; Limit: £185", [[("City", "London"), ("Limit", "£185")]], ""),
        ("It is so.\nNo: 5; Note: 6%: not pensionable", [[("No", "5"), ("Note", "6%: not pensionable")]], "It is so."),
        ("a: 1; b: 2\na: 3; b: 4", [[("a", "1"), ("b", "2")], [("a", "3"), ("b", "4")]], ""),
        ("Ask first: it is free.", [], "Ask first: it is free."),
        ("Ask first; it is free: always.", [], "Ask first; it is free: always."),
        ("", [], ""),
    ],
)
def test_a_row_of_a_table_is_told_by_its_columns(quote: str, rows: list[list[tuple[str, str]]], rest: str) -> None:
    assert table_rows(quote) == (rows, rest)


def test_no_two_conversations_are_called_the_same() -> None:
    assert numbered(["Leave", "Pay", "Leave", "Leave"]) == ["Leave (3)", "Pay", "Leave (2)", "Leave"]


@pytest.mark.parametrize(
    ("language", "line"),
    [("es", "Los documentos que más se acercan: «Leave»."), ("pt", "Os documentos que mais se aproximam: “Leave”.")],
)
def test_what_was_searched_is_told_in_the_language_of_the_answer(language: str, line: str) -> None:
    trace = (ranked("leave", "beyond the limit"),)
    none = replace(answer("x", "...", abstained=True), trace=trace, language=language)
    assert searched(none, [DocumentId("leave")]) == line
    assert searched(replace(given_answer(), language=language)) != searched(given_answer())


@pytest.mark.parametrize(
    ("question", "listed"),
    [
        ("How many days?", "How many days?"),
        ("How\n many   days?", "How many days?"),
        ("word " * 30, "word word…"),
        ("x" * 99, "xxxxxxxxxxxxx…"),
    ],
)
def test_a_conversation_is_listed_under_its_first_question(question: str, listed: str) -> None:
    assert title(question, 14) == listed
