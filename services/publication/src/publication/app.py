"""The HTTP process of ``publication``."""

import asyncio

from fastapi import FastAPI

from chassis.database import Database
from contracts.about import ABOUT
from contracts.error_codes import ENGLISH_DETAILS
from contracts.problems import PROBLEMS
from publication.code_lists import api as code_lists_api
from publication.feed import api as feed_api
from publication.feed.dumps import Dumps
from publication.feed.notifier import FeedNotifier
from publication.match import api as match_api
from publication.open_data import api as open_data_api
from publication.open_data.files import CSV_BEGIN, csv_lines
from publication.places import api as places_api
from publication.rates import api as rates_api
from publication.records import api as records_api
from publication.saved_searches import api as saved_searches_api
from publication.search import api as search_api
from publication.search.language.lexicon import lexicon
from publication.search.live import LiveIndex
from publication.settings import PublicationSettings
from web.app import create_app, serve
from web.openapi import ServiceInfo


def build(settings: PublicationSettings, database: Database | None = None) -> FastAPI:
    """Return the app; ``database`` is given by tests.

    Nobody waits for longer than ``settings.read_seconds``: neither for a connection nor for a statement.
    """
    seconds = settings.read_seconds
    database = database or Database.of(settings, statement_seconds=seconds, wait_seconds=seconds)
    search_index = LiveIndex(database)
    app = create_app(
        settings,
        title="Tilbudsportalen: publication",
        routers=[
            search_api.router,
            match_api.router,
            records_api.router,
            records_api.closed_router,
            rates_api.router,
            open_data_api.router,
            saved_searches_api.router,
            feed_api.router,
            code_lists_api.router,
            places_api.router,
        ],
        about=ServiceInfo(*ABOUT["publication"]),
        problems=PROBLEMS,
        english_details=ENGLISH_DETAILS,
        database=database,
        reasons_not_ready=search_index.reasons_not_ready,
    )
    app.state.feed_notifier = FeedNotifier(app.state.database)
    app.state.dumps = Dumps(app.state.database)
    app.state.search_index = search_index
    app.state.past_searches = asyncio.Semaphore(search_api.PAST_AT_ONCE)
    app.state.lexicon = lexicon(settings.search_words_file)
    app.state.csv_dumps = Dumps(app.state.database, csv_lines, CSV_BEGIN)
    return app


if __name__ == "__main__":
    serve(build(PublicationSettings.load()))
