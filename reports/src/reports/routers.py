"""Every route of reporting on the subjects of one service."""

from typing import Any

from fastapi import APIRouter

from reports.actions.api import action_router
from reports.bulk.api import copy_router
from reports.drafts.api import draft_router, step_router
from reports.history.api import history_router
from reports.mounting import ReportMount
from reports.receipts.api import receipt_router
from reports.submissions.api import submission_router
from reports.summary.api import summary_router


def report_routers(mount: ReportMount[Any]) -> tuple[APIRouter, ...]:
    """Return the routers of drafts, summary, submissions, receipts, history and action log below ``mount.path``."""
    drafts = (draft_router, summary_router, step_router, copy_router)
    makers = (history_router, action_router, *drafts, submission_router, receipt_router)
    return tuple(make(mount) for make in makers)
