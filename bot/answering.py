"""The Answerer: a question in, pieces of a checked answer out, the whole of it kept."""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog

from bot.access import grant_for
from bot.conversation import history, usable
from bot.domain import (
    Answer,
    AnswerId,
    Citation,
    Delta,
    Evidence,
    Grant,
    Question,
    Ranked,
    Release,
    ReleaseId,
)
from bot.following import standalone
from bot.grounding import checked, quote
from bot.language import question_language
from bot.ports import Answers, Grants, LanguageModel, Releases
from bot.prompts import PromptTemplate, Room, render
from bot.questions import clean
from bot.releases import active
from bot.retrieval import Found, Retriever, retrieve, traced
from bot.streaming import units
from bot.wording import no_access, not_found

_HISTORY = 6
_NO_RELEASE = ReleaseId("")
"""Of an answer that nothing was searched for."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read and written for one answer."""

    question_chars: int = 4_000
    passages: int = 5
    max_tokens: int = 256
    threshold: float = 0.5
    """Below this likelihood that the evidence holds the answer, the assistant says that it does not."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the Answerer works with."""

    grants: Grants
    retriever: Retriever
    answers: Answers
    releases: Releases
    first: Release
    """Answers until another release is promoted."""
    model_for: Callable[[Release], LanguageModel]
    limits: Limits = Limits()


@dataclass(slots=True)
class _Draft:
    """An answer while it is made."""

    question: Question
    language: str
    started: float
    release: ReleaseId = _NO_RELEASE
    seconds: dict[str, float] = field(default_factory=dict)
    trace: tuple[Ranked, ...] = ()
    evidence: Sequence[Evidence] = ()
    texts: list[str] = field(default_factory=list)
    quotes: dict[int, list[str]] = field(default_factory=dict)
    """From the place in the evidence to what is quoted of it, in the order of first citation."""
    abstained: bool = False

    def lap(self, step: str, since: float) -> None:
        self.seconds[step] = round(time.perf_counter() - since, 4)


class Answerer:
    """Answers questions; safe to use from several threads at once."""

    def __init__(self, parts: Parts) -> None:
        """`parts` are shared with whoever else uses them."""
        self._parts = parts

    def answer(self, question: Question) -> Answer:
        """Return the finished answer; raises what `stream` raises."""
        return next(delta.answer for delta in self.stream(question) if delta.answer is not None)

    def stream(self, question: Question) -> Iterator[Delta]:
        """Yield pieces that join to the answer's text, then one that carries the answer, which is kept by then.

        Each piece has been checked against the passages before it is yielded. Closing the iterator stops
        the model and keeps nothing. Raises `bot.errors.AttuneError`, whose sentence is for the asker.
        """
        started = time.perf_counter()
        text = clean(question.text, self._parts.limits.question_chars)
        question = Question(text, question.asker, question.audience, question.conversation)
        draft = _Draft(question, question_language(text), started)
        grant = grant_for(question.audience, self._parts.grants)
        if grant is None:
            yield from _abstain(draft, no_access(draft.language))
        else:
            yield from self._from_passages(draft, grant)
        yield Delta("", self._keep(draft))

    def _from_passages(self, draft: _Draft, grant: Grant) -> Iterator[Delta]:
        draft.release, release = active(self._parts.releases, self._parts.first)
        before = self._parts.answers.conversation(draft.question.conversation, _HISTORY)
        # Nobody follows what others read elsewhere, even where the grants would allow it.
        turns = [turn for turn in before if turn.question.audience == draft.question.audience]
        turns = usable(turns, grant, self._parts.retriever.documents)
        query = standalone(draft.question.text, draft.language, [turn.question.text for turn in turns])
        since = time.perf_counter()
        found = retrieve(query, draft.language, grant, self._parts.retriever)
        draft.lap("retrieval", since)
        draft.trace = traced(found.evidence, 0, found.dropped)
        if found.answerable >= self._parts.limits.threshold:
            yield from self._generate(draft, release, found, turns)
        if not draft.texts:
            yield from _abstain(draft, not_found(draft.language))

    def _generate(self, draft: _Draft, release: Release, found: Found, turns: Sequence[Answer]) -> Iterator[Delta]:
        limits = self._parts.limits
        since = time.perf_counter()
        model = self._parts.model_for(release)
        room = Room(model.window, limits.max_tokens, model.count)
        prompt, used = render(
            PromptTemplate(release.template),
            found.query,
            found.evidence[: limits.passages],
            room,
            language=draft.language,
            history=history(turns),
        )
        draft.evidence = found.evidence[:used]
        draft.trace = traced(found.evidence, used, found.dropped)
        with closing(model.stream(prompt, release.adapter)) as pieces:
            for unit in units(pieces):
                piece = _grounded(draft, unit)
                if piece:
                    draft.seconds.setdefault("first", round(time.perf_counter() - draft.started, 4))
                    yield Delta(piece)
        draft.lap("model", since)

    def _keep(self, draft: _Draft) -> Answer:
        draft.lap("total", draft.started)
        answer = _finished(draft)
        self._parts.answers.add(answer)
        log.info(
            "answered",
            answer=answer.id,
            channel=answer.question.audience.channel,
            release=answer.release,
            abstained=answer.abstained,
            citations=len(answer.citations),
            passages=len(draft.trace),
            **{f"{step}_s": value for step, value in draft.seconds.items()},
        )
        return answer


def _abstain(draft: _Draft, sentence: str) -> Iterator[Delta]:
    draft.abstained = True
    draft.texts.append(sentence)
    yield Delta(sentence)


def _grounded(draft: _Draft, unit: str) -> str:
    """Return the unit as it may be shown, with the answer's own numbers; nothing where no passage supports it."""
    passages = [item.passage for item in draft.evidence]
    good = checked(unit, passages, draft.language)
    if good is None or not good.text:
        log.debug("unsupported_sentence", release=draft.release)
        return ""
    for place in good.passages:
        said = draft.quotes.setdefault(place, [])
        line = quote(good.text, passages[place], draft.language)
        if line not in said:
            said.append(line)
    numbers = {place: number for number, place in enumerate(draft.quotes, 1)}
    marks = "".join(f"[{numbers[place]}]" for place in good.passages)
    piece = f"{' ' if draft.texts else ''}{good.text} {marks}"
    draft.texts.append(piece)
    return piece


def _finished(draft: _Draft) -> Answer:
    citations = tuple(
        _citation(number, draft.evidence[place], quotes)
        for number, (place, quotes) in enumerate(draft.quotes.items(), 1)
    )
    return Answer(
        id=AnswerId(uuid.uuid4().hex),
        question=draft.question,
        text="".join(draft.texts),
        citations=citations,
        release=draft.release,
        abstained=draft.abstained,
        language=draft.language,
        created=datetime.now(UTC),
        scopes=tuple(item.document.scopes for item in draft.evidence),
        trace=draft.trace,
        seconds=draft.seconds,
    )


def _citation(number: int, item: Evidence, quotes: Sequence[str]) -> Citation:
    document = item.document
    return Citation(
        number=number,
        passage=item.passage.id,
        document=document.id,
        title=document.title,
        uri=document.uri,
        headings=item.passage.headings,
        quote=" ".join(quotes),
        modified=document.modified,
    )
