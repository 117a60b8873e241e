"""The pages, each module with a router of its own."""

from portal.pages import front, login, report_list, report_step, report_summary, report_tilbud

ROUTERS = (
    front.router,
    login.router,
    report_list.router,
    report_tilbud.router,
    report_step.router,
    report_summary.router,
)
