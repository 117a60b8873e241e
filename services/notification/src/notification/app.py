"""The HTTP process: ``python -m notification.app``."""

from fastapi import FastAPI

from chassis.app import create_app, serve
from chassis.database import Database
from contracts.problems import PROBLEMS
from notification.api import router
from notification.settings import NotificationSettings


def build(settings: NotificationSettings, database: Database | None = None) -> FastAPI:
    """Return the app; tests give their own ``database``."""
    return create_app(settings, title="Notification", routers=[router], problems=PROBLEMS, database=database)


if __name__ == "__main__":
    serve(build(NotificationSettings.load()))
