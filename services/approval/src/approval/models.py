"""Every table of ``approval``, for its migrations."""

from approval.cases.models import Case, CaseLog, CaseStep, Routing
from approval.control_samples.models import ControlSample, ControlSampleAct
from approval.database import Base
from approval.emergency_uses.models import EmergencyUse
from approval.handovers.models import Handover
from approval.inbound.models import Application, InboundReceipt
from approval.sanctions.models import StandingSanctionRow
from approval.subjects.models import Subject
from approval.submissions.models import ApprovedStep, Report
from approval.tilsyn.models import Tilsyn
from approval.unused_approvals.models import UnusedApproval

__all__ = [
    "Application",
    "ApprovedStep",
    "Base",
    "Case",
    "CaseLog",
    "CaseStep",
    "ControlSample",
    "ControlSampleAct",
    "EmergencyUse",
    "Handover",
    "InboundReceipt",
    "Report",
    "Routing",
    "StandingSanctionRow",
    "Subject",
    "Tilsyn",
    "UnusedApproval",
]
