"""Every table of ``reporting``, for its migrations."""

from reporting.bulk_reports.models import BulkReport, BulkReportEntry
from reporting.database import Base
from reporting.duties.models import Duty
from reporting.files.models import File, SentFile
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
    "BulkReport",
    "BulkReportEntry",
    "CprAccess",
    "Draft",
    "DraftStep",
    "Duty",
    "File",
    "LeaderCpr",
    "NewStart",
    "SentFile",
    "StepLock",
    "Submission",
    "SubmissionStep",
    "Tilbud",
    "Tilsyn",
]
