"""Every table. A change here comes with a migration, and with a line in `export` if it concerns a person."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, Table

from bot.records.columns import SEQUENCE, CleanJson, CleanText, Instant, ScopeSet

SCHEMA = "0003"
"""The migration that leads to these tables; repeated here so that opening a home need not load Alembic."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

people = Table(
    "people",
    metadata,
    Column("id", CleanText, primary_key=True),  # random, so that it says nothing about the person
    Column("role", CleanText),
)

identities = Table(
    "identities",
    metadata,
    Column("identity", CleanText, primary_key=True),
    Column("person", CleanText, ForeignKey("people.id"), nullable=False, index=True),
)

# Held by identities, not persons: a platform reports the groups of its own identities only.
memberships = Table(
    "memberships",
    metadata,
    Column("group_name", CleanText, primary_key=True),
    Column("identity", CleanText, ForeignKey("identities.identity"), primary_key=True, index=True),
)

grants = Table(
    "grants",
    metadata,
    Column("subject", CleanText, primary_key=True),
    Column("scope", CleanText, primary_key=True, index=True),
)

sources = Table(
    "sources",
    metadata,
    Column("name", CleanText, primary_key=True),
    Column("uri", CleanText, nullable=False),
    Column("scopes", ScopeSet, nullable=False),
    Column("synced", Instant),
    Column("counts", CleanJson),
    Column("failures", CleanJson),
)

# No uniqueness of (source, uri): two files that swap their names do so row by row.
documents = Table(
    "documents",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("source", CleanText, nullable=False, index=True),
    Column("uri", CleanText, nullable=False),
    Column("title", CleanText, nullable=False),
    Column("scopes", ScopeSet, nullable=False),
    Column("modified", Instant),
    Column("language", CleanText, nullable=False),
    Column("version", CleanText, nullable=False),
    Column("content", CleanText, nullable=False),
    Column("passages", Integer, nullable=False),
    Column("settled", Boolean, nullable=False),
    Column("problem", CleanText, nullable=False),
    Column("answerable", Boolean, nullable=False),
    Column("searched", CleanText, nullable=False, server_default=""),  # title and uri, folded
)

# Apart from `documents`, so that listing a source does not read its texts.
document_texts = Table(
    "document_texts",
    metadata,
    Column("document", CleanText, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("text", CleanText, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("seq", SEQUENCE, primary_key=True),
    Column("id", CleanText, nullable=False, unique=True),
    Column("question", CleanText, nullable=False),
    Column("asker", CleanText, nullable=False, index=True),
    Column("channel", CleanText),
    Column("members", CleanJson, nullable=False),
    Column("outsiders", Boolean, nullable=False),
    Column("conversation", CleanText, nullable=False),
    Column("text", CleanText, nullable=False),
    Column("citations", CleanJson, nullable=False),
    Column("release", CleanText, nullable=False),
    Column("abstained", Boolean, nullable=False),
    Column("language", CleanText, nullable=False),
    Column("created", Instant, nullable=False, index=True),
    Column("scopes", CleanJson, nullable=False),
    Column("trace", CleanJson, nullable=False),
    Column("seconds", CleanJson, nullable=False),
    Index(None, "conversation", "created"),
    sqlite_autoincrement=True,
)

# One row a press, never changed; `seq` is never used twice, so that a reader can go on after the last one it saw.
votes = Table(
    "votes",
    metadata,
    Column("seq", SEQUENCE, primary_key=True),
    Column("id", CleanText, nullable=False, unique=True),
    Column("answer", CleanText, ForeignKey("answers.id"), nullable=False, index=True),
    Column("person", CleanText, nullable=False, index=True),
    Column("verdict", CleanText, nullable=False),
    Column("reason", CleanText, nullable=False),
    Column("better", CleanText, nullable=False),
    Column("at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

releases = Table(
    "releases",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("model", CleanText, nullable=False),
    Column("fingerprint", CleanText, nullable=False),
    Column("template", CleanText, nullable=False),
    Column("adapter", CleanText, nullable=False),
    Column("dataset", CleanText, nullable=False),
    Column("report", CleanText, nullable=False),
    Column("audience", CleanText, nullable=False),
    Column("created", Instant, nullable=False),
)

# The pointer and its history in one: the last row of an audience says which release answers it.
promotions = Table(
    "promotions",
    metadata,
    Column("seq", SEQUENCE, primary_key=True),
    Column("audience", CleanText, nullable=False),
    Column("release", CleanText, ForeignKey("releases.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "audience", "seq"),
    sqlite_autoincrement=True,
)

# Questions that a door took, each from being asked until somebody can read its answer.
inbox = Table(
    "inbox",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("door", CleanText, nullable=False),
    Column("person", CleanText, nullable=False),
    Column("conversation", CleanText, nullable=False),
    Column("payload", CleanJson, nullable=False),
    Column("created", Instant, nullable=False),
    Column("claimed_by", CleanText),
    Column("lease_until", Instant),
    Column("attempts", Integer, nullable=False),
    Column("state", CleanText, nullable=False),  # waiting, answering, done, failed or stopped
    Column("answer", CleanText),
    Column("sentence", CleanText, nullable=False),
    Index(None, "state", "created"),
    Index(None, "conversation", "created"),
    Index(None, "person", "created"),
)

# Of a token only the hash is kept: who reads this table cannot sign in with it.
sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", CleanText, primary_key=True),
    Column("person", CleanText, nullable=False, index=True),
    Column("csrf", CleanText, nullable=False),
    Column("created", Instant, nullable=False),
    Column("seen", Instant, nullable=False),
    Column("expires", Instant, nullable=False, index=True),
    Column("claims", CleanJson, nullable=False),
)

passwords = Table(
    "passwords",
    metadata,
    Column("person", CleanText, primary_key=True),
    Column("hash", CleanText, nullable=False),
    Column("changed", Instant, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("token_hash", CleanText, primary_key=True),
    Column("person", CleanText, nullable=False, index=True),
    Column("role", CleanText),
    Column("expires", Instant, nullable=False),
    Column("used", Instant),
)

meta = Table(
    "meta",
    metadata,
    Column("key", CleanText, primary_key=True),
    Column("value", CleanText, nullable=False),
)
