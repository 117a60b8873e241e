"""The pages, each module with a router of its own."""

from portal.pages import (
    approve_case,
    approve_list,
    create,
    front,
    login,
    report_case,
    report_list,
    report_step,
    report_summary,
    report_tilbud,
    search,
    tilsyn,
)

ROUTERS = (
    front.router,
    login.router,
    report_list.router,
    report_tilbud.router,
    report_step.router,
    report_summary.router,
    report_case.router,
    approve_list.router,
    approve_case.router,
    create.router,
    tilsyn.router,
    search.router,
)
