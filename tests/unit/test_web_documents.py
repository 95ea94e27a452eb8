"""The page of a document: for those who may see it, the same nothing for everybody else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from bot.domain import Document, DocumentId, Grant, PersonId, Role, Scope
from bot.errors import NotFound
from bot.web.app import build
from bot.web.errors import NotHere
from bot.web.frame import Demo, Frame
from bot.web.passages import Passages, router
from bot.web.sessions import Sessions
from tests.fakes_web import FakeSessions

TEXT = "# Leave\n\nYou get *26* days\nof leave a year. <script>alert(1)</script>"


@dataclass(frozen=True)
class Shelf:
    """Documents with their texts."""

    kept: Mapping[str, tuple[Document, str]]

    def by_id(self, ids: Iterable[DocumentId]) -> Mapping[DocumentId, Document]:
        return {id_: self.kept[id_][0] for id_ in ids if id_ in self.kept}

    def text(self, document: DocumentId) -> str:
        text = self.kept[document][1]
        if not text:
            raise NotFound(kind="document", name=document, hint="")
        return text


def document(id_: str, scope: str, title: str = "Leave") -> Document:
    when = datetime(2020, 3, 2, tzinfo=UTC)
    return Document(
        DocumentId(id_), "handbook", f"/srv/handbook/rules/{id_}.md", title, frozenset({Scope(scope)}), when, "en"
    )


def client(grant: Grant | None, role: Role | None = Role.ADMIN) -> TestClient:
    documents = Shelf(
        {
            "leave": (document("leave", "everyone"), TEXT),
            "bands": (document("bands", "people"), "Secret."),
            "empty": (document("empty", "everyone"), ""),
            "odd": (document("odd", "everyone", "<img src=x onerror=alert(1)>"), "x"),
        }
    )
    demo = Demo(PersonId("web:local:ann"), "Ann", role)
    frame = Frame(Sessions(FakeSessions(), hours=12), lambda _: None, demo=demo)
    app = build(
        frame, [router(Passages(documents, lambda _request, _visitor: grant, lambda: {"handbook": "/srv/handbook"}))]
    )
    return TestClient(app, base_url="http://127.0.0.1:8420", client=("127.0.0.1", 50000))


EVERYONE = Grant(frozenset({Scope("everyone")}))


def test_the_cited_sentence_is_marked_in_its_document() -> None:
    page = client(EVERYONE).get(
        "/documents/leave", params={"quote": "You get 26 days of leave a year.", "passage": "p"}
    )
    assert page.status_code == 200
    assert '<mark id="cited">You get </mark><em><mark>26</mark></em><mark> days' in page.text
    assert 'href="#cited"' in page.text
    assert page.text.count(">Leave</h1>") == 1
    assert "Mon 2 Mar 2020" in page.text
    assert "<script>alert" not in page.text


def test_a_sentence_that_is_gone_is_shown_as_it_was_cited() -> None:
    page = client(EVERYONE).get(
        "/documents/leave", params={"quote": "You get <b>27</b> days of leave every single year."}
    )
    assert "no longer here word for word" in page.text
    assert "You get &lt;b&gt;27&lt;/b&gt; days" in page.text
    assert "<mark" not in page.text


def test_without_a_quote_the_document_is_just_shown() -> None:
    page = client(EVERYONE).get("/documents/leave").text
    assert "#cited" not in page
    assert "no longer here" not in page


def test_a_document_tells_where_it_stands_and_only_admins_on_which_disk() -> None:
    page = client(EVERYONE).get("/documents/leave").text
    assert "rules / leave.md" in page
    assert 'title="/srv/handbook/rules/leave.md"' in page
    page = client(EVERYONE, None).get("/documents/leave").text
    assert "rules / leave.md" in page
    assert "/srv" not in page


def test_a_document_leads_back_to_the_answer_that_cites_it() -> None:
    page = client(EVERYONE).get("/documents/leave", params={"answer": "a/1?", "in": "general"}).text
    assert 'href="/answers/a%2F1%3F?in=general" data-back' in page
    assert "data-back" not in client(EVERYONE).get("/documents/leave").text


def test_a_refused_page_leads_back_to_where_one_was() -> None:
    here = "http://127.0.0.1:8420"
    for referer, back in (
        (f"{here}/c/general?conversation=1", "/c/general?conversation=1"),
        ("https://example.org/c/general", "/"),
        (f"{here}/documents/nothing", "/"),
        (f"{here}//example.org", "/"),
        ("http://[", "/"),
        ("", "/"),
    ):
        page = client(EVERYONE).get("/documents/nothing", headers={"referer": referer}).text
        assert "<h1>Nothing here for you</h1>" in page
        assert f'class="button" href="{back}"' in page


def test_a_title_never_runs() -> None:
    page = client(EVERYONE).get("/documents/odd").text
    assert "<img" not in page
    assert "&lt;img src=x" in page


@pytest.mark.parametrize("id_", ["bands", "nowhere", "empty", "%3Cscript%3E"])
def test_what_may_not_be_seen_and_what_is_not_there_look_the_same(id_: str) -> None:
    refused = client(EVERYONE).get(f"/documents/{id_}")
    nothing = client(EVERYONE).get("/documents/nothing")
    assert refused.status_code == 404
    assert NotHere.sentence in refused.text
    csrf = len("X-CSRF-Token")
    assert len(refused.text) == pytest.approx(len(nothing.text), abs=csrf)
    assert "Secret" not in refused.text


def test_whoever_is_granted_nothing_sees_nothing() -> None:
    assert client(None).get("/documents/leave").status_code == 404
