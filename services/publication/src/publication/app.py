"""The HTTP process of ``publication``."""

from fastapi import FastAPI

from chassis.app import create_app, serve
from chassis.database import Database
from contracts.problems import PROBLEMS
from publication import api, feed_api
from publication.settings import PublicationSettings
from publication.waiting import Waiters


def build(settings: PublicationSettings, database: Database | None = None) -> FastAPI:
    """Return the app; ``database`` is given by tests."""
    app = create_app(
        settings,
        title="Tilbudsportalen: publication",
        routers=[api.router, feed_api.router],
        problems=PROBLEMS,
        database=database,
    )
    app.state.waiters = Waiters(app.state.database)
    return app


if __name__ == "__main__":
    serve(build(PublicationSettings.load()))
