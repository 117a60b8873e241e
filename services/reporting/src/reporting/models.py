"""Every table of ``reporting``, for its migrations."""

from reporting.database import Base
from reporting.duties.models import Duty
from reporting.leader_cpr.models import CprAccess, LeaderCpr
from reporting.subjects.models import (
    Action,
    ApprovedStep,
    Draft,
    DraftStep,
    NewStart,
    StepLock,
    Submission,
    SubmissionStep,
    Tilbud,
)
from reporting.tilsyn.models import Tilsyn

__all__ = [
    "Action",
    "ApprovedStep",
    "Base",
    "CprAccess",
    "Draft",
    "DraftStep",
    "Duty",
    "LeaderCpr",
    "NewStart",
    "StepLock",
    "Submission",
    "SubmissionStep",
    "Tilbud",
    "Tilsyn",
]
