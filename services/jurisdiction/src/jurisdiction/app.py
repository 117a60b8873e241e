"""The HTTP process: ``python -m jurisdiction.app``."""

from fastapi import FastAPI

from chassis.database import Database
from contracts.about import ABOUT
from contracts.error_codes import ENGLISH_DETAILS
from contracts.problems import PROBLEMS
from jurisdiction.agreements import api as agreements
from jurisdiction.assignments import api as assignments
from jurisdiction.authorities import api as authorities
from jurisdiction.handovers import api as handovers
from jurisdiction.reference_sets.queries import Rulebooks
from jurisdiction.rehearsals import api as rehearsals
from jurisdiction.settings import JurisdictionSettings
from jurisdiction.undecided import api as undecided
from web.app import create_app, serve
from web.openapi import ServiceInfo


def build(settings: JurisdictionSettings, database: Database | None = None) -> FastAPI:
    """Return the app; tests give their own ``database``."""
    about_subjects = (assignments, agreements, handovers, undecided)
    app = create_app(
        settings,
        title="Tilbudsportalen: jurisdiction",
        routers=[authorities.router, rehearsals.router, *(each.create_router() for each in about_subjects)],
        about=ServiceInfo(*ABOUT["jurisdiction"]),
        problems=PROBLEMS,
        english_details=ENGLISH_DETAILS,
        database=database,
    )
    app.state.rulebooks = Rulebooks(settings.switched_on)
    return app


if __name__ == "__main__":
    serve(build(JurisdictionSettings.load()))
