"""The portal's first tables: sessions and overview rows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import create_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create everything."""
    create_tables(op)
    _sessions()
    _tilbud()
    _cases()
    _tilsyn_and_followers()


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id_hash", sa.LargeBinary, primary_key=True),
        sa.Column("sub", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("org_name", sa.Text, nullable=False),
        sa.Column("cvr", sa.Text, nullable=False),
        sa.Column("rights", JSONB, nullable=False),
        sa.Column("access_token", sa.LargeBinary, nullable=False),
        sa.Column("id_token", sa.LargeBinary, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])


def _tilbud() -> None:
    op.create_table(
        "tilbud",
        sa.Column("id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False, server_default="") for name in ("name", "search_text")),
        sa.Column("sort_key", sa.Text(collation="C"), nullable=False, server_default=""),
        *(sa.Column(name, sa.Text, nullable=False, server_default="") for name in ("operator_cvr", "operator_name")),
        sa.Column("facts_number", sa.Integer, nullable=False, server_default=sa.text("-1")),
        sa.Column("authority", sa.Text, nullable=True),
        sa.Column("previous_authority", sa.Text, nullable=True),
        sa.Column("authority_version", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("published", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("published_seen", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("followers_version", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("ceased_on", sa.Date, nullable=True),
        sa.Column("status", sa.Text, nullable=False, server_default="under-approval"),
        sa.Column("case_status", sa.Text, nullable=False, server_default=""),
        sa.Column("changed_at", TIME, nullable=True),
    )
    op.create_index("tilbud_operator", "tilbud", ["operator_cvr", "sort_key", "id"])
    op.create_index("tilbud_authority", "tilbud", ["authority", "sort_key", "id"])
    given_away = sa.text("previous_authority IS NOT NULL")
    op.create_index("tilbud_given_away", "tilbud", ["previous_authority"], postgresql_where=given_away)


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("tilbud_id", sa.Text, sa.ForeignKey("tilbud.id"), nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0"))
            for name in ("number", "revision", "stage")
        ),
        sa.Column("state", sa.Text, nullable=False, server_default="awaiting"),
        sa.Column("authority", sa.Text, nullable=True),
        sa.Column("authority_revision", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("steps", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
        sa.Column("submitted_at", TIME, nullable=True),
        sa.Column("changed_at", TIME, nullable=True),
    )
    op.create_index("ix_cases_tilbud_id", "cases", ["tilbud_id"])
    still_open = sa.text("state IN ('awaiting', 'returned')")
    op.create_index("cases_open", "cases", ["authority"], postgresql_where=still_open)


def _tilsyn_and_followers() -> None:
    op.create_table(
        "tilsyn",
        sa.Column("tilbud_id", sa.Text, sa.ForeignKey("tilbud.id"), primary_key=True),
        sa.Column("tilsyn_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("accepted_number", sa.Integer, nullable=False),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("intensified_until", sa.Date, nullable=True),
    )
    op.create_table(
        "followers",
        sa.Column("tilbud_id", sa.Text, sa.ForeignKey("tilbud.id"), primary_key=True),
        sa.Column("sub", sa.Text, primary_key=True),
        sa.Column("organisation", sa.Text, nullable=False),
    )
    op.create_index("followers_organisation", "followers", ["organisation", "tilbud_id"])
