"""Answers and votes as rows, and back."""

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping

from bot.domain import Answer, Audience, Citation, Feedback, Question, Ranked, Verdict
from bot.records.columns import storable


def answer_row(answer: Answer) -> dict[str, Any]:
    """Return the answer as the table keeps it."""
    question, audience = answer.question, answer.question.audience
    return {
        "id": answer.id,
        "question": question.text,
        "asker": question.asker,
        "channel": audience.channel,
        "members": sorted(audience.members),
        "outsiders": audience.outsiders,
        "conversation": question.conversation,
        "text": answer.text,
        "citations": [_citation_json(citation) for citation in answer.citations],
        "release": answer.release,
        "abstained": answer.abstained,
        "language": answer.language,
        "created": answer.created,
        "scopes": [sorted(scopes) for scopes in answer.scopes],
        "trace": [asdict(ranked) for ranked in answer.trace],
        "seconds": dict(answer.seconds),
    }


def answer_of(row: RowMapping) -> Answer:
    """Return the answer that a row of the table keeps."""
    audience = Audience(row["channel"], frozenset(row["members"]), row["outsiders"])
    return Answer(
        id=row["id"],
        question=Question(row["question"], row["asker"], audience, row["conversation"]),
        text=row["text"],
        citations=tuple(_citation_of(citation) for citation in row["citations"]),
        release=row["release"],
        abstained=row["abstained"],
        language=row["language"],
        created=row["created"],
        scopes=tuple(frozenset(scopes) for scopes in row["scopes"]),
        trace=tuple(Ranked(**ranked) for ranked in row["trace"]),
        seconds=row["seconds"],
    )


def vote_row(feedback: Feedback) -> dict[str, Any]:
    """Return the press as the table keeps it, under an id that follows from all that it says."""
    said = [
        feedback.answer,
        feedback.person,
        feedback.at.astimezone(UTC).isoformat(),
        feedback.verdict,
        feedback.reason,
        feedback.better,
    ]
    canonical = json.dumps([storable(part) for part in said], ensure_ascii=False)
    return {**asdict(feedback), "id": hashlib.sha256(canonical.encode()).hexdigest()}


def feedback_of(row: RowMapping) -> Feedback:
    """Return the press that a row of the table keeps."""
    return Feedback(
        answer=row["answer"],
        person=row["person"],
        verdict=Verdict(row["verdict"]),
        at=row["at"],
        reason=row["reason"],
        better=row["better"],
    )


def _citation_json(citation: Citation) -> dict[str, Any]:
    modified = citation.modified.isoformat() if citation.modified else None
    return {**asdict(citation), "modified": modified}


def _citation_of(kept: dict[str, Any]) -> Citation:
    modified = datetime.fromisoformat(kept["modified"]) if kept["modified"] else None
    return Citation(**{**kept, "headings": tuple(kept["headings"]), "modified": modified})
