"""What the routes and pages are called about."""

from uuid import uuid4

import httpx2
import pytest

from tests.access.policy import BLOMSTERENGEN, HAVBLIK, Subject
from tests.e2e.client import SystemClient, eventually
from tests.e2e.scenario import example

OFFICER_SYD, OFFICER_NORD = "officer-syd", "officer-nord-a"
UNKNOWN = Subject("unknown", "CRV-999999", str(uuid4()), str(uuid4()), str(uuid4()))


def _created(
    client: SystemClient, officer: str, name: str, cvr: str, municipality: str, postcode: str, city: str
) -> str:
    body = example("create-tilbud") | {"name": name}
    body["operator"] = body["operator"] | {"cvr": cvr}
    body["address"] = body["address"] | {"municipality": municipality, "postcode": postcode, "city": city}
    tilbud_id: str = client.call(officer, "POST", "reporting", "/v1/tilbud", body=body, status=201).json()["id"]
    return tilbud_id


def _submission(client: SystemClient, tilbud_id: str) -> str:
    found: str = client.get(OFFICER_NORD, "reporting", f"/v1/tilbud/{tilbud_id}")["submissions"][0]["id"]
    return found


@pytest.fixture(scope="session")
def subjects(client: SystemClient) -> list[Subject]:
    """One that is public, one of the same operator that is not, one of others, and one that does not exist."""
    public = client.get(None, "publication", "/v1/search?q=Solsikken")["items"][0]["tilbud_id"]
    case = client.get(OFFICER_NORD, "approval", f"/v1/cases?tilbud_id={public}")["items"][0]
    tilsyn = client.get(OFFICER_NORD, "approval", f"/v1/tilbud/{public}/tilsyn")["items"][0]
    own = _created(client, OFFICER_NORD, "Skjult vifte", BLOMSTERENGEN, "0851", "9000", "Aalborg")
    foreign = _created(client, OFFICER_SYD, "Fremmed vifte", HAVBLIK, "0479", "5700", "Svendborg")
    eventually(lambda: _is_known(client, OFFICER_SYD, foreign) and _is_known(client, OFFICER_NORD, own), "both known")
    nord, syd = "socialtilsyn-nord", "socialtilsyn-syd"
    return [
        Subject(
            "public", public, case["id"], _submission(client, public), tilsyn["id"], BLOMSTERENGEN, nord, is_public=True
        ),
        Subject("own", own, operator_cvr=BLOMSTERENGEN, authority=nord),
        Subject("foreign", foreign, operator_cvr=HAVBLIK, authority=syd),
        UNKNOWN,
    ]


def _is_known(client: SystemClient, officer: str, tilbud_id: str) -> bool:
    """Return whether approval and notification have heard of a tilbud."""
    answers = [
        client.ask(officer, "GET", "approval", f"/v1/tilbud/{tilbud_id}/tilsyn"),
        client.ask(officer, "GET", "jurisdiction", f"/v1/tilbud/{tilbud_id}/authority"),
        client.ask(officer, "PUT", "notification", f"/v1/follows/tilbud/{tilbud_id}"),
    ]
    return all(answer.status_code == httpx2.codes.OK for answer in answers)
