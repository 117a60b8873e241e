"""The HTTP process: ``python -m notification.app``."""

from fastapi import FastAPI

from chassis.database import Database
from contracts.about import ABOUT
from contracts.error_codes import ENGLISH_DETAILS
from contracts.problems import PROBLEMS
from notification.deliveries import api as deliveries
from notification.follows import api as follows
from notification.preferences import api as preferences
from notification.settings import NotificationSettings
from notification.unsubscribe import api as unsubscribe
from web.app import create_app, serve
from web.openapi import ServiceInfo


def build(settings: NotificationSettings, database: Database | None = None) -> FastAPI:
    """Return the app; tests give their own ``database``."""
    routers = [follows.create_router(), preferences.router, unsubscribe.router, deliveries.router]
    return create_app(
        settings,
        title="Tilbudsportalen: notification",
        routers=routers,
        about=ServiceInfo(*ABOUT["notification"]),
        problems=PROBLEMS,
        english_details=ENGLISH_DETAILS,
        database=database,
    )


if __name__ == "__main__":
    serve(build(NotificationSettings.load()))
