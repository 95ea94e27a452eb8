"""A sync that was killed anywhere and started again ends like one that was not."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import uuid4

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Engine

from bot.domain import DocumentId, Passage, PassageId, Scope
from bot.intake import SourceTarget
from bot.ports import Synced, Vectors
from bot.records.documents import DocumentRecords
from bot.records.engine import open_records
from tests.fakes import FakeStore
from tests.unit.ingesting import EVERYONE, FINANCE, Folder, House

PLACES = 22
"""Where a sync could be killed: before and after every write."""


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Fuse:
    """Kills at a place, counted from 0; never if it is negative."""

    place: int = -1

    def burn(self) -> None:
        self.place -= 1
        if self.place == -1:
            raise Killed


class FragileStore(FakeStore):
    """A store whose process may end before and after each write."""

    def __init__(self, fuse: Fuse) -> None:
        """Die with this fuse."""
        super().__init__()
        self._fuse = fuse

    def upsert(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        self._fuse.burn()
        super().upsert(passages, vectors)
        self._fuse.burn()

    def delete_document(self, documents: Sequence[DocumentId]) -> None:
        self._fuse.burn()
        super().delete_document(documents)
        self._fuse.burn()

    def set_scopes(self, document: DocumentId, scopes: frozenset[Scope]) -> None:
        self._fuse.burn()
        super().set_scopes(document, scopes)


class FragileRecords(DocumentRecords):
    """Records whose process may end before each transaction and after the last one."""

    def __init__(self, engine: Engine, fuse: Fuse) -> None:
        """Die with this fuse."""
        super().__init__(engine)
        self._fuse = fuse

    def write(self, synced: Sequence[Synced], texts: Mapping[DocumentId, str]) -> None:
        self._fuse.burn()
        super().write(synced, texts)

    def retire(self, ids: Sequence[DocumentId]) -> None:
        self._fuse.burn()
        super().retire(ids)

    def forget(self, ids: Sequence[DocumentId]) -> None:
        self._fuse.burn()
        super().forget(ids)
        self._fuse.burn()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_records("", tmp_path_factory.mktemp("home"))
    yield engine
    engine.dispose()


def before() -> Folder:
    """Return what came in before the sync that is killed."""
    folder = Folder()
    for name in ("stays", "changes", "goes", "goes-too", "turns-bad", "moves"):
        folder.put(f"/f/{name}.md", f"# {name}\n\nOne about {name}.\n\n## More\n\nTwo about {name}.")
    folder.put("/f/renamed.md", "Named after its file.")
    return folder


def change(folder: Folder) -> None:
    """Do all at once that can happen to a source, in more than one batch."""
    folder.put("/f/changes.md", "# changes\n\nOne about changes.\n\n## More\n\nAnother two.")
    folder.put("/f/turns-bad.md", "corrupt")
    folder.put("/f/bad.md", "corrupt from the start")
    folder.move("/f/moves.md", "/f/there/moves.md")
    folder.move("/f/renamed.md", "/f/there/called-otherwise.md")
    for uri in ("/f/goes.md", "/f/goes-too.md"):
        del folder.texts[uri]
    for number in range(64):
        folder.put(f"/f/new/{number:02}.md", f"New text {number}.")


def killed_at(place: int, engine: Engine) -> House:
    """Return a house in which a sync with new scopes was killed at a place."""
    fuse = Fuse()
    target = SourceTarget(uuid4().hex, "/f", EVERYONE)
    house = House(FragileRecords(engine, fuse), target, before(), FragileStore(fuse))
    house.sync()
    change(house.folder)
    house.target = replace(house.target, scopes=FINANCE)
    fuse.place = place
    with suppress(Killed):
        house.sync(allow_deletions=True)
    fuse.place = -1
    return house


def state(house: House) -> dict[str, object]:
    """Return all that a sync leaves behind, less the ids and version numbers, which differ from house to house."""
    passages = house.passages()
    known = {row.document.id for row in house.rows.values()}
    assert passages.keys() <= known
    answerable = house.documents.by_id(known)
    return {
        uri: (
            replace(row, document=replace(row.document, id=DocumentId(""), source=""), version=""),
            row.document.id in answerable,
            row.version == house.folder.versions[uri],
            house.documents.text(row.document.id) if row.passages else "",
            [replace(found, id=PassageId(""), document=DocumentId("")) for found in passages.get(row.document.id, [])],
            [list(vector) for vector in vectors(house, passages.get(row.document.id, []))],
        )
        for uri, row in sorted(house.rows.items())
    }


def vectors(house: House, passages: Sequence[Passage]) -> list[NDArray[np.float32]]:
    kept = house.store.vectors([passage.id for passage in passages])
    return [kept[passage.id] for passage in passages]


@pytest.fixture(scope="module")
def unkilled(engine: Engine) -> dict[str, object]:
    return state(killed_at(-1, engine))


@pytest.mark.parametrize("place", range(PLACES))
def test_the_next_sync_ends_as_if_nothing_had_happened(place: int, engine: Engine, unkilled: dict[str, object]) -> None:
    house = killed_at(place, engine)
    between = house.texts()
    assert all(between.values()), "a document is answered from before its passages are in"
    assert {"/f/stays.md", "/f/changes.md", "/f/turns-bad.md"} <= between.keys()
    house.sync()
    assert state(house) == unkilled
    assert house.sync().embedded == 0


def test_a_sync_has_no_more_places_to_be_killed_at(engine: Engine, unkilled: dict[str, object]) -> None:
    assert state(killed_at(PLACES, engine)) == unkilled
