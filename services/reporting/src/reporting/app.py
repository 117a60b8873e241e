"""The API process: ``python -m reporting.app``."""

from fastapi import FastAPI

from chassis.app import create_app, serve
from chassis.database import Database
from contracts.problems import PROBLEMS
from reporting.drafts import api as drafts
from reporting.forms import api as forms
from reporting.leader_cpr import api as leader_cpr
from reporting.leader_cpr.vault import CprVault
from reporting.settings import ReportingSettings
from reporting.submissions import api as submissions
from reporting.tilbud import api as tilbud

ROUTERS = (tilbud.router, leader_cpr.router, forms.router, drafts.router, submissions.router)


def build(settings: ReportingSettings, database: Database | None = None) -> FastAPI:
    """Return the app; tests give their own ``database``."""
    app = create_app(
        settings, title="Tilbudsportalen: reporting", routers=ROUTERS, problems=PROBLEMS, database=database
    )
    app.state.vault = CprVault(settings.cpr_key.get_secret_value())
    return app


if __name__ == "__main__":
    serve(build(ReportingSettings.load()))
