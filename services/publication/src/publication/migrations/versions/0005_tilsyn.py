"""Every tilsyn is a row of its own, so that the row of a tilbud holds those only that can count.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

ROLES = ("decides", "ends_approval", "opens_again", "has_sanctions")
# A worker of the version before reads and adds tilsyn in the row of the tilbud; the next look at it moves them.
MOVE = """
INSERT INTO tilsyn (tilbud_id, authority, tilsyn_id, version, decided_on, accepted_number,
  decides, ends_approval, opens_again, has_sanctions, data)
SELECT id, data->>'authority', data->>'tilsyn_id', (data->>'version')::integer, (data->>'decided_on')::date,
  (data->>'accepted_number')::integer, data->>'decision' <> 'no-decision', data->>'decision' = 'not-approved',
  data->>'kind' = 'approval' AND data->>'decision' IN ('approved', 'approved-with-conditions'),
  coalesce(data->'orders', '[]') <> '[]' OR coalesce(data->'conditions', '[]') <> '[]'
    OR coalesce(data->'intensified', 'null') <> 'null' OR coalesce(data->'ended', '[]') <> '[]',
  data
FROM tilbud, jsonb_each(known->'tilsyn') AS one (key, data)
ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    """Copy what is known; the worker then makes each row of a tilbud small, for all of them are due at once."""
    op.create_table(
        "tilsyn",
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("tilbud_id", "authority", "tilsyn_id")),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("accepted_number", sa.Integer, nullable=False),
        *(sa.Column(role, sa.Boolean, nullable=False) for role in ROLES),
        sa.Column("bytes", sa.Integer, sa.Computed("octet_length(data::text)", persisted=True), nullable=False),
        sa.Column("data", postgresql.JSONB, nullable=False),
    )
    for role in ROLES:
        op.create_index(
            f"tilsyn_{role}",
            "tilsyn",
            ["tilbud_id", "decided_on", "accepted_number"],
            postgresql_where=sa.text(role),
        )
    op.execute(MOVE)
    op.execute("UPDATE tilbud SET next_change_on = '0001-01-01'")
    # The rows that are shown now, among any number of versions.
    op.create_index("search_rows_shown", "search_rows", ["tilbud_id"], postgresql_where=sa.text("valid_to IS NULL"))
