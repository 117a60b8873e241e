"""The chassis' own tables, which stand in every service's database beside the service's own.

A service's first migration calls ``create_tables(op)``; later changes here get a function of their own.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()


def _id() -> Column[Any]:
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def _keys(*names: str) -> list[Column[Any]]:
    return [Column(name, Text, primary_key=True) for name in names]


def _texts(*names: str) -> list[Column[Any]]:
    return [Column(name, Text, nullable=False) for name in names]


def _created() -> Column[Any]:
    return Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now())


outbox = Table(
    "outbox",
    metadata,
    _id(),
    *_texts("topic", "key"),
    Column("headers", JSONB, nullable=False),
    Column("value", LargeBinary),
    _created(),
)

inbox = Table("inbox", metadata, *_keys("handler", "source", "id"), _created(), Index("inbox_created_at", "created_at"))

dead_letters = Table(
    "dead_letters",
    metadata,
    _id(),
    *_texts("handler", "state", "topic"),
    Column("partition", BigInteger, nullable=False),
    Column("offset", BigInteger, nullable=False),
    *_texts("key", "reason"),
    Column("headers", JSONB, nullable=False),
    Column("value", LargeBinary),
    _created(),
    Column("settled_at", DateTime(timezone=True)),
    Index("dead_letters_open", "handler", "key", postgresql_where="settled_at IS NULL"),
)

idempotency = Table(
    "idempotency",
    metadata,
    *_keys("caller", "method", "path", "key"),
    *_texts("request_hash"),
    Column("status", SmallInteger),
    Column("headers", JSONB),
    Column("body", LargeBinary),
    _created(),
    Index("idempotency_created_at", "created_at"),
)

OUTBOX_CHANNEL = "outbox"

# The relay sleeps until something is committed: the notification leaves with the commit.
_NOTIFY = f"""CREATE FUNCTION notify_outbox() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('{OUTBOX_CHANNEL}', ''); RETURN NULL; END $$"""
_TRIGGER = "CREATE TRIGGER outbox_written AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION notify_outbox()"


def create_tables(op: Any) -> None:
    """Create the chassis' tables; ``op`` is Alembic's operations object."""
    metadata.create_all(op.get_bind())
    op.execute(_NOTIFY)
    op.execute(_TRIGGER)
