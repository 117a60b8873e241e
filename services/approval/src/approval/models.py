"""Every table of ``approval``, for its migrations."""

from approval.cases.models import Case, CaseLog, CaseStep, Routing
from approval.database import Base
from approval.handovers.models import Handover
from approval.inbound.models import Application, InboundReceipt
from approval.sanctions.models import StandingSanctionRow
from approval.subjects.models import Subject
from approval.submissions.models import ApprovedStep, Report
from approval.tilsyn.models import Tilsyn

__all__ = [
    "Application",
    "ApprovedStep",
    "Base",
    "Case",
    "CaseLog",
    "CaseStep",
    "Handover",
    "InboundReceipt",
    "Report",
    "Routing",
    "StandingSanctionRow",
    "Subject",
    "Tilsyn",
]
