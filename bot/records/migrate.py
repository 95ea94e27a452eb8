"""Bringing a database to this version's schema; loaded only where one is not there yet."""

from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from bot.errors import HomeTooNew
from bot.records.addresses import home_of
from bot.records.statements import in_turn
from bot.records.tables import SCHEMA
from bot.records.transactions import revision, writing

log = structlog.get_logger()


def upgrade(engine: Engine) -> None:
    """Migrate a database in one transaction; one that another process migrates meanwhile is waited for.

    Raises `HomeTooNew` where this version does not know the schema that is there.
    """
    config = configuration()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with writing(engine) as connection:
        in_turn(connection, "migrations")
        stored = revision(connection)
        if stored is not None and stored not in known:
            raise HomeTooNew(home=home_of(engine.url), schema=stored)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    log.info("records.migrated", before=stored or "", after=SCHEMA)


def configuration() -> Config:
    """Return Alembic's configuration, which needs no file of its own."""
    config = Config()
    folder = str(Path(__file__).with_name("migrations"))
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config
