"""The pages, each module with a router of its own."""

from portal.approval.pages import case as approval_case
from portal.approval.pages import create
from portal.approval.pages import tilbud_list as approval_list
from portal.overview import pages as overview
from portal.public.pages import front, record, search
from portal.reporting.pages import case as reporting_case
from portal.reporting.pages import step, summary, tilbud
from portal.reporting.pages import tilbud_list as reporting_list
from portal.sessions import pages as sessions
from portal.supervision.pages import tilsyn

ROUTERS = (
    front.router,
    sessions.router,
    reporting_list.router,
    overview.router,
    tilbud.router,
    step.router,
    summary.router,
    reporting_case.router,
    approval_list.router,
    approval_case.router,
    create.router,
    tilsyn.router,
    search.router,
    record.router,
)
