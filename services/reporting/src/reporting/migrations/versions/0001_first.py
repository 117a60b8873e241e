"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import CreateSequence

from chassis.tables import create_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_tables(op)
    op.execute(CreateSequence(sa.Sequence("tilbud_numbers", start=6325)))
    op.create_table(
        "tilbud",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", JSONB(), nullable=False),
        sa.Column("cvr", sa.String(), nullable=False),
        sa.Column("operator_kind", sa.String(), nullable=False),
        sa.Column("operator_municipality", sa.String(), nullable=True),
        sa.Column("operator_region", sa.String(), nullable=True),
        sa.Column("primary_legal_basis", sa.String(), nullable=False),
        sa.Column("legal_bases", JSONB(), nullable=False),
        sa.Column("leader", JSONB(), nullable=False),
        sa.Column("contact", JSONB(), nullable=True),
        sa.Column("facts_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_by_authority", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("application_authority", sa.String(), nullable=True),
        sa.Column("application_id", sa.String(), nullable=True),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("authority_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("vacancies", JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("vacancies_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("vacancies_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ceased_on", sa.Date(), nullable=True),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("application_authority", "application_id", name="tilbud_application"),
    )
    op.create_index("tilbud_authority", "tilbud", ["authority"], unique=False)
    op.create_index("tilbud_cvr", "tilbud", ["cvr"], unique=False)
    op.create_index("tilbud_name", "tilbud", ["name", "id"], unique=False)
    op.create_table(
        "actions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("tilbud_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("by", JSONB(), nullable=True),
        sa.Column("details", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tilbud_id"],
            ["tilbud.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("actions_tilbud", "actions", ["tilbud_id", "id"], unique=False)
    op.create_table(
        "approved_steps",
        sa.Column("tilbud_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", JSONB(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tilbud_id"],
            ["tilbud.id"],
        ),
        sa.PrimaryKeyConstraint("tilbud_id", "key", "number"),
    )
    op.create_table(
        "cpr_accesses",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("tilbud_id", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("by", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tilbud_id"],
            ["tilbud.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("cpr_accesses_tilbud", "cpr_accesses", ["tilbud_id", "id"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tilbud_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", JSONB(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tilbud_id"],
            ["tilbud.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "drafts_current", "drafts", ["tilbud_id"], unique=True, postgresql_where=sa.text("replaced_at IS NULL")
    )
    op.create_index("drafts_replaced", "drafts", ["tilbud_id", "replaced_at"], unique=False)
    op.create_table(
        "leader_cprs",
        sa.Column("tilbud_id", sa.String(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tilbud_id"],
            ["tilbud.id"],
        ),
        sa.PrimaryKeyConstraint("tilbud_id"),
    )
    op.create_table(
        "new_starts",
        sa.Column("tilbud_id", sa.String(), nullable=False),
        sa.Column("sub", sa.String(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("draft_revision", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tilbud_id"],
            ["tilbud.id"],
        ),
        sa.PrimaryKeyConstraint("tilbud_id", "sub"),
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tilbud_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("initial", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("form_version", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", JSONB(), nullable=False),
        sa.Column("authority", sa.String(), nullable=True),
        sa.Column("return_reason", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", JSONB(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tilbud_id"],
            ["tilbud.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tilbud_id", "number", name="submissions_number"),
    )
    op.create_table(
        "tilsyn_seen",
        sa.Column("tilbud_id", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("tilsyn_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("accepted_number", sa.Integer(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("intensified_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tilbud_id"],
            ["tilbud.id"],
        ),
        sa.PrimaryKeyConstraint("tilbud_id", "authority", "tilsyn_id"),
    )
    op.create_table(
        "draft_steps",
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("data", JSONB(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("draft_id", "step"),
    )
    op.create_table(
        "step_locks",
        sa.Column("tilbud_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("submission_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tilbud_id"],
            ["tilbud.id"],
        ),
        sa.PrimaryKeyConstraint("tilbud_id", "key"),
    )
    op.create_table(
        "submission_steps",
        sa.Column("submission_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("data", JSONB(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("decided_by", JSONB(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
        ),
        sa.PrimaryKeyConstraint("submission_id", "key"),
    )
