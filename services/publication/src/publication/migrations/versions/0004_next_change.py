"""The row of a tilbud says when its record changes by the day alone, as when an intensified tilsyn begins or ends.

Every row is due at once: the worker makes each record again by the rules of this version, and only differences are
appended. So is a row that an older version adds or changes while both run.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the day and find the rows that are due by it."""
    op.add_column("tilbud", sa.Column("next_change_on", sa.Date, server_default="0001-01-01"))
    op.create_index(
        "tilbud_next_change_on", "tilbud", ["next_change_on"], postgresql_where=sa.text("next_change_on IS NOT NULL")
    )
    _make_due_what_an_older_version_changes()


def _make_due_what_an_older_version_changes() -> None:
    """Make a row due at once when it is changed by a transaction that does not write its day.

    A worker without the column would leave the day as it is, and a sanction that it adds would stay public after its
    end. This version names the column in every such UPDATE, whatever the value: that tells the two apart. Once no
    worker of the version before runs any more, a later migration can drop both triggers and their functions.
    """
    op.execute(
        "CREATE FUNCTION tilbud_note_next_change_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " PERFORM set_config('publication.writes_next_change_on', 'yes', true); RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER tilbud_next_change_on_written BEFORE UPDATE OF next_change_on ON tilbud"
        " FOR EACH STATEMENT EXECUTE FUNCTION tilbud_note_next_change_on()"
    )
    op.execute(
        "CREATE FUNCTION tilbud_make_due() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF current_setting('publication.writes_next_change_on', true) IS DISTINCT FROM 'yes'"
        " THEN NEW.next_change_on = '0001-01-01'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER tilbud_changed_by_older_version BEFORE UPDATE OF known, record ON tilbud"
        " FOR EACH ROW EXECUTE FUNCTION tilbud_make_due()"
    )
