"""The console as admins, auditors and others find it, on real records."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from bot.domain import Audience, ChannelId, PersonId, Question, Role
from tests.functional.console_parts import ADMIN, AUDITOR, NOBODY, Place, Visit, place, said, text

PAGES = ("/", "/sources", "/grants", "/grants/seen", "/people", "/groups", "/answers")
HALL = "terminal:local:hall"
NASTY = '<img src=x onerror="alert(1)">'
LEAVE = "# Leave\n\nEverybody gets 26 days of leave a year."


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Place]:
    with place(tmp_path) as made:
        yield made


@pytest.fixture
def ann(here: Place) -> Visit:
    return here.visit()


def ask(here: Place, words: str = "How many days of leave does everybody get?", channel: str = HALL) -> str:
    question = Question(words, PersonId("terminal:local:bob"), Audience(ChannelId(channel)), "c1")
    return here.answerer.answer(question).id


@pytest.mark.parametrize("path", PAGES)
def test_an_empty_page_says_what_it_will_show(ann: Visit, path: str) -> None:
    page = ann.get(path)
    assert page.count("<h1") == 1
    assert "style=" not in page
    assert "onclick" not in page
    assert ("yet" in text(page)) or path in {"/people", "/grants/seen"}


@pytest.mark.parametrize("path", PAGES)
def test_only_people_with_a_role_come_in(here: Place, path: str) -> None:
    refused = here.visit(NOBODY).client.get(path)
    assert refused.status_code == 403
    assert "role admin" in text(refused.text)
    assert here.visit(AUDITOR).client.get(path).status_code == 200
    stranger = here.visit()
    stranger.client.cookies.clear()
    away = stranger.client.get(path, follow_redirects=False)
    assert away.headers["location"].startswith("/sign-in?next=")


@pytest.mark.parametrize(
    "path",
    [
        *(f"/sources/{what}" for what in ("add", "change", "sync", "stop", "remove")),
        *(f"/grants/{what}" for what in ("allow", "revoke")),
        *(f"/people/{what}" for what in ("add", "role", "link", "unlink", "invite")),
        *(f"/groups/{what}" for what in ("add", "remove")),
    ],
)
def test_auditors_change_nothing_and_forms_need_their_token(here: Place, ann: Visit, path: str) -> None:
    form = {"name": "x", "to": HALL, "scopes": "everyone", "group": "g", "member": "x", "members": "x", "role": "admin"}
    assert here.visit(AUDITOR).post(path, **form).status_code == 403
    assert ann.client.post(path, data=form).status_code == 403
    assert ann.client.post(path, data={**form, "csrf": "made up"}).status_code == 403
    assert here.grants.all() == {}
    assert here.groups.all() == {}
    assert len(here.people.all()) == 3


def test_auditors_are_shown_no_buttons(here: Place) -> None:
    here.folder.put("/leave.md", LEAVE)
    here.fill()
    here.allow(HALL, "everyone")
    otto = here.visit(AUDITOR)
    for path in (*PAGES, "/sources/one?name=handbook"):
        page = otto.get(path)
        assert 'method="post"' not in page.replace('method="post" action="/sign-out"', "")


def test_every_page_is_full_and_escapes_what_it_shows(here: Place, ann: Visit) -> None:
    here.folder.put(f"/{NASTY}.md", f"# {NASTY}\n\nEverybody gets 26 days of leave a year.")
    here.folder.put(f"/{NASTY}.txt", "corrupt")
    here.fill(NASTY)
    for who in (HALL, f"group:{NASTY}", f"slack:T1:{NASTY.replace(' ', '')}"):
        here.allow(who, "everyone", NASTY)
    here.groups.add(NASTY, [PersonId(f"slack:T1:{NASTY.replace(' ', '')}")])
    answer = ask(here, f"How many days of leave {NASTY}?")
    for path in (*PAGES, f"/answers/{answer}/why"):
        page = ann.get(path)
        assert "<img" not in page, path
        assert "style=" not in page
    for path, query in (
        ("/sources/one", {"name": NASTY, "q": NASTY}),
        ("/sources/remove", {"name": NASTY}),
        ("/grants/seen", {"of": HALL}),
        ("/grants/seen", {"of": NASTY}),
        ("/grants/scope", {"name": NASTY}),
        ("/answers/open", {"of": NASTY}),
    ):
        found = ann.client.get(path, params=query)
        assert found.status_code in {200, 422}
        assert "<img" not in found.text, path
        assert "&lt;img" in found.text, path


def test_the_first_page_names_the_one_thing_to_do_now(here: Place, ann: Visit) -> None:
    assert "Add the first source" in text(ann.get("/"))
    here.sources.add("handbook", "memory://docs", frozenset({"everyone"}))  # type: ignore[arg-type]  # a scope
    assert "Sync handbook" in text(ann.get("/"))
    here.folder.put("/leave.md", LEAVE)
    here.folder.put("/bad.md", "corrupt")
    here.fill()
    assert "Allow the first channel or person" in text(ann.get("/"))
    here.allow(HALL, "everyone", "finanse")
    page = text(ann.get("/"))
    assert "2 things to do, this one first" in page
    assert page.count("Look") == 2
    assert "1 document of handbook could not come in at the last sync." in page
    assert "hall may see finanse, which no source carries." in page
    assert "Answers quote the passages" in page


def test_an_address_that_is_nothing_is_one_sentence(ann: Visit) -> None:
    for path in ("/sources/one?name=nope", "/answers/nope/why", "/nope"):
        missing = ann.client.get(path)
        assert missing.status_code == 404
        assert "nothing here that you may see" in text(missing.text)
    assert ann.client.get("/grants/scope?name=a,b").status_code == 400


def test_why_an_answer_is_as_it_is(here: Place, ann: Visit) -> None:
    here.folder.put("/leave.md", LEAVE)
    here.fill()
    here.allow(HALL, "everyone")
    answer = ask(here)
    page = text(ann.get(f"/answers/{answer}/why"))
    assert "extractive:quotes" in page
    assert "Searching and ranking" in page
    assert "1 cited" in page
    assert "leave.md" in page
    assert "so they are left out here" in page
    assert "26 days" not in page
    here.allow(f"user:{ADMIN}", "everyone")
    page = text(ann.get(f"/answers/{answer}/why"))
    assert "26 days" in page
    assert "Nobody voted on it." in page


def test_a_cited_document_is_opened_by_who_may_read_it(here: Place, ann: Visit) -> None:
    here.folder.put("/leave.md", LEAVE)
    here.fill()
    here.allow(HALL, "everyone")
    here.allow(f"user:{ADMIN}", "everyone")
    page = ann.get(f"/answers/{ask(here)}/why")
    (link,) = {unescape(found) for found in re.findall(r'href="(/documents/[^"]+)"', page)}
    assert "26 days" in text(ann.get(link.partition("#")[0]))
    assert here.visit(AUDITOR).client.get(link).status_code == 404


def test_what_was_refused_is_counted_and_not_named(here: Place, ann: Visit) -> None:
    """The store is behind: it still has the passages under the earlier scopes."""
    here.folder.put("/leave.md", LEAVE)
    here.fill()
    here.allow(HALL, "everyone")
    here.sources.add("handbook", "memory://docs", frozenset({"people"}))  # type: ignore[arg-type]  # a scope
    page = text(ann.get(f"/answers/{ask(here)}/why"))
    assert "1 more passage was refused" in page
    assert "leave.md" not in page


def test_nothing_was_granted_where_it_was_asked(here: Place, ann: Visit) -> None:
    page = text(ann.get(f"/answers/{ask(here)}/why"))
    assert "granted nothing, so nothing was searched" in page


def test_answers_are_listed_filtered_and_opened(here: Place, ann: Visit) -> None:
    answer = ask(here)
    assert "How many days of leave" in text(ann.get("/answers"))
    assert "Nobody votes anything down" in text(ann.get("/answers", down="1"))
    for of in (answer, f" http://127.0.0.1:8420/answers/{answer}?in=general ", f"/answers/{answer}/why"):
        opened = ann.client.get("/answers/open", params={"of": of})
        assert opened.url.path == f"/answers/{answer}/why"
    wrong = ann.client.get("/answers/open", params={"of": "nope"})
    assert wrong.status_code == 422
    assert "There is no answer 'nope' here" in said(wrong.text)


def test_older_answers_are_a_page_away(here: Place, ann: Visit) -> None:
    for number in range(53):
        ask(here, f"How many days of leave in year {number}?")
    newest, older = text(ann.get("/answers")), text(ann.get("/answers", page="2"))
    assert "1 to 50" in newest
    assert "year 52?" in newest
    assert "year 2?" not in newest
    assert "51 to 53" in older
    assert "year 2?" in older
    assert "Older" in newest
    assert "Older" not in older
    assert "There are no older answers." in text(ann.get("/answers", page="3"))


def test_in_the_demo_everybody_is_an_admin_who_may_read(tmp_path: Path) -> None:
    with place(tmp_path, demo=True) as made:
        made.folder.put("/leave.md", LEAVE)
        made.fill()
        made.allow(HALL, "everyone")
        answer = ask(made)
        guest = made.visit(PersonId("web:demo:guest"))
        assert "26 days" in text(guest.get(f"/answers/{answer}/why"))
        assert "admin" not in text(guest.get("/"))


def test_people_are_added_given_roles_and_invited(here: Place, ann: Visit) -> None:
    page = ann.post("/people/add", name="bea", role="reviewer", invite="1").text
    assert "http://127.0.0.1:8420/welcome/for-bea-reviewer" in page
    assert "welcome" not in ann.get("/people")
    bea = PersonId("web:local:bea")
    assert here.people.role_of(bea) is Role.REVIEWER
    assert "has the role admin" in ann.done("/people/role", name=bea, role="admin")
    assert here.people.role_of(bea) is Role.ADMIN
    assert "no role" in ann.done("/people/role", name=bea, role="")
    assert "for-bea-None" in ann.post("/people/invite", name=bea).text
    assert "not a person" in ann.refused("/people/add", name="two words", role="admin")
    assert "Name the person" in ann.refused("/people/add", name=" ")


def test_the_last_admin_stays_one(here: Place, ann: Visit) -> None:
    assert "ann is the only admin" in ann.refused("/people/role", name=ADMIN, role="")
    assert "is the only admin" in ann.refused("/people/add", name="ann", role="auditor")
    assert here.people.role_of(ADMIN) is Role.ADMIN


def test_identities_are_linked_and_unlinked_again(here: Place, ann: Visit) -> None:
    slack = PersonId("slack:T1:U1")
    assert "are one person now" in ann.done("/people/link", first=ADMIN, second=slack)
    assert here.people.role_of(slack) is Role.ADMIN
    assert "You are signed in as ann" in ann.refused("/people/unlink", name=ADMIN)
    assert "a person of its own" in ann.done("/people/unlink", name=slack)
    assert here.people.role_of(slack) is None
    assert "nobody is not known here." in ann.refused("/people/unlink", name="slack:T1:nobody")


def test_a_role_that_was_taken_away_is_gone_at_once(here: Place, ann: Visit) -> None:
    bea = here.visit(PersonId("web:local:bea"))
    ann.done("/people/add", name="bea", role="admin")
    assert bea.client.get("/people").status_code == 200
    ann.done("/people/role", name="bea", role="")
    assert bea.client.get("/people").status_code == 403


def test_groups_are_their_members(here: Place, ann: Visit) -> None:
    told = ann.done("/groups/add", group=" hr ", members="ann, slack:T1:U2")
    assert told == "ann and U2 are in hr now. U2 was not known here before: check the spelling."
    assert ann.done("/groups/add", group="HR", members="ann") == "ann is in HR now."
    ann.done("/groups/remove", group="HR", member=ADMIN)
    assert here.groups.all() == {"hr": {ADMIN, PersonId("slack:T1:U2")}}
    here.allow("group:hr", "people")
    assert "people" in text(ann.get("/groups"))
    assert "no longer in hr" in ann.done("/groups/remove", group="hr", member=ADMIN)
    assert "was not in hr" in ann.done("/groups/remove", group="hr", member=ADMIN)
    assert "Name the group and at least one person" in ann.refused("/groups/add", group="hr", members=" , ")


def test_a_notice_is_for_the_one_who_did_it(here: Place, ann: Visit) -> None:
    away = ann.client.post("/people/invite", data={"csrf": ann.csrf, "name": NOBODY}, follow_redirects=False)
    address = away.headers["location"]
    assert "welcome" not in here.visit(AUDITOR).get(address)
    assert "/welcome/for-nora" in ann.get(address)
    assert "welcome" not in ann.get(address)
