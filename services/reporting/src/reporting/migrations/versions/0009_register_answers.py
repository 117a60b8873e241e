"""What the registers said of a tilbud's company and EAN numbers; the worker asks for what stands already.

The release before neither writes nor reads the columns. What is stored takes the form in which it is entered now: one
form of a telephone number, and a name that can be seen. Who has a copy gets it with ``make republish S=reporting``.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

# Blanks, soft hyphens, fillers and marks without width: a name of these alone cannot be seen.
INVISIBLE = (
    r"[\s\u00A0\u00AD\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180E"
    r"\u2000-\u200F\u2028-\u202F\u205F-\u206F\u2800\u3000\u3164\uFE00-\uFE0F\uFEFF\uFFA0]"
)
PHONES = ("{phone}", "{leader,phone}", "{contact_person,phone}")


def upgrade() -> None:
    """Add the columns, and bring what is stored into the form in which it is entered now."""
    op.add_column("tilbud", sa.Column("company_name", sa.String))
    op.add_column("tilbud", sa.Column("company_form", sa.String))
    op.add_column(
        "tilbud",
        sa.Column("ean_owners", postgresql.JSONB, nullable=False, server_default=sa.text("'{}'")),
    )
    op.add_column("tilbud", sa.Column("registers_asked_at", sa.DateTime(timezone=True)))
    mend()


def mend() -> None:
    """Bring names and telephone numbers into the form in which they are entered now; twice does no harm."""
    seen = f"regexp_replace(name, '{INVISIBLE}', '', 'g')"
    op.execute(f"UPDATE tilbud SET name = 'Uden navn (' || id || ')' WHERE {seen} = ''")  # noqa: S608
    for column in ("leader", "contact"):
        _write_phones("tilbud", column, "{phone}", "true")
    # What was approved stays as it was approved; others have copies of it.
    for path in PHONES:
        _write_phones("draft_steps", "data", path, "step = 'contact'")


def _write_phones(table: str, column: str, path: str, where: str) -> None:
    """Give the telephone numbers of ``column`` their one form: no blanks, and no +45 before eight digits."""
    typed = f"{column} #>> '{path}'"
    plain = f"regexp_replace({typed}, '\\s', '', 'g')"
    stored = f"regexp_replace({plain}, '^[+]45([0-9]{{8}})$', '\\1')"
    change = f"UPDATE {table} SET {column} = jsonb_set({column}, '{path}', to_jsonb({stored}))"  # noqa: S608
    op.execute(f"{change} WHERE {where} AND {typed} IS DISTINCT FROM {stored}")
