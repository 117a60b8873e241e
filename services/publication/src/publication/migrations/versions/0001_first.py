"""The first tables: what is known, the public history, the feed, the search.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.tables import create_tables

revision = "0001"
down_revision = None

CURRENT = sa.text("valid_to IS NULL")
TEXTS = postgresql.ARRAY(sa.Text)


def upgrade() -> None:
    """Create everything."""
    # pg_trgm is a trusted extension: the owner of the database may create it.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    create_tables(op)
    _create_records()
    _create_feed()
    _create_search()


def _create_records() -> None:
    op.create_table(
        "tilbud",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("known", postgresql.JSONB, nullable=False, server_default="{}"),
        sa.Column("address_hidden", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("version", sa.Integer, nullable=False, server_default="0"),
        sa.Column("record", postgresql.JSONB),
        sa.Column("sequence", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_table(
        "public_versions",
        sa.Column("tilbud_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("changes", postgresql.JSONB, nullable=False),
        sa.Column("record", postgresql.JSONB),
    )


def _create_feed() -> None:
    op.create_table(
        "feed_pending",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("tilbud_id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "feed_head",
        sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("sequence", sa.Integer, nullable=False, server_default="0"),
    )
    op.execute("INSERT INTO feed_head (id) VALUES (1)")
    op.create_table(
        "feed",
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("tilbud_id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("latest", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(
            ["tilbud_id", "version"], ["public_versions.tilbud_id", "public_versions.version"], name="feed_version"
        ),
    )
    op.create_index("feed_latest", "feed", ["tilbud_id"], unique=True, postgresql_where=sa.text("latest"))
    _notify("feed_pending")
    _notify("feed")


def _notify(table: str) -> None:
    """Wake the listeners on the channel called like ``table`` when rows of it are committed."""
    op.execute(
        f"CREATE FUNCTION notify_{table}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN PERFORM pg_notify('{table}', ''); RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_written AFTER INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION notify_{table}()"
    )


def _create_search() -> None:
    document = (
        "setweight(to_tsvector('danish'::regconfig, title), 'A')"
        " || setweight(to_tsvector('danish'::regconfig, words), 'C')"
    )
    op.create_table(
        "search_rows",
        sa.Column("tilbud_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("department_id", sa.Text, primary_key=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True)),
        sa.Column("sort_name", sa.Text(collation="C"), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("document", postgresql.TSVECTOR, sa.Computed(document, persisted=True), nullable=False),
        *(sa.Column(name, TEXTS, nullable=False) for name in ("audiences", "legal_bases", "target_groups")),
        *(sa.Column(name, TEXTS, nullable=False) for name in ("services", "methods", "approaches")),
        sa.Column("ages", postgresql.ARRAY(sa.SmallInteger), nullable=False),
        sa.Column("municipality", sa.Text, nullable=False),
        sa.Column("region", sa.Text),
        sa.Column("operator_kind", sa.Text, nullable=False),
        sa.Column("night_staff", sa.Text),
        sa.Column("accessible", sa.Boolean, nullable=False),
        sa.Column("prison_approved", sa.Boolean, nullable=False),
        sa.Column("vacancies", sa.Integer),
        sa.Column("rate_oere", sa.BigInteger),
        *(sa.Column(name, sa.Double) for name in ("quality", "latitude", "longitude")),
        sa.Column("item", postgresql.JSONB, nullable=False),
    )
    _index_search()


def _index_search() -> None:
    for column in ("legal_bases", "target_groups", "services", "ages", "document"):
        op.create_index(
            f"search_rows_{column}", "search_rows", [column], postgresql_using="gin", postgresql_where=CURRENT
        )
    for column in ("words", "title"):
        op.create_index(
            f"search_rows_{column}",
            "search_rows",
            [column],
            postgresql_using="gin",
            postgresql_ops={column: "gin_trgm_ops"},
            postgresql_where=CURRENT,
        )
    op.create_index("search_rows_municipality", "search_rows", ["municipality"], postgresql_where=CURRENT)
    op.create_index(
        "search_rows_past",
        "search_rows",
        ["valid_from", "valid_to"],
        postgresql_where=sa.text("valid_to IS NOT NULL"),
    )
