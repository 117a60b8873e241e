"""The first tables: tilbud, users, follows and mails."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import create_tables

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create every table."""
    create_tables(op)
    _create_tilbud()
    _create_people()
    _create_mails()


def _create_tilbud() -> None:
    op.create_table(
        "tilbud",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text),
        sa.Column("operator_cvr", sa.Text),
        sa.Column("content_number", sa.Integer, nullable=False, server_default="-1"),
        sa.Column("authority", sa.Text),
        sa.Column("authority_version", sa.Integer, nullable=False, server_default="0"),
        sa.Column("authorities", JSONB, nullable=False, server_default="[]"),
        sa.Column("is_public", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("public_sequence", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("followers_version", sa.Integer, nullable=False, server_default="0"),
        sa.Column("sequence", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_index("tilbud_operator_cvr", "tilbud", ["operator_cvr", "id"])
    op.create_index("tilbud_authority", "tilbud", ["authority", "id"])


def _create_people() -> None:
    op.create_table(
        "users",
        sa.Column("sub", sa.Text, primary_key=True),
        sa.Column("email", sa.Text),
        sa.Column("own_email", sa.Text),
        sa.Column("mails", JSONB, nullable=False, server_default="{}"),
        sa.Column("version", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_table(
        "follows",
        sa.Column("tilbud_id", sa.Text, primary_key=True),
        sa.Column("sub", sa.Text, primary_key=True),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("followed_at", INSTANT, nullable=False),
    )
    op.create_index("follows_sub", "follows", ["sub", "tilbud_id"])


def _create_mails() -> None:
    op.create_table(
        "mails",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("tilbud_id", sa.Text, nullable=False),
        sa.Column("fact", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("sub", sa.Text),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="owed"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT),
        sa.Column("smtp_code", sa.Integer),
        sa.UniqueConstraint("tilbud_id", "fact", "kind", "email", name="mails_once"),
    )
    op.create_index("mails_due", "mails", ["next_at"], postgresql_where=sa.text("state = 'owed'"))
    op.create_index("mails_tilbud_id", "mails", ["tilbud_id", "id"])
