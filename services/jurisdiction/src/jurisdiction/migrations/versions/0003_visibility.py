"""Who may be told of a subject: its operator, the authorities with a part in it, and everybody while it is public.

The release before neither writes nor reads the new columns. The operator of what was there before is known when
``reporting`` republishes, and what is public as soon as the new worker has read it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"

FILL = """
UPDATE tilbud SET authorities = coalesce(
    (SELECT jsonb_agg(DISTINCT authority ORDER BY authority) FROM (
        SELECT authority FROM assignments WHERE tilbud_id = tilbud.id AND kind = tilbud.kind
        UNION SELECT authority FROM routings
        WHERE tilbud_id = tilbud.id AND kind = tilbud.kind AND authority IS NOT NULL
    ) known), '[]')
"""


def upgrade() -> None:
    """Add the columns, and who has had a part in each subject."""
    op.add_column("tilbud", sa.Column("authorities", JSONB, nullable=False, server_default="[]"))
    op.add_column("tilbud", sa.Column("operator_cvr", sa.Text))
    op.add_column("tilbud", sa.Column("operator_number", sa.Integer, nullable=False, server_default="-1"))
    op.add_column("tilbud", sa.Column("is_public", sa.Boolean, nullable=False, server_default=sa.text("false")))
    op.add_column("tilbud", sa.Column("public_sequence", sa.BigInteger, nullable=False, server_default="0"))
    op.execute(FILL)
