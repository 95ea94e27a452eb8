"""Small values for tests: documents, passages and answers, made in one line each."""

from datetime import UTC, date, datetime, time

from bot.domain import (
    Answer,
    AnswerId,
    Audience,
    ChannelId,
    Document,
    DocumentId,
    Evidence,
    Passage,
    PassageId,
    PersonId,
    Question,
    Ranked,
    ReleaseId,
    Scope,
    scope,
)

ANN = PersonId("terminal:local:ann")
GENERAL = ChannelId("terminal:local:general")


def scopes(*names: str) -> frozenset[Scope]:
    return frozenset(scope(name) for name in names)


def document(name: str, *, title: str = "", on: str = "", scoped: str = "everyone", language: str = "en") -> Document:
    modified = datetime.combine(date.fromisoformat(on), time(), UTC) if on else None
    return Document(DocumentId(name), "handbook", f"/{name}.md", title or name, scopes(scoped), modified, language)


def passage(of: Document, text: str, ordinal: int = 0, headings: tuple[str, ...] | None = None) -> Passage:
    path = (of.title,) if headings is None else headings
    return Passage(PassageId(f"{of.id}-{ordinal}"), of.id, ordinal, text, path, 0, len(text), of.scopes)


def evidence(text: str, of: Document | None = None, cosine: float = 0.5) -> Evidence:
    source = of or document("Leave")
    return Evidence(passage(source, text), source, 1.0, cosine, 0.5)


def question(text: str, conversation: str = "c1", audience: Audience | None = None) -> Question:
    return Question(text, ANN, audience or Audience(channel=GENERAL), conversation)


def answer(asked: str, text: str, *, used: str = "", abstained: bool = False) -> Answer:
    trace = (Ranked(PassageId("p"), DocumentId(used), "/x", "x", 1.0, 1.0, 1.0, "used"),) if used else ()
    return Answer(
        AnswerId(f"a-{asked}"),
        question(asked),
        text,
        (),
        ReleaseId("r"),
        abstained,
        "en",
        datetime(2026, 1, 2, tzinfo=UTC),
        trace=trace,
    )
