"""The page of a need asks the real publication: both mean the same by a place, a demand and an answer."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx2
import pytest

import portal.app
import publication.app
from contracts.testing.factories import example_steps, tilsyn_published, without_departments
from devstack.in_process import api_client, migrated_database
from devstack.testing import TestIdentity, TestPostgres
from portal.public.towns import town_labels
from publication.places.finding import find_place
from publication.settings import PublicationSettings
from services.publication.tests.factories import approved_case
from tests.bench.outcomes import deliver_facts
from tests.kinds.system import ServicesInProcess, portal_settings


@pytest.fixture(scope="module")
async def visitor(
    postgres: TestPostgres, identity: TestIdentity, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser at the portal, with publication behind it and two tilbud in that."""
    common: dict[str, Any] = {
        "environment": "development",
        "database_url": "postgresql+asyncpg://unused",
        "kafka_bootstrap": "unused",
        "identity_issuer": identity.issuer,
    }
    async with AsyncExitStack() as stack:
        public, private = [
            await stack.enter_async_context(migrated_database(postgres.create_database(name), name))
            for name in ("publication", "portal")
        ]
        silent = without_departments(example_steps("Tavs"))
        silent["supplementary"].pop("accessibility", None)
        for tilbud_id, content in {"CRV-1": example_steps("Solsikken"), "CRV-2": silent}.items():
            facts = (approved_case(tilbud_id, content=content), tilsyn_published(tilbud_id))
            await deliver_facts(public, facts)
        apps = {"publication": publication.app.build(PublicationSettings(**common), public)}
        settings = portal_settings(common, tmp_path_factory.mktemp("assets"))
        app = portal.app.build(settings, private, ServicesInProcess(apps))
        client = await stack.enter_async_context(api_client(app))
        client.headers["accept"] = "text/html"
        yield client


async def test_a_need_is_answered_with_reasons(visitor: httpx2.AsyncClient) -> None:
    need = {
        "age": "30",
        "target_groups": "autism",
        "services": "long-term-stay",
        "near": "ålborg øst",
        "rate_max": "9.000",
        "rate_unit": "day-and-night",
        "accessible": "1",
        "night_staff": "awake",
        "vacancies": "1",
    }
    page = await visitor.post("/find-plads", data=need)
    assert page.status_code == 200
    for told in ("3 forslag", "Afstanden er regnet fra 9220 Aalborg Øst.", "Solsikken", "Tavs"):
        assert told in page.text
    for told in ("Passer", "Ved vi ikke", "Tilgængeligheden er ikke oplyst", "kr. pr. døgn", "Autismespektrum"):
        assert told in page.text


@pytest.mark.parametrize(
    ("need", "told"),
    [
        ({"near": "Nykøbing"}, "4800 Nykøbing F"),
        ({"near": "9999"}, "Postnummeret findes ikke."),
        ({"near": "Langtbortistan"}, "Vi kender ikke stedet."),
        ({"vacancies": "0"}, "Skriv mindst én ting"),
    ],
)
async def test_what_publication_cannot_use_stands_at_its_field(
    visitor: httpx2.AsyncClient, need: dict[str, str], told: str
) -> None:
    page = await visitor.post("/find-plads", data=need)
    assert page.status_code == 422
    assert told in page.text
    if "near" in need:
        assert 'id="near-fejl"' in page.text


def test_every_town_that_the_page_offers_is_one_for_publication() -> None:
    assert len(town_labels()) > 600
    for label in town_labels():
        place = find_place(label)
        assert place.label == label or place.label.endswith(f" {label}")
        assert not place.approximate
