"""Fresh places for records: a home of its own, and on PostgreSQL a database of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from alembic import command
from sqlalchemy import text

from bot.records.addresses import address
from bot.records.connections import engine_for
from bot.records.engine import open_records
from bot.records.migrate import configuration
from bot.records.transactions import writing
from tests.contract.records_cases import Place
from tests.servers.postgres import Cluster

_SOURCE = """INSERT INTO sources (name, uri, scopes) VALUES ('handbook', '/srv', '["everyone"]')"""
_DOCUMENT = """
    INSERT INTO documents (id, source, uri, title, scopes, language, version, content, passages, settled, problem,
        answerable)
    VALUES ('d', 'handbook', '/d.md', 'LÍNEA', '["everyone"]', 'es', '1', 'hash', 1, true, '', true)
"""


def fill_first_version(place: Place) -> None:
    """Leave a source and a document, as the first version did, in a place that nobody has opened."""
    engine = engine_for(address(place.url, place.home))
    config = configuration()
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text(_SOURCE))
        connection.execute(text(_DOCUMENT))
    engine.dispose()


class Places:
    """Makes places; the tables of those on PostgreSQL are copied, which is quicker than to migrate."""

    def __init__(self, cluster: Callable[[], Cluster], folders: pytest.TempPathFactory) -> None:
        """Start nothing yet."""
        self._cluster = cluster
        self._folders = folders
        self._template = ""

    @contextmanager
    def fresh(self, database: str, *, bare: bool = False) -> Iterator[Place]:
        """Give a place of this kind; `bare`, it was never opened."""
        home = self._folders.mktemp("home")
        with ExitStack() as stack:
            if database == "sqlite":
                url = ""
            elif bare:
                url = stack.enter_context(self._cluster().database())
            else:
                url = stack.enter_context(self._cluster().database(self._migrated()))
            place = Place(home, url)
            if not (url or bare):
                open_records(url, home).dispose()
            yield place

    def _migrated(self) -> str:
        """Return the database that the others are copies of."""
        if not self._template:
            name = self._cluster().create("attune_template")
            open_records(self._cluster().url(name), self._folders.mktemp("template")).dispose()
            self._template = name
        return self._template
