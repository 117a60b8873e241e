"""The HTTP process of ``approval``."""

from fastapi import FastAPI

from approval import api, external_api, tilsyn_api
from approval.settings import ApprovalSettings
from chassis.app import create_app, serve
from chassis.database import Database
from contracts.problems import PROBLEMS


def build(settings: ApprovalSettings, database: Database | None = None) -> FastAPI:
    """Return the app; tests give it a ``database`` of their own."""
    routers = [api.router, tilsyn_api.router, external_api.router]
    return create_app(
        settings, title="Sager, tilsyn og kvitteringer", routers=routers, problems=PROBLEMS, database=database
    )


if __name__ == "__main__":
    serve(build(ApprovalSettings.load()))
