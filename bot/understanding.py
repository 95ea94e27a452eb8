"""How a question is understood: alone or with the ones before it, whichever the passages bear out."""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain import Answer, Evidence
from bot.following import Joined, Lean, joined, lean, names, own_words
from bot.retrieval import Found
from bot.sentences import statements
from bot.terms import coverage, fold, stems, weight, words

Search = Callable[[str], Found]

_HALF = 0.5
"""The share of what a follow-up adds that one passage has to hold."""
_ALIKE = 0.75
"""Lisboa and Lisbon, México and Mexico are so much alike, London and Lisbon are not."""
_NAMED = 3
"""Letters from which on names are compared that way."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a question, with what is there to answer it from."""

    asked: str
    """What the model is asked, as its words are spelled."""
    found: Found
    evidence: Sequence[Evidence]
    """What of it is used, best first."""
    shown: Sequence[Evidence]
    """The same as the model reads it: what the last answer said already may be left out."""
    own: Mapping[str, float]
    """The stems that the question itself contributes."""
    names: Sequence[str] = ()
    said: tuple[str, ...] = ()
    """What the last answer quoted; empty where the question is taken alone."""
    anew: bool = False
    """Worth trying only where the reading before gave nothing but what was said already."""

    def is_news(self, statement: str, language: str) -> bool:
        """Say whether a statement is more than the last answer again: new, or about what the question names."""
        if not any(statement in one for one in self.said):
            return True
        if self.names:
            return _names(statement, self.names, language)
        return bool(self.own) and self.own.keys() <= stems(statement, language)


def readings(text: str, language: str, before: Sequence[Answer], search: Search) -> Iterator[Reading]:
    """Yield the ways to understand a question, the likeliest first, each only where the passages bear it out.

    A question that stands on its own is never joined with the one before it. One that leans is joined where what it
    adds is found together with what it follows; a short one stays alone unless one statement of the documents that
    were just cited holds all of it. `before` are the turns that may be followed, oldest first.
    """
    leaning = lean(text, language) if before else Lean.STANDS
    again = any(fold(turn.question.text) == fold(text) for turn in before)
    if leaning is Lean.STANDS or (leaning is Lean.MAY and again):
        yield _alone(text, language, search)
        return
    whole, last = _followed(text, before, language), _answered(before)
    if whole.replaced:
        yield from _filled(whole.text, text, language, last, search)
    else:
        yield from _behind(whole.text, text, language, leaning, last, search)


def _answered(before: Sequence[Answer]) -> Answer:
    """Return the last turn that was answered, the last one where none was."""
    return next((turn for turn in reversed(before) if turn.citations), before[-1])


def _followed(text: str, before: Sequence[Answer], language: str) -> Joined:
    """Return a question with what it follows.

    That is the last turn which has a part that the question can take the place of, else the last one answered.
    """
    meant = [_meaning(before[: place + 1], language) for place in range(len(before))]
    whole = [joined(question, text, language) for question in meant]
    return next((one for one in reversed(whole) if one.replaced), whole[before.index(_answered(before))])


def _meaning(turns: Sequence[Answer], language: str) -> str:
    """Return what the last of some turns was about, in words that need no other turn."""
    *before, turn = turns
    text = turn.question.text
    leaning = lean(text, language) if before else Lean.STANDS
    kept_on = leaning is Lean.MAY and not _cited(turn).isdisjoint(_cited(_answered(before)))
    return _followed(text, before, language).text if kept_on or leaning is Lean.LEANS else text


def _alone(text: str, language: str, search: Search) -> Reading:
    found = search(text)
    return Reading(found.query or text, found, found.evidence, found.evidence, own_words(text, language))


def _filled(query: str, text: str, language: str, last: Answer, search: Search) -> Iterator[Reading]:
    """Yield the question with a part replaced, from passages that hold the new part."""
    found = search(query)
    called = names(text)
    own = own_words(text, language)
    evidence = [item for item in found.evidence if _holds(item, called, own, language)]
    if evidence:
        yield Reading(found.query or query, found, evidence, evidence, own, called, _said(last))


def _behind(query: str, text: str, language: str, leaning: Lean, last: Answer, search: Search) -> Iterator[Reading]:
    """Yield the question behind the one that it follows, and alone, in the order in which they are likely."""
    found = search(query)
    called, own, said = names(text), own_words(text, language), _said(last)
    evidence = [item for item in found.evidence if not called or _holds(item, called, {}, language)]
    near = [item for item in evidence if item.document.id in _cited(last)]
    whole = Reading(found.query or query, found, evidence, evidence, own, called, said)
    if own and any(_states(item, own, language) for item in near):
        yield replace(whole, asked=text, evidence=near, shown=near)
    if leaning is Lean.MAY:
        yield _alone(text, language, search)
    if evidence and (not own or any(_contributes(item, own, language) for item in evidence)):
        yield whole
        close = near or evidence
        yield replace(whole, evidence=close, shown=[_without(item, said) for item in close], anew=True)


def _states(item: Evidence, own: Mapping[str, float], language: str) -> bool:
    """Say whether one statement of a passage holds all that a question adds."""
    passage = item.passage
    return any(own.keys() <= stems(one.text, language) for one in statements(passage.text, passage.headings))


def _contributes(item: Evidence, own: Mapping[str, float], language: str) -> bool:
    return coverage(own, stems(item.passage.indexed, language)) >= _HALF


def _holds(item: Evidence, called: Sequence[str], own: Mapping[str, float], language: str) -> bool:
    """Say whether a passage, or the title or address of its document, names what a question names."""
    document = item.document
    if not called:
        return not own or _contributes(item, own, language)
    return _names(f"{item.passage.indexed} {document.title} {document.uri.replace('_', ' ')}", called, language)


def _names(text: str, called: Sequence[str], language: str) -> bool:
    """Say whether a text names what is called so, perhaps as another language does: its rarest word decides."""
    wanted = fold(max(called, key=lambda name: weight(name.casefold(), language)))
    known = set(words(fold(text)))
    if wanted in known or len(wanted) <= _NAMED:
        return wanted in known
    near = [one for one in known if one[:_NAMED] == wanted[:_NAMED]]
    return any(difflib.SequenceMatcher(None, wanted, one).ratio() >= _ALIKE for one in near)


def _cited(turn: Answer) -> set[str]:
    return {str(citation.document) for citation in turn.citations}


def _said(turn: Answer) -> tuple[str, ...]:
    return tuple(citation.quote for citation in turn.citations)


def _without(item: Evidence, said: Sequence[str]) -> Evidence:
    """Return a passage without the sentences that were quoted of it."""
    text = item.passage.text
    for statement in [one.text for one in statements(text, item.passage.headings)]:
        parts = [re.escape(word) for word in re.findall(r"\w+", statement)]
        if parts and any(statement in quoted for quoted in said):
            text = re.sub(r"\W+".join(parts) + r"[.!?…]*", " ", text)
    return replace(item, passage=replace(item.passage, text=text))
