"""What was said before is used only where it may still be seen."""

from collections.abc import Iterable, Mapping

from bot.conversation import history, usable
from bot.domain import Document, DocumentId, Grant
from tests.unit.made import answer, document, scopes


class Known:
    """The part of the documents that a conversation asks."""

    def __init__(self, *documents: Document) -> None:
        self._known = {one.id: one for one in documents}

    def by_id(self, ids: Iterable[DocumentId]) -> Mapping[DocumentId, Document]:
        return {one: self._known[one] for one in ids if one in self._known}


def test_history_obeys_the_grant_of_now() -> None:
    turn = answer("What is the band?", "€50,000", used="bands")
    grant = Grant(scopes("people"))
    assert usable([turn], grant, Known(document("bands", scoped="people"))) == [turn]
    assert usable([turn], grant, Known(document("bands", scoped="finance"))) == []
    assert usable([turn], grant, Known()) == []


def test_a_turn_counts_as_resting_on_what_was_read_before_it() -> None:
    turns = [answer("What is the band?", "€50,000", used="bands"), answer("And leave?", "25 days.", used="leave")]
    grant = Grant(scopes("people"))
    leave = document("leave", scoped="people")
    assert usable(turns, grant, Known(leave, document("bands", scoped="people"))) == turns
    assert usable(turns, grant, Known(leave, document("bands", scoped="finance"))) == []


def test_answers_that_found_nothing_are_not_history() -> None:
    turns = [answer("A?", "I could not find this.", abstained=True), answer("B?", "Yes.")]
    assert [message.content for message in history(turns)] == ["B?", "Yes."]
