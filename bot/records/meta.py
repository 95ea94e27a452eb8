"""Single facts about a home, such as the vector space of its passages."""

from sqlalchemy import Engine, select

from bot.records.statements import insert_or_replace
from bot.records.tables import meta
from bot.records.transactions import reading, writing


class MetaRecords:
    """Texts by key."""

    def __init__(self, engine: Engine) -> None:
        """Use a database that `open_records` opened."""
        self._engine = engine

    def get(self, key: str) -> str | None:
        """Return what is kept under a key, None where nothing is."""
        with reading(self._engine) as connection:
            return connection.scalar(select(meta.c.value).where(meta.c.key == key))

    def put(self, key: str, value: str) -> None:
        """Keep a value under a key, in place of any earlier one."""
        with writing(self._engine) as connection:
            insert_or_replace(connection, meta, [{"key": key, "value": value}])
