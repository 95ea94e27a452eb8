"""The Answerer: a question in, pieces of a checked answer out, the whole of it kept."""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog

from bot.access import grant_for
from bot.catalogue import Catalogue, Choice
from bot.conversation import history, usable
from bot.domain import (
    Answer,
    AnswerId,
    Citation,
    Delta,
    Document,
    Evidence,
    Grant,
    Question,
    Ranked,
    Release,
    ReleaseId,
)
from bot.grounding import checked, quote
from bot.language import question_language
from bot.ports import Answers, Grants, LanguageModel, Releases
from bot.prompts import PromptTemplate, Room, render
from bot.questions import clean
from bot.releases import active
from bot.retrieval import Found, Retriever, retrieve, traced
from bot.smalltalk import SmallTalk, is_gibberish, small_talk
from bot.streaming import units
from bot.terms import fold, words
from bot.understanding import Reading, readings
from bot.wording import no_access, not_found, not_understood, reply

_HISTORY = 6
_EXAMPLES = 3
"""How many documents are named to somebody who asks what can be asked."""
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
    catalogue: Catalogue
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
    repeats: bool = False
    """Something was left out because the last answer said it already."""
    named: Sequence[Document] = ()
    """What is named although nothing of it was searched."""

    def lap(self, step: str, since: float) -> None:
        self.seconds[step] = round(self.seconds.get(step, 0.0) + time.perf_counter() - since, 4)


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
        turns = self._turns(question)
        talk = small_talk(text, turns[-1].language if turns else draft.language)
        if talk:
            yield from self._chat(draft, talk, grant)
        elif grant is None:
            yield from _abstain(draft, no_access(draft.language))
        else:
            yield from self._from_passages(draft, grant, turns)
        yield Delta("", self._keep(draft))

    def _turns(self, question: Question) -> list[Answer]:
        """Return what was asked here before, oldest first, as far as anything was searched for it."""
        before = self._parts.answers.conversation(question.conversation, _HISTORY)
        # Nobody follows what others read elsewhere, even where the grants would allow it.
        return [turn for turn in before if turn.question.audience == question.audience and turn.release]

    def _chat(self, draft: _Draft, talk: SmallTalk, grant: Grant | None) -> Iterator[Delta]:
        draft.language = talk.language
        if grant and talk.kind in {"greeting", "about"}:
            listing = self._parts.catalogue.documents(Choice(scopes=grant.scopes, answered=True))
            # The page that is listed is by title: the language decides first, then what is newest.
            newest = sorted((one.document for one in listing.lines), key=_age)
            draft.named = sorted(newest, key=lambda one: one.language != talk.language)[:_EXAMPLES]
        yield from _say(draft, reply(talk.kind, talk.language, [one.title for one in draft.named]))

    def _from_passages(self, draft: _Draft, grant: Grant, before: Sequence[Answer]) -> Iterator[Delta]:
        release_id, release = active(self._parts.releases, self._parts.first)
        turns = usable(before, grant, self._parts.retriever.documents)
        text = draft.question.text

        def search(query: str) -> Found:
            since = time.perf_counter()
            # What is joined is mostly in the words of the question before, whatever language it goes on in.
            language = draft.language if query == text else question_language(query)
            found = retrieve(query, language, grant, self._parts.retriever)
            draft.lap("retrieval", since)
            return found

        if is_gibberish(text) and not _known(search(text), text):
            # What is no word is of no language, so that of the conversation serves.
            draft.language = before[-1].language if before else draft.language
            yield from _say(draft, not_understood(draft.language))
            return
        draft.release = release_id
        for reading in readings(text, draft.language, turns, search):
            draft.trace = traced(reading.found.evidence, 0, reading.found.dropped)
            worthwhile = draft.repeats or not reading.anew
            if worthwhile and reading.found.answerable >= self._parts.limits.threshold:
                yield from self._generate(draft, release, reading, turns)
            if draft.texts:
                return
        if not draft.trace:
            found = search(text)
            draft.trace = traced(found.evidence, 0, found.dropped)
        yield from _abstain(draft, not_found(draft.language))

    def _generate(self, draft: _Draft, release: Release, reading: Reading, turns: Sequence[Answer]) -> Iterator[Delta]:
        limits = self._parts.limits
        since = time.perf_counter()
        model = self._parts.model_for(release)
        room = Room(model.window, limits.max_tokens, model.count)
        prompt, used = render(
            PromptTemplate(release.template),
            reading.asked,
            reading.shown[: limits.passages],
            room,
            language=draft.language,
            history=history(turns),
        )
        draft.evidence = reading.evidence[:used]
        others = [item for item in reading.found.evidence if item not in reading.evidence]
        draft.trace = traced((*reading.evidence, *others), used, reading.found.dropped)
        with closing(model.stream(prompt, release.adapter)) as pieces:
            for unit in units(pieces):
                piece = _grounded(draft, unit, reading)
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
    yield from _say(draft, sentence)


def _say(draft: _Draft, sentence: str) -> Iterator[Delta]:
    draft.texts.append(sentence)
    yield Delta(sentence)


def _age(document: Document) -> float:
    return -document.modified.timestamp() if document.modified else 0.0


def _known(found: Found, text: str) -> bool:
    """Say whether a word of a text stands in a passage that it found."""
    said = set(words(fold(text)))
    return any(said & set(words(fold(item.passage.indexed))) for item in found.evidence)


def _grounded(draft: _Draft, unit: str, reading: Reading) -> str:
    """Return the unit as it may be shown, with the answer's own numbers.

    Nothing where no passage supports it, or where it only says again what the last answer said.
    """
    passages = [item.passage for item in draft.evidence]
    good = checked(unit, passages, draft.language)
    if good is None or not good.text:
        log.debug("unsupported_sentence", release=draft.release)
        return ""
    lines = {place: quote(good.text, passages[place], draft.language) for place in good.passages}
    if not any(reading.is_news(line, draft.language) for line in lines.values()):
        draft.repeats = True
        return ""
    for place in good.passages:
        said = draft.quotes.setdefault(place, [])
        if lines[place] not in said:
            said.append(lines[place])
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
        scopes=tuple(document.scopes for document in (*(item.document for item in draft.evidence), *draft.named)),
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
