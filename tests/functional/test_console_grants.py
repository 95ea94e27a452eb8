"""Grants on the console, in both directions."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.access import grant_for
from bot.console.seen import seen_by
from bot.console.subjects import audience, meant
from bot.domain import EVERYONE, OUTSIDERS, Audience, ChannelId, PersonId, Scope, Subject
from tests.functional.console_parts import ADMIN, Place, Visit, place, text

HALL = "terminal:local:hall"
GROUP, ANN, SLACK = Subject("group:hr"), Subject("user:web:local:ann"), Subject("user:slack:T1:U1")
SUBJECTS = [EVERYONE, OUTSIDERS, GROUP, ANN, SLACK, Subject(HALL), Subject("user:web:local:bob")]
NAMES = ["everyone", "finance", "people"]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Place]:
    with place(tmp_path) as made:
        yield made


@pytest.fixture
def ann(here: Place) -> Visit:
    return here.visit()


@pytest.fixture
def filled(here: Place) -> Place:
    here.folder.put("/leave.md", "# Leave\n\nEverybody gets 26 days of leave.")
    here.fill("handbook", frozenset(map(Scope, NAMES[:2])))
    here.folder.texts.clear()
    here.folder.put("/pay.md", "# Pay\n\nPay is paid.")
    here.fill("pay", frozenset({Scope("people")}))
    return here


def test_scopes_are_allowed_and_taken_with_a_way_back(filled: Place, ann: Visit) -> None:
    page = ann.post("/grants/allow", to=HALL, scopes="Everyone, people").text
    assert "hall may see everyone, people from the next question on." in text(page)
    assert filled.grants.all() == {HALL: {"everyone", "people"}}
    page = ann.post("/grants/revoke", to=HALL, scopes="people").text
    assert "hall may no longer see people" in text(page)
    assert "Undo" in page
    assert filled.grants.all() == {HALL: {"everyone"}}
    ann.done("/grants/allow", to=HALL, scopes="people", anyway="1")
    assert filled.grants.all() == {HALL: {"everyone", "people"}}
    assert "had none of these" in ann.done("/grants/revoke", to=HALL, scopes="finance")


@pytest.mark.parametrize(
    ("to", "scopes", "sentence"),
    [
        ("nobody at all", "everyone", "cannot be granted anything"),
        ("user:", "everyone", "cannot be granted anything"),
        (HALL, " , ", "Name at least one scope first."),
        (HALL, "\x07", "cannot be a scope"),
    ],
)
def test_what_cannot_be_granted_is_one_sentence_and_stays_typed(
    filled: Place, ann: Visit, to: str, scopes: str, sentence: str
) -> None:
    page = ann.post("/grants/allow", to=to, scopes=scopes)
    assert page.status_code == 422
    assert sentence in text(page.text)
    assert f'value="{to}"' in page.text
    assert filled.grants.all() == {}


def test_a_slip_is_asked_about(filled: Place, ann: Visit) -> None:
    page = ann.post("/grants/allow", to=HALL, scopes="finanse, people")
    assert page.status_code == 422
    assert "'finanse' is not known here yet. Did you mean this? #hall may see finance, people" in text(page.text)
    assert filled.grants.all() == {}
    ann.done("/grants/allow", to=HALL, scopes="finanse, people", anyway="1")
    assert filled.grants.all() == {HALL: {"finanse", "people"}}
    assert "no source carries it" in text(ann.get("/grants"))
    assert "hall" in text(ann.post("/grants/allow", to="hall", scopes="people").text)


def test_a_bare_name_is_offered_as_what_it_may_be(filled: Place, ann: Visit) -> None:
    page = text(ann.post("/grants/allow", to="zoe", scopes="people").text)
    assert "'zoe' is not known here yet. Did you mean this? zoe (web account) may see people" in page
    assert "No, as I typed it" not in page
    filled.groups.add("hall", [ADMIN])
    filled.allow(HALL, "everyone")
    page = text(ann.post("/grants/allow", to="#hall", scopes="people").text)
    assert "More than one is called '#hall'. Did you mean one of these? group hall may see people #hall may" in page
    page = text(ann.post("/grants/allow", to="group:HALL", scopes="people").text)
    assert "'group:HALL' is not known here yet. Did you mean this? group hall may see people" in page
    assert "No, as I typed it" in page
    assert filled.grants.all() == {HALL: {"everyone"}}


def test_a_grant_to_a_group_of_nobody_says_so(filled: Place, ann: Visit) -> None:
    told = ann.done("/grants/allow", to="group:Legal", scopes="people")
    assert told.startswith("Legal may see people from the next question on. Nobody is in the group Legal yet")
    filled.groups.add("Legal", [ADMIN])
    assert "Nobody" not in ann.done("/grants/allow", to="group:Legal", scopes="finance")


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("finanse", "finance"),
        ("FINANCE", ""),
        ("legal", ""),
        ("hall", HALL),
        ("#hall", HALL),
        ("hal", HALL),
        ("terminal:local:hal", HALL),
        ("slack:T1:C2", ""),
        ("", ""),
    ],
)
def test_what_may_have_been_meant(given_name: str, expected: str) -> None:
    assert meant(given_name, ["finance", "people", HALL, "slack:T1:C1"]) == expected


def test_what_a_channel_or_a_person_may_see(filled: Place, ann: Visit) -> None:
    filled.allow(HALL, "finance")
    filled.allow("group:hr", "people")
    filled.groups.add("hr", [PersonId("slack:T1:U1")])
    filled.people.link(ADMIN, PersonId("slack:T1:U1"))
    page = text(ann.get("/grants/seen", of=HALL))
    assert "1 document, as of now" in page
    assert "Leave" in page
    assert "Pay" not in page
    page = text(ann.get("/grants/seen", of=ANN))
    assert "Pay" in page
    assert "hr" in page
    assert "None of the documents matches." in text(ann.get("/grants/seen", of=ANN, q="leave"))
    assert "Nothing" in text(ann.get("/grants/seen", of="user:web:local:bob"))
    assert "cannot be granted anything" in text(ann.get("/grants/seen", of="who knows"))
    assert "What hall may see" in text(ann.get("/grants/seen", of="hall"))


def test_who_sees_a_scope(filled: Place, ann: Visit) -> None:
    filled.allow("group:hr", "people")
    filled.groups.add("hr", [ADMIN])
    page = text(ann.get("/grants/scope", name="people"))
    assert "1 document carries it, from pay ." in page
    assert "hr" in page
    assert "ann" in page
    assert "Everyone sees it" not in page
    filled.allow("everyone", "people")
    assert "Everyone sees it" in text(ann.get("/grants/scope", name="people"))
    page = text(ann.get("/grants/scope", name="legal"))
    assert "No source carries it" in page
    assert "Nobody" in page


def test_grants_are_searched(filled: Place, ann: Visit) -> None:
    filled.allow(HALL, "finance")
    filled.allow("group:hr", "people")
    page = text(ann.get("/grants", q="group people").split("All grants")[1])
    assert "hr" in page
    assert "hall" not in page
    assert "No grant matches nope." in text(ann.get("/grants", q="nope"))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("home")) as made:
        made.groups.add("hr", [PersonId("slack:T1:U1")])
        made.people.link(ADMIN, PersonId("slack:T1:U1"))
        yield made


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(held=st.dictionaries(st.sampled_from(SUBJECTS), st.sets(st.sampled_from(NAMES), min_size=1)))
def test_the_reverse_is_what_answers_are_given_from(shared: Place, held: Mapping[Subject, set[str]]) -> None:
    for subject, scopes in shared.grants.all().items():
        shared.grants.revoke(subject, scopes)
    for subject, names in held.items():
        shared.allow(subject, *names)
    for subject in SUBJECTS:
        readers = audience(subject)
        if readers:
            grant = grant_for(readers, shared.grants)
            assert seen_by(subject, shared.parts) == (grant.scopes if grant else set())
    outside = grant_for(Audience(ChannelId(HALL), outsiders=True), shared.grants)
    assert seen_by(OUTSIDERS, shared.parts) == (outside.scopes if outside else set())
    nobody = grant_for(Audience(ChannelId("terminal:local:elsewhere")), shared.grants)
    assert seen_by(EVERYONE, shared.parts) == (nobody.scopes if nobody else set())
