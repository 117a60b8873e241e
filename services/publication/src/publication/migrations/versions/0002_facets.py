# ruff: noqa: S608  Only names from this file stand in the statement.
"""One column with the values of every facet, instead of a column for each of them.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

LISTS = {
    "target_group": "target_groups",
    "service": "services",
    "method": "methods",
    "approach": "approaches",
    "audience": "audiences",
    "night_staff": "array_remove(ARRAY[night_staff], NULL)",
    "operator_kind": "ARRAY[operator_kind]",
    "legal_basis": "legal_bases",
    "municipality": "ARRAY[municipality]",
    "region": "array_remove(ARRAY[region], NULL)",
}
FLAGS = {"accessible": "accessible", "prison_approved": "prison_approved", "vacancies": "coalesce(vacancies, 0) > 0"}
REPLACED = (
    *("target_groups", "services", "methods", "approaches", "audiences", "night_staff", "operator_kind", "legal_bases"),
    *("municipality", "region", "accessible", "prison_approved"),
)


def upgrade() -> None:
    """Write the facets of every row, then drop what they replace; indexes of a column go with it."""
    op.add_column("search_rows", sa.Column("facets", postgresql.ARRAY(sa.Text), nullable=False, server_default="{}"))
    lists = [f"ARRAY(SELECT '{facet}:' || value FROM unnest({values}) value)" for facet, values in LISTS.items()]
    flags = [f"CASE WHEN {flag} THEN ARRAY['{facet}:1'] ELSE '{{}}' END" for facet, flag in FLAGS.items()]
    op.execute(f"UPDATE search_rows SET facets = {' || '.join([*lists, *flags])}")
    op.alter_column("search_rows", "facets", server_default=None)
    for column in REPLACED:
        op.drop_column("search_rows", column)
    op.create_index(
        "search_rows_facets",
        "search_rows",
        ["facets"],
        postgresql_using="gin",
        postgresql_where=sa.text("valid_to IS NULL"),
    )
