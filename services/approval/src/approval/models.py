"""Every table of ``approval``, for its migrations."""

from approval.cases.models import Case, CaseLog, CaseStep, Routing
from approval.database import Base
from approval.inbound.models import Application, InboundReceipt
from approval.reports.models import ApprovedStep, Report
from approval.subjects.models import Subject
from approval.tilsyn.models import Tilsyn

__all__ = [
    "Application",
    "ApprovedStep",
    "Base",
    "Case",
    "CaseLog",
    "CaseStep",
    "InboundReceipt",
    "Report",
    "Routing",
    "Subject",
    "Tilsyn",
]
