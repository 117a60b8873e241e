"""The API process: ``python -m reporting.app``."""

from fastapi import FastAPI

from chassis.database import Database
from contracts.about import ABOUT
from contracts.error_codes import ENGLISH_DETAILS
from contracts.problems import PROBLEMS
from reporting.bulk_reports import api as bulk_reports
from reporting.draft_files import api as draft_files
from reporting.due import api as due
from reporting.economy import api as economy
from reporting.forms import api as forms
from reporting.leader_cpr import api as leader_cpr
from reporting.leader_cpr.keys import key_source
from reporting.leader_cpr.vault import CprVault
from reporting.mount import TILBUD_REPORTS
from reporting.settings import ReportingSettings
from reporting.tilbud import api as tilbud
from reporting.tilbud.right_authority import RightAuthority
from reporting.vacancies import api as vacancies
from reports.routers import report_routers
from web.app import create_app, serve
from web.openapi import ServiceInfo

ROUTERS = (
    tilbud.router,
    vacancies.router,
    due.router,
    leader_cpr.router,
    forms.router,
    bulk_reports.router,
    draft_files.router,
    economy.router,
    *report_routers(TILBUD_REPORTS),
)


def build(settings: ReportingSettings, database: Database | None = None) -> FastAPI:
    """Return the app; tests give their own ``database``."""
    app = create_app(
        settings,
        title="Tilbudsportalen: reporting",
        routers=ROUTERS,
        about=ServiceInfo(*ABOUT["reporting"]),
        problems=PROBLEMS,
        english_details=ENGLISH_DETAILS,
        database=database,
    )
    app.state.vault = CprVault(key_source(settings))
    app.state.right_authority = RightAuthority(settings.jurisdiction_url)
    return app


if __name__ == "__main__":
    serve(build(ReportingSettings.load()))
