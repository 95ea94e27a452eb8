"""Where records and store differ, and how the next sync is made to put it right."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.domain import DocumentId
from bot.ports import Synced
from bot.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Differences:
    """What a comparison found."""

    documents: int
    """In the records."""
    passages: int
    """In the store."""
    rows: tuple[Synced, ...]
    """Whose passages in the store are not as many as they should be."""
    stored: Mapping[DocumentId, int]
    unknown: tuple[DocumentId, ...]
    """Of which the store has passages, although the records do not know them."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the sources that have to be synced again."""
        return tuple(sorted({row.document.source for row in self.rows}))

    @property
    def differing(self) -> list[tuple[str, int, int]]:
        """Return uri, expected and stored passages of each differing document."""
        return [(row.document.uri, row.passages, self.stored.get(row.document.id, 0)) for row in self.rows]


def differences(parts: Wiring) -> Differences:
    """Compare, in both directions."""
    stored = parts.passages.documents()
    rows = [row for source in parts.sources.all() for row in parts.documents.of_source(source.name).values()]
    known = {row.document.id for row in rows}
    return Differences(
        documents=len(rows),
        passages=sum(stored.values()),
        rows=tuple(row for row in rows if row.passages != stored.get(row.document.id, 0)),
        stored=stored,
        unknown=tuple(sorted(stored.keys() - known)),
    )


def prepare_mending(parts: Wiring, found: Differences) -> None:
    """Remove what nobody knows, and unsettle what differs, so that the next sync writes it again."""
    if found.unknown:
        parts.passages.delete_document(found.unknown)
    parts.documents.write([replace(row, settled=False, problem="") for row in found.rows], {})
