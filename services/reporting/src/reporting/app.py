"""The API process: ``python -m reporting.app``."""

from fastapi import FastAPI

from chassis.app import create_app, serve
from chassis.database import Database
from contracts.problems import PROBLEMS
from reporting.api import ROUTERS
from reporting.cpr import CprVault
from reporting.settings import ReportingSettings


def build(settings: ReportingSettings, database: Database | None = None) -> FastAPI:
    """Return the app; tests give their own ``database``."""
    app = create_app(
        settings, title="Tilbudsportalen: reporting", routers=ROUTERS, problems=PROBLEMS, database=database
    )
    app.state.vault = CprVault(settings.cpr_key.get_secret_value())
    return app


if __name__ == "__main__":
    serve(build(ReportingSettings.load()))
