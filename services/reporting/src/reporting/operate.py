"""The operator's commands: ``python -m reporting.operate``.

The tilbud, its reports and who reports are owned here. What is kept of others' decisions (the authority, tilsyn and
the approved content) is compared, and repaired when their owners republish.
"""

from operations.cli import Republishing, create_cli
from operations.projected_tables import ProjectedTable
from operations.shadow_tables import Projection
from reporting.consumers import subscriptions
from reporting.leader_cpr.command_line import add_cpr_key_commands
from reporting.republish import republish
from reporting.settings import ReportingSettings
from reporting.subjects.models import ApprovedStep, Tilbud
from reporting.tilsyn.models import Tilsyn

DECIDED_ELSEWHERE = Projection(
    [each for each in subscriptions() if each.name != "reporting.applications"],
    (
        ProjectedTable.of(Tilbud, "authority", "authority_version", "ceased_on", "ceased_told_at"),
        ProjectedTable.of(Tilsyn),
        ProjectedTable.of(ApprovedStep),
    ),
    prepare=(
        "INSERT INTO shadow.tilbud SELECT * FROM public.tilbud",
        "UPDATE shadow.tilbud SET authority = created_by_authority, authority_version = 0",
        "UPDATE shadow.tilbud SET ceased_on = NULL, ceased_told_at = NULL",
        "INSERT INTO shadow.submissions SELECT * FROM public.submissions",
        "INSERT INTO shadow.submission_steps SELECT * FROM public.submission_steps",
    ),
)

cli = create_cli(ReportingSettings.load, owned=Republishing(Tilbud.id, republish), kept=DECIDED_ELSEWHERE)

add_cpr_key_commands(cli, ReportingSettings.load)

if __name__ == "__main__":
    cli()
