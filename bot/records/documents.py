"""What is known of every document that came in; its scopes here decide."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, delete, select, update

from bot.addresses import shown
from bot.domain import Document, DocumentId
from bot.errors import NotFound
from bot.ports import Synced
from bot.records.columns import folded
from bot.records.statements import insert_or_replace, portions
from bot.records.tables import document_texts, documents, sources
from bot.records.transactions import reading, writing


class DocumentRecords:
    """`bot.ports.Documents` in the database.

    A document may be answered from since it was first written settled and until it is retired; it stays so
    while a changed version of it is being written, which is unsettled for that time.
    """

    def __init__(self, engine: Engine) -> None:
        """Use a database that `open_records` opened."""
        self._engine = engine

    def by_id(self, ids: Iterable[DocumentId]) -> Mapping[DocumentId, Document]:
        """Return those that exist and may be answered from."""
        found: dict[DocumentId, Document] = {}
        with reading(self._engine) as connection:
            for portion in portions(ids):
                wanted = select(documents).where(documents.c.id.in_(portion), documents.c.answerable)
                found |= {row["id"]: _document_of(row) for row in connection.execute(wanted).mappings()}
        return found

    def of_source(self, source: str) -> Mapping[str, Synced]:
        """Return everything known of a source, by uri, that which was retired included."""
        known = select(documents).where(documents.c.source == source).order_by(documents.c.uri, documents.c.id)
        with reading(self._engine) as connection:
            return {row["uri"]: _synced_of(row) for row in connection.execute(known).mappings()}

    def write(self, synced: Sequence[Synced], texts: Mapping[DocumentId, str]) -> None:
        """Insert or replace these rows, and the texts that are given, in one transaction.

        A retired document may be answered from again as soon as it is written settled. The scopes are those
        that the source has by now, so that a sync which began with others does not bring them back.
        """
        rows = [{"document": document, "text": text} for document, text in sorted(texts.items())]
        with writing(self._engine) as connection:
            insert_or_replace(connection, documents, _rows(connection, synced), sticky={"answerable"})
            insert_or_replace(connection, document_texts, rows)

    def text(self, document: DocumentId) -> str:
        """Return the whole text of a document; raises `NotFound` where none is kept."""
        kept = select(document_texts.c.text).where(document_texts.c.document == document)
        with reading(self._engine) as connection:
            text: str | None = connection.scalar(kept)
        if text is None:
            raise NotFound(kind="document", name=document, hint="It may have been removed since.")
        return text

    def retire(self, ids: Sequence[DocumentId]) -> None:
        """Hide these from answers at once, and unsettle them, so that the next sync deals with what is left."""
        with writing(self._engine) as connection:
            for portion in portions(ids):
                hidden = update(documents).where(documents.c.id.in_(portion))
                connection.execute(hidden.values(answerable=False, settled=False))

    def forget(self, ids: Sequence[DocumentId]) -> None:
        """Remove these rows and their texts; unknown ones are fine."""
        with writing(self._engine) as connection:
            for portion in portions(ids):
                connection.execute(delete(documents).where(documents.c.id.in_(portion)))


def _rows(connection: Connection, synced: Sequence[Synced]) -> list[dict[str, Any]]:
    named = {each.document.source for each in synced}
    # Locked, so that whoever changes the scopes meanwhile finds these documents.
    held = select(sources.c.name, sources.c.scopes).where(sources.c.name.in_(named)).with_for_update(read=True)
    in_force = {row.name: row.scopes for row in connection.execute(held)}
    ordered = sorted(synced, key=lambda each: each.document.id)
    return [{**_row(each), "scopes": in_force.get(each.document.source, each.document.scopes)} for each in ordered]


def _row(synced: Synced) -> dict[str, Any]:
    document = synced.document
    return {
        "id": document.id,
        "source": document.source,
        "uri": document.uri,
        "title": document.title,
        "scopes": document.scopes,
        "modified": document.modified,
        "language": document.language,
        "version": synced.version,
        "content": synced.content,
        "passages": synced.passages,
        "settled": synced.settled,
        "problem": synced.problem,
        "answerable": synced.settled,
        "searched": folded(f"{document.title}\n{document.uri}"),
    }


def _document_of(row: RowMapping) -> Document:
    return Document(
        id=row["id"],
        source=row["source"],
        uri=shown(row["uri"]),
        title=row["title"],
        scopes=row["scopes"],
        modified=row["modified"],
        language=row["language"],
    )


def _synced_of(row: RowMapping) -> Synced:
    return Synced(
        document=_document_of(row),
        version=row["version"],
        content=row["content"],
        passages=row["passages"],
        settled=row["settled"],
        problem=row["problem"],
    )
