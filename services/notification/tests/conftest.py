"""Fixtures: this service's migrated database, its API, its settings, and a mail server."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from chassis import tables
from chassis.database import Database
from devstack.in_process import SharedApp, api_client, empty, migrated_database
from notification.app import build
from notification.models import Base
from notification.settings import NotificationSettings
from services.notification.tests.factories import (
    BLOMSTERENGEN,
    HAVBLIK,
    SOLSIKKEN,
    VALMUEN,
    VIOLEN,
    Client,
    FollowedTilbud,
    assigned,
    created,
    dead_letters,
    handle,
    public,
)
from services.notification.tests.mailbox import Mailbox


@pytest.fixture(scope="session")
async def migrated(postgres: Any) -> AsyncIterator[Database]:
    """One database for the whole run."""
    async with migrated_database(postgres.create_database("notification"), "notification") as database:
        yield database


@pytest.fixture
async def database(migrated: Database) -> Database:
    """The database, empty."""
    await empty(migrated, Base.metadata, tables.metadata)
    return migrated


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """A mail server on a port of its own."""
    server = Mailbox()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def settings(database: Database, identity: Any, mailbox: Mailbox) -> NotificationSettings:
    """The settings of the service under test."""
    return settings_for(database, identity, mailbox.port)


def settings_for(database: Database, identity: Any, smtp_port: int) -> NotificationSettings:
    return NotificationSettings(
        database_url=SecretStr(database.url),
        kafka_bootstrap="127.0.0.1:1",
        identity_issuer=identity.issuer,
        smtp_host="127.0.0.1",
        smtp_port=smtp_port,
        mail_from="noreply@tilbudsportalen.example",
        portal_url="http://portal.example/",
        rate_limit_per_second=0,
    )


@pytest.fixture(scope="session")
def shared_app(migrated: Database, identity: Any) -> SharedApp:
    return SharedApp(build(settings_for(migrated, identity, smtp_port=1), migrated))


@pytest.fixture
def client(shared_app: SharedApp, database: Database, settings: NotificationSettings) -> Client:
    """Open a client of the API for a token, or for nobody."""
    app = shared_app.as_built(database=database, settings=settings)
    return lambda token=None: api_client(app, token)


@pytest.fixture
async def three_tilbud(database: Database) -> Database:
    """Solsikken and Valmuen of Blomsterengen, Violen of Havblik, all at Socialtilsyn Nord."""
    for tilbud, cvr in ((SOLSIKKEN, BLOMSTERENGEN), (VALMUEN, BLOMSTERENGEN), (VIOLEN, HAVBLIK)):
        await handle(database, created(tilbud, cvr), assigned(tilbud))
    return database


@pytest.fixture
async def followed(database: Database, client: Client, identity: Any) -> AsyncIterator[FollowedTilbud]:
    """Solsikken with followers of three organisations, and no mail yet."""
    await handle(database, created(), assigned(), public())
    followed = FollowedTilbud(database, client, identity)
    for persona in ("reporter-solsikken", "officer-nord-a", "caseworker-aalborg"):
        await followed.follow(persona)
    async with database.begin() as session:
        await session.execute(text("TRUNCATE mails, outbox"))
    yield followed
    assert await dead_letters(database) == 0
