"""The HTTP process of ``approval``."""

from fastapi import FastAPI

from approval import api
from approval.settings import ApprovalSettings
from chassis.app import create_app, serve
from chassis.database import Database
from contracts.problems import PROBLEMS


def build(settings: ApprovalSettings, database: Database | None = None) -> FastAPI:
    """Return the app; tests give it a ``database`` of their own."""
    return create_app(
        settings, title="Sager, tilsyn og kvitteringer", routers=[api.router], problems=PROBLEMS, database=database
    )


if __name__ == "__main__":
    serve(build(ApprovalSettings.load()))
