"""The property of access, for any store: what a grant admits is found, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from bot.domain import DocumentId, Grant, Passage, PassageId, Scope, scope
from bot.errors import BadScope
from bot.ports import PassageStore
from bot.terms import fold, words
from tests.contract.store_cases import fill, found

_TRICKY = sorted({scope(name) for name in (
    "everyone", "Everyone", "e", "people", "PEOPLE ", "people ops", "people  ops", "it's", "''", 'say "no"', "\\",
    "\\'", "x') or 1=1 --", "']) or true --", "%", "_", "*", "null", "straße", "STRASSE", "équipe",
    "e\N{COMBINING ACUTE ACCENT}quipe", "equipe", "日本", "🔒", "id", "?", "$1", ":a", "{x}",
)})  # fmt: skip
_TEAMS = frozenset(scope(f"team {number}") for number in range(996))


@dataclass(frozen=True, slots=True)
class AccessCase:
    """Documents, changes of their scopes, and a question that is asked before and after each."""

    passages: tuple[Passage, ...]
    changes: tuple[tuple[DocumentId, frozenset[Scope]], ...]
    grant: Grant
    question: str


def _is_scope(text: str) -> bool:
    try:
        scope(text)
    except BadScope:
        return False
    return True


_visible = st.characters(exclude_categories=["C", "Z"], include_characters=" ", exclude_characters=",")
_scopes = st.sampled_from(_TRICKY) | st.text(_visible, min_size=1, max_size=12).filter(_is_scope).map(scope)
_documents = st.sampled_from([DocumentId(f"d'{number}") for number in range(3)])
_texts = st.sampled_from(
    ["", "leave", "holiday leave", "política", "politica da empresa", "férias", "ISO-9001", "the of a 3.5", "leave 3.5"]
)
_choices = st.integers(0, 31)
"""Which of up to five scopes are meant, as bits."""


def _chosen(pool: Sequence[Scope], choice: int) -> frozenset[Scope]:
    return frozenset(name for bit, name in enumerate(pool) if choice >> bit & 1)


def _case(
    names: list[Scope],
    drawn: list[tuple[DocumentId, int, str]],
    changes: list[tuple[DocumentId, int]],
    granted: tuple[int, Scope, bool],
    question: str,
) -> AccessCase:
    choice, other, many = granted
    pool = [Scope(f"{names[0]} ops"), *names]  # two that are nearly the same
    return AccessCase(
        tuple(
            Passage(PassageId(f"p'{at}"), document, at, text, ("it's",), 0, 9, _chosen(pool, scopes))
            for at, (document, scopes, text) in enumerate(drawn)
        ),
        tuple((document, _chosen(pool, scopes)) for document, scopes in changes),
        Grant((_chosen(pool, choice) or frozenset({other})) | (_TEAMS if many else frozenset())),
        question,
    )


access_cases = st.builds(
    _case,
    st.lists(_scopes, min_size=1, max_size=4, unique=True),
    st.lists(st.tuples(_documents, _choices, _texts), min_size=1, max_size=6),
    st.lists(st.tuples(_documents, _choices), max_size=2),
    st.tuples(_choices, st.sampled_from(_TRICKY), st.booleans()),
    _texts,
)
"""Documents whose passages carry random scopes, and a grant of 1 to 1,000 scopes."""


def assert_exact(store: PassageStore, case: AccessCase) -> None:
    """Assert that the store gives what the grant admits and nothing else, now and after every change of scopes."""
    store.delete_document(list(store.documents()))
    fill(store, case.passages)
    there = list(case.passages)
    _assert_exact(store, there, case)
    for document, scopes in case.changes:
        store.set_scopes(document, scopes)
        there = [replace(each, scopes=scopes) if each.document == document else each for each in there]
        _assert_exact(store, there, case)


def _assert_exact(store: PassageStore, there: list[Passage], case: AccessCase) -> None:
    admitted = [passage for passage in there if case.grant.admits(passage.scopes)]
    assert store.get([passage.id for passage in there], case.grant) == admitted
    hits = found(store, case.question, case.grant, len(there) + 1)
    assert sorted((hit.passage for hit in hits), key=lambda passage: passage.id) == admitted
    asked = set(words(fold(case.question)))
    for hit in hits:
        assert (hit.bm25 > 0) == (not asked.isdisjoint(words(fold(hit.passage.indexed))))
    few = found(store, case.question, case.grant, 1)
    assert {hit.passage.id for hit in few} <= {passage.id for passage in admitted}
    assert bool(few) == bool(admitted)
    for passage in there[::2]:
        near = [each for each in admitted if each.document == passage.document]
        assert store.neighbours(passage, case.grant, 1) == [
            each for each in near if abs(each.ordinal - passage.ordinal) <= 1
        ]
