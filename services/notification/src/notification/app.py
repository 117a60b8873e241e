"""The HTTP process: ``python -m notification.app``."""

import httpx2
from fastapi import FastAPI

from chassis.database import Database
from contracts.about import ABOUT
from contracts.error_codes import ENGLISH_DETAILS
from contracts.problems import PROBLEMS
from notification.deliveries import api as deliveries
from notification.follows import api as follows
from notification.preferences import api as preferences
from notification.saved_searches import api as saved_searches
from notification.saved_searches.search_client import SearchClient
from notification.settings import NotificationSettings
from notification.unsubscribe import api as unsubscribe
from notification.webhooks import api as webhooks
from web.app import create_app, serve
from web.openapi import ServiceInfo


def build(
    settings: NotificationSettings, database: Database | None = None, transport: httpx2.AsyncBaseTransport | None = None
) -> FastAPI:
    """Return the app; tests give their own ``database``, and a ``transport`` to a search of their own."""
    lists = [follows.create_router(), preferences.router, deliveries.router]
    routers = [*lists, saved_searches.router, saved_searches.own_router, unsubscribe.router, webhooks.router]
    app = create_app(
        settings,
        title="Tilbudsportalen: notification",
        routers=routers,
        about=ServiceInfo(*ABOUT["notification"]),
        problems=PROBLEMS,
        english_details=ENGLISH_DETAILS,
        database=database,
    )
    app.state.search_client = SearchClient(settings.publication_url, transport)
    return app


if __name__ == "__main__":
    serve(build(NotificationSettings.load()))
