"""The routes of reporting, by noun."""

from reporting.api import cpr, drafts, forms, submissions, tilbud

ROUTERS = (tilbud.router, cpr.router, forms.router, drafts.router, submissions.router)

__all__ = ["ROUTERS"]
