"""The operator's commands: ``python -m reporting.operate``.

The tilbud, its reports and who reports are owned here. What is kept of others' decisions (the authority, tilsyn and
the approved content) is compared, and repaired when their owners republish.
"""

from chassis.operate import Owned, create_cli
from chassis.projection import Kept, Projection
from reporting.consumers import SUBSCRIPTIONS
from reporting.models import ApprovedStep, Tilbud, TilsynSeen
from reporting.republish import tell_again
from reporting.settings import ReportingSettings

DECIDED_ELSEWHERE = Projection(
    [each for each in SUBSCRIPTIONS if each.name != "reporting.applications"],
    (
        Kept.of(Tilbud, "authority", "authority_version", "ceased_on", "ceased_told_at"),
        Kept.of(TilsynSeen),
        Kept.of(ApprovedStep),
    ),
    given=(
        "INSERT INTO beside.tilbud SELECT * FROM public.tilbud",
        "UPDATE beside.tilbud SET authority = created_by_authority, authority_version = 0",
        "UPDATE beside.tilbud SET ceased_on = NULL, ceased_told_at = NULL",
        "INSERT INTO beside.submissions SELECT * FROM public.submissions",
        "INSERT INTO beside.submission_steps SELECT * FROM public.submission_steps",
    ),
)

cli = create_cli(ReportingSettings.load, owned=Owned(Tilbud.id, tell_again), kept=DECIDED_ELSEWHERE)

if __name__ == "__main__":
    cli()
