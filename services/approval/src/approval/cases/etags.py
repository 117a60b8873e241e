"""The states of a case that a choice or an outcome builds on."""

from approval.cases.models import Case, CaseStep
from web.etags import etag


def case_etag(case: Case) -> str:
    """Return the ETag of a case: it moves with every choice."""
    return etag("case", case.id, case.version)


def step_etag(case: Case, row: CaseStep) -> str:
    """Return the ETag of a step: it moves when the step is decided, resubmitted or given to another authority."""
    return etag("step", case.id, case.opened_at, row.step, row.version)
