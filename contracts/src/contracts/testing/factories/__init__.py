"""Events and steps for tests: valid as they come, so that a test names only what it is about.

Every factory takes further fields of the event as keywords, under the names of the model, and refuses others.
"""

from contracts.examples import BASIS, OPERATOR_CVR
from contracts.testing.factories.applications import (
    application_accepted,
    application_transferred,
    tilbud_ceased_inbound,
    tilsyn_completed,
)
from contracts.testing.factories.building import as_kind
from contracts.testing.factories.cases import case_approved, case_closed, case_opened, case_returned, handover_settled
from contracts.testing.factories.contents import (
    SMALL_REPORT,
    example_steps,
    step_contents,
    without_departments,
)
from contracts.testing.factories.moments import START, moment, sent_at
from contracts.testing.factories.parties import (
    NORD,
    TILBUD_ID,
    decisions,
    leader,
    officer,
    person,
    reporter,
    routing_facts,
    tilbud_facts,
)
from contracts.testing.factories.publications import followers_changed, public_tilbud, tilbud_published
from contracts.testing.factories.reports import (
    duties_noticed,
    submission_closed,
    submission_sent,
    tilbud_created,
    vacancies_changed,
)
from contracts.testing.factories.routings import authority_assigned, case_not_routed, case_routed, handover_requested
from contracts.testing.factories.tilsyn import (
    deadline_noticed,
    intensified,
    sample_changed,
    sample_marked,
    sanction,
    tilbud_ceased,
    tilsyn_published,
)

__all__ = [
    "BASIS",
    "NORD",
    "OPERATOR_CVR",
    "SMALL_REPORT",
    "START",
    "TILBUD_ID",
    "application_accepted",
    "application_transferred",
    "as_kind",
    "authority_assigned",
    "case_approved",
    "case_closed",
    "case_not_routed",
    "case_opened",
    "case_returned",
    "case_routed",
    "deadline_noticed",
    "decisions",
    "duties_noticed",
    "example_steps",
    "followers_changed",
    "handover_requested",
    "handover_settled",
    "intensified",
    "leader",
    "moment",
    "officer",
    "person",
    "public_tilbud",
    "reporter",
    "routing_facts",
    "sample_changed",
    "sample_marked",
    "sanction",
    "sent_at",
    "step_contents",
    "submission_closed",
    "submission_sent",
    "tilbud_ceased",
    "tilbud_ceased_inbound",
    "tilbud_created",
    "tilbud_facts",
    "tilbud_published",
    "tilsyn_completed",
    "tilsyn_published",
    "vacancies_changed",
    "without_departments",
]
