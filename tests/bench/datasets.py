"""Public question sets, made into folders of documents, channels that may see them, and questions.

XQuAD (google-deepmind/xquad, CC BY-SA 4.0) and any other file in SQuAD's format; and a handbook set, whose
rows name documents, the channels that may see them, and questions. Nothing of them is part of the project.
"""

import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDS = 5
GENERAL = "general"
EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder to add as a source, with the scopes of everything in it."""

    name: str
    path: Path
    scope: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is asked in one channel, with what this set knows about it."""

    id: str
    question: str
    channel: str
    kind: str
    answers: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    """Documents that this channel must not be shown, although they hold the answer or a part of it."""
    outdated: tuple[str, ...] = ()
    """Earlier versions of the right documents, which say something else."""

    @property
    def line(self) -> str:
        """Return it as `attune evaluate` reads it; what that does not know it passes over."""
        return json.dumps(
            {
                "id": self.id,
                "question": self.question,
                "channel": self.channel,
                "answers": self.answers,
                "documents": self.documents,
                "unanswerable": not self.documents,
            },
            ensure_ascii=False,
        )


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything that a home is filled with before it is measured."""

    folders: tuple[Folder, ...]
    grants: Mapping[str, tuple[str, ...]]
    """The scopes that each channel is granted, by its name."""
    asked: tuple[Asked, ...]


def xquad(file: Path, out: Path, fold: int = 0) -> Setup:
    """Make a set of a file in SQuAD's format: an article is a document, and every fifth one is left out.

    Nothing holds the answers to the questions on an article that was left out. `fold`, 0 to 4, says
    which article is the first of those.
    """
    folder = out / EVERYONE
    folder.mkdir(parents=True)
    asked: list[Asked] = []
    for number, article in enumerate(json.loads(file.read_text(encoding="utf-8"))["data"]):
        kept = number % FOLDS != fold
        name = f"{article['title'].replace('/', '_')}.md"
        if kept:
            (folder / name).write_text(_markdown(article), encoding="utf-8")
        for paragraph in article["paragraphs"]:
            asked += (_of_article(entry, name if kept else "") for entry in paragraph["qas"])
    return Setup((Folder("articles", folder, EVERYONE),), {GENERAL: (EVERYONE,)}, tuple(asked))


def handbook(data: Path, out: Path) -> Setup:
    """Make a set of the files and questions of several organisations, some of them for one channel alone.

    Each set of channels that may see a document is a scope with a folder of its own; a file keeps its path
    in it and gets the time of its last change. A restricted question is asked where it may be answered,
    and again in a channel where it must not be.
    """
    documents = {entry["doc_id"]: entry for entry in _rows(data / "docs.jsonl")}
    for entry in documents.values():
        _copy(data / entry["path"], out / _scope(entry) / entry["path"], entry["last_modified"])
    scopes = sorted({_scope(entry) for entry in documents.values()})
    channels = {_channel(name) for entry in documents.values() for name in entry["allowed_channels"]} - {"*"}
    grants = {
        channel: tuple(scope for scope in scopes if scope == EVERYONE or channel in scope.split("+"))
        for channel in sorted({GENERAL, *channels})
    }
    questions = list(_rows(data / "questions.jsonl"))
    asked = [_where_allowed(question, documents) for question in questions]
    asked += [_elsewhere(question, documents) for question in questions if question["required_channels"]]
    return Setup(tuple(Folder(scope, out / scope, scope) for scope in scopes), grants, tuple(asked))


def _markdown(article: Mapping[str, Any]) -> str:
    title = article["title"].replace("_", " ")
    return "\n\n".join([f"# {title}", *(paragraph["context"] for paragraph in article["paragraphs"])]) + "\n"


def _of_article(entry: Mapping[str, Any], document: str) -> Asked:
    if not document:
        return Asked(entry["id"], entry["question"], GENERAL, "unanswerable")
    answers = tuple(dict.fromkeys(answer["text"] for answer in entry["answers"]))
    return Asked(entry["id"], entry["question"], GENERAL, "answerable", answers, (document,))


def _rows(file: Path) -> Iterable[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def _copy(file: Path, to: Path, changed: str | None) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, to)
    if changed:
        stamp = datetime.fromisoformat(changed).replace(tzinfo=UTC).timestamp()
        os.utime(to, (stamp, stamp))


def _channel(name: str) -> str:
    return name.removeprefix("#")


def _scope(document: Mapping[str, Any]) -> str:
    """Return the scope for exactly those channels that may see the document."""
    channels = sorted(map(_channel, document["allowed_channels"]))
    return EVERYONE if "*" in channels else "+".join(channels)


def _where_allowed(question: Mapping[str, Any], documents: Mapping[str, Mapping[str, Any]]) -> Asked:
    kind = question["question_type"]
    right = (
        [question["gold_answer"], *(entry["text"] for entry in question["evidence"])] if question["answerable"] else []
    )
    return Asked(
        question["question_id"],
        question["question"],
        _channel(question["required_channels"][0]) if question["required_channels"] else GENERAL,
        "upstream" if kind.startswith("upstream") else kind.replace("_", " "),
        # where the answer stands in several places, no single one of them is the whole of it
        tuple(right if len(right) == 2 else right[:1]),
        _paths(question["expected_doc_ids"], documents),
        outdated=_paths([trap["doc_id"] for trap in question["trap_docs"]], documents),
    )


def _elsewhere(question: Mapping[str, Any], documents: Mapping[str, Mapping[str, Any]]) -> Asked:
    """Return the question as it is asked where only the open ones of its documents may be seen, if any."""
    expected = question["expected_doc_ids"]
    is_open = {name: _scope(documents[name]) == EVERYONE for name in expected}
    return Asked(
        f"{question['question_id']}-elsewhere",
        question["question"],
        GENERAL,
        "asked elsewhere",
        documents=_paths([name for name in expected if is_open[name]], documents),
        forbidden=_paths([name for name in expected if not is_open[name]], documents),
    )


def _paths(names: Sequence[str], documents: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(documents[name]["path"] for name in names)
