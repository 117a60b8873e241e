"""The HTTP process of ``publication``."""

from fastapi import FastAPI

from chassis.database import Database
from contracts.about import ABOUT
from contracts.problems import PROBLEMS
from publication.code_lists import api as code_lists_api
from publication.feed import api as feed_api
from publication.feed.dumps import Dumps
from publication.feed.notifier import FeedNotifier
from publication.records import api as records_api
from publication.search import api as search_api
from publication.settings import PublicationSettings
from web.app import create_app, serve
from web.openapi import ServiceInfo


def build(settings: PublicationSettings, database: Database | None = None) -> FastAPI:
    """Return the app; ``database`` is given by tests."""
    app = create_app(
        settings,
        title="Tilbudsportalen: publication",
        routers=[search_api.router, records_api.router, feed_api.router, code_lists_api.router],
        about=ServiceInfo(*ABOUT["publication"]),
        problems=PROBLEMS,
        database=database,
    )
    app.state.feed_notifier = FeedNotifier(app.state.database)
    app.state.dumps = Dumps(app.state.database)
    return app


if __name__ == "__main__":
    serve(build(PublicationSettings.load()))
