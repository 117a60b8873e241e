"""The change overview of a case, for both sides."""

import httpx2
import pytest

from chassis.database import Database
from portal.change_overview import find_case, load_case, subject_of
from portal.clients import Backends, Refused, ServiceClient
from portal.kinds import TILBUD
from portal.settings import PortalSettings
from services.portal.tests.every_service import STEPS, EveryService


def client(settings: PortalSettings, answer: httpx2.Response | None = None) -> ServiceClient:
    services = EveryService("Tekst")
    return ServiceClient(Backends(settings, httpx2.MockTransport(lambda call: answer or services(call))), None)


async def test_a_case_has_a_section_for_each_part_with_its_choice(settings: PortalSettings, database: Database) -> None:
    case = await load_case(client(settings), database, "s1")
    assert [section.key for section in case.sections] == [step.id for step in STEPS]
    assert all(section.choice and section.choice["reason"] == "Tekst" for section in case.sections)
    assert case.sections[0].id == f"trin.{STEPS[0].id}"
    assert subject_of(case.body) == {"kind": TILBUD, "subject_id": "CRV-1", "name": "Tekst"}


async def test_what_is_not_there_for_a_visitor_is_none_or_refused(settings: PortalSettings, database: Database) -> None:
    nothing = client(settings, httpx2.Response(404, json={}))
    assert await find_case(nothing, database, "s1") is None
    with pytest.raises(Refused):
        await load_case(nothing, database, "s1")


def test_an_answer_that_names_no_subject_is_an_error() -> None:
    with pytest.raises(LookupError, match="no subject"):
        subject_of({"id": "s1"})
