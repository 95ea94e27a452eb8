"""What words are looked for in, and on PostgreSQL the order of texts."""

import sqlalchemy as sa
from alembic import op

from bot.records.columns import folded

revision = "0003"
down_revision = "0002"

_TABLES = (
    "people identities memberships grants sources documents document_texts answers votes releases promotions meta "
    "inbox sessions passwords invitations"
).split()
_DOCUMENTS = sa.table("documents", *(sa.column(name) for name in ("id", "title", "uri", "searched")))


def upgrade() -> None:
    """Fold the titles and addresses that are there, and order texts by code points everywhere."""
    op.add_column("documents", sa.Column("searched", sa.Text, nullable=False, server_default=""))
    known = sa.select(_DOCUMENTS.c.id, _DOCUMENTS.c.title, _DOCUMENTS.c.uri)
    for row in op.get_bind().execute(known).all():
        this = sa.update(_DOCUMENTS).where(_DOCUMENTS.c.id == row.id)
        op.execute(this.values(searched=folded(f"{row.title}\n{row.uri}")))
    if op.get_bind().dialect.name == "postgresql":
        _order_by_code_points()


def _order_by_code_points() -> None:
    """Sort as SQLite does, whatever the locale of the server; it was the locale's order so far."""
    inspector = sa.inspect(op.get_bind())
    for table in _TABLES:
        texts = [column["name"] for column in inspector.get_columns(table) if isinstance(column["type"], sa.Text)]
        with op.batch_alter_table(table) as batch:
            for name in texts:
                batch.alter_column(name, type_=sa.Text(collation="C"))
