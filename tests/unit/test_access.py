"""Who may see what: deny by default, outsiders never by accident."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access import grant_for, subjects_of
from bot.domain import Audience, ChannelId, Grant, PersonId, Scope, Subject, person, scope, subject
from bot.errors import AttuneError, BadPerson, BadScope, BadSubject

GENERAL = ChannelId("slack:T1:C1")
ANN = PersonId("slack:T1:U1")
ANN_AT_HOME = PersonId("terminal:local:ann")
BOB = PersonId("slack:T1:U2")


@dataclass
class Granted:
    """Grants from a table, with one linked person."""

    table: dict[str, set[str]] = field(default_factory=dict)

    def scopes_of(self, subjects: Iterable[Subject]) -> frozenset[Scope]:
        return frozenset(Scope(name) for one in subjects for name in self.table.get(one, ()))

    def identities(self, person: PersonId) -> frozenset[PersonId]:
        return frozenset({ANN, ANN_AT_HOME}) if person in {ANN, ANN_AT_HOME} else frozenset({person})

    def groups(self, person: PersonId) -> frozenset[str]:
        return frozenset({"hr"}) if person in {ANN, ANN_AT_HOME} else frozenset()


def seen(audience: Audience, **table: set[str]) -> set[str]:
    grant = grant_for(audience, Granted({key.replace("__", ":"): value for key, value in table.items()}))
    return set(grant.scopes) if grant else set()


def test_nothing_granted_means_no_grant_at_all() -> None:
    assert grant_for(Audience(channel=GENERAL), Granted()) is None
    assert grant_for(Audience(members=frozenset({ANN})), Granted()) is None


def test_a_channel_sees_its_own_grants_and_everyones() -> None:
    assert seen(Audience(channel=GENERAL), slack__T1__C1={"eng"}, everyone={"all"}, slack__T1__C2={"hr"}) == {
        "eng",
        "all",
    }


def test_a_channel_does_not_see_what_its_asker_may() -> None:
    audience = Audience(channel=GENERAL, members=frozenset({ANN}))
    assert seen(audience, user__slack__T1__U1={"hr"}) == set()


def test_a_person_sees_what_any_linked_identity_and_group_may() -> None:
    audience = Audience(members=frozenset({ANN}))
    table = {"user__terminal__local__ann": {"home"}, "group__hr": {"hr"}, "user__slack__T1__U2": {"bob"}}
    assert seen(audience, **table) == {"home", "hr"}


def test_several_persons_see_what_each_of_them_may() -> None:
    audience = Audience(members=frozenset({ANN, BOB}))
    table = {"user__slack__T1__U1": {"a", "both"}, "user__slack__T1__U2": {"b", "both"}, "everyone": {"all"}}
    assert seen(audience, **table) == {"both", "all"}


def test_an_outsider_leaves_only_what_outsiders_are_granted() -> None:
    table = {"slack__T1__C1": {"eng"}, "everyone": {"all"}, "outsiders": {"public"}}
    assert seen(Audience(channel=GENERAL, outsiders=True), **table) == {"public"}
    del table["outsiders"]
    assert seen(Audience(channel=GENERAL, outsiders=True), **table) == set()


def test_outsiders_are_not_part_of_everyone() -> None:
    assert Subject("outsiders") not in subjects_of(ANN, Granted())


def test_everyone_as_a_scope_is_a_label_like_any_other() -> None:
    assert seen(Audience(channel=GENERAL), slack__T1__C1={"eng"}) == {"eng"}
    assert not Grant(frozenset({scope("eng")})).admits(frozenset({scope("everyone")}))


def test_a_grant_of_nothing_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="at least one scope"):
        Grant(frozenset())


def test_an_audience_of_nobody_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="at least one person"):
        Audience()


@given(st.text(max_size=140))
def test_a_scope_has_one_spelling_or_is_refused(text: str) -> None:
    try:
        one = scope(text)
    except BadScope:
        return
    assert scope(one) == one == scope(f"  {one.upper().casefold()} ")
    assert "," not in one
    assert one.isprintable()


@pytest.mark.parametrize("bad", ["", "  ", "a,b", "a\nb", "x" * 129])
def test_a_bad_scope_is_refused_in_one_sentence(bad: str) -> None:
    with pytest.raises(BadScope, match="cannot be a scope"):
        scope(bad)


def test_subjects_and_persons_are_checked_where_they_are_made() -> None:
    assert subject("user:ann") == "user:terminal:local:ann"
    assert subject(" group:hr ") == "group:hr"
    assert subject("User:a:b:c") == "user:a:b:c", "not a channel of a platform called User"
    assert subject("Everyone") == "everyone"
    assert person("ann") == "terminal:local:ann"
    for bad in ("nobody", "group:", "a:b", "user:a b"):
        with pytest.raises(AttuneError) as refused:
            subject(bad)
        assert isinstance(refused.value, BadSubject | BadPerson)
