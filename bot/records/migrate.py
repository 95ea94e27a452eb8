"""Bringing a database to this version's schema; loaded only where one is not there yet."""

from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, func, select

from bot.errors import HomeTooNew
from bot.records.tables import SCHEMA
from bot.records.transactions import home_of, writing

_LOCK = 0x617474756E65
"""Names the PostgreSQL advisory lock of those who migrate ('attune' in ASCII)."""

log = structlog.get_logger()


def upgrade(engine: Engine, stored: str | None) -> None:
    """Migrate from the `stored` schema (None for an empty database) in one transaction.

    Raises `HomeTooNew` where this version does not know the stored schema.
    """
    config = configuration()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if stored is not None and stored not in known:
        raise HomeTooNew(home=home_of(engine.url), schema=stored)
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    log.info("records.migrated", before=stored or "", after=SCHEMA)


def configuration() -> Config:
    """Return Alembic's configuration, which needs no file of its own."""
    config = Config()
    folder = str(Path(__file__).with_name("migrations"))
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config
