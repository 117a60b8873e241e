"""Every caller at every route of the APIs, about each kind of object: exactly what the policies say."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from devstack.personas import PERSONAS, system_claims
from devstack.system import System
from tests.access.operations import OPERATIONS
from tests.access.policy import BLOMSTERENGEN, HAVBLIK, Caller, Operation, Subject, Verdict
from tests.e2e.client import SystemClient, eventually
from tests.e2e.scenario import example

OPENAPI = Path(__file__).parents[2] / "contracts" / "openapi"
METHODS = {"get", "put", "post", "delete", "patch"}
SYSTEMS = ("socialtilsyn-nord", "region-1081")
OFFICER_SYD, OFFICER_NORD = "officer-syd", "officer-nord-a"
NOBODY = Caller("nobody", is_signed_in=False)
REFUSALS = {401: Verdict.UNAUTHENTICATED, 403: Verdict.FORBIDDEN, 404: Verdict.HIDDEN}
UNKNOWN = Subject("unknown", "CRV-999999", str(uuid4()), str(uuid4()), str(uuid4()))


def documented() -> set[tuple[str, str]]:
    """Return every route of the published documents, by its service and as the table of policies names it."""
    found = set()
    for service in OPERATIONS:
        paths = json.loads((OPENAPI / f"{service}.json").read_text())["paths"]
        found |= {(service, f"{m.upper()} {path}") for path, routes in paths.items() for m in METHODS & routes.keys()}
    return found


def test_every_route_has_a_policy() -> None:
    assert documented() == {(service, name) for service, routes in OPERATIONS.items() for name in routes}


def _caller(name: str, claims: dict[str, object], *, is_person: bool = True) -> Caller:
    rights = claims["rights"]
    assert isinstance(rights, list)
    pairs = frozenset((privilege, scope) for privilege, _, scope in (right.partition(":") for right in rights))
    return Caller(name, str(claims["cvr"]), pairs, is_person)


CALLERS = (
    NOBODY,
    *(_caller(persona.id, persona.claims) for persona in PERSONAS.values()),
    *(_caller(name, system_claims(name), is_person=False) for name in SYSTEMS),
)


class Requests:
    """The requests of all callers to a running system."""

    def __init__(self, system: System, client: SystemClient) -> None:
        self._client = client
        self._http = httpx2.Client(timeout=30)
        self._tokens = {caller: self._token(system, caller) for caller in CALLERS if caller.is_signed_in}

    def _token(self, system: System, caller: Caller) -> str:
        if caller.is_person:
            return self._client.token(caller.name)
        secret = system.credentials["oauth"][caller.name]
        data = {"grant_type": "client_credentials", "client_id": caller.name, "client_secret": secret}
        answer = self._http.post(f"{self._client.endpoints['identity']}/token", data=data)
        token: str = answer.raise_for_status().json()["access_token"]
        return token

    def send(self, service: str, method: str, operation: Operation, caller: Caller, subject: Subject) -> int:
        """Return the status that a caller gets about a subject."""
        headers = dict(operation.headers)
        if caller.is_signed_in:
            headers["Authorization"] = f"Bearer {self._tokens[caller]}"
        address = self._client.endpoints[service] + operation.path.format(**vars(subject))
        body = json.loads(json.dumps(operation.body).replace("{id}", subject.id))
        return self._http.request(method, address, headers=headers, json=body).status_code

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()


@pytest.fixture(scope="module")
def requests(system: System, client: SystemClient) -> Iterator[Requests]:
    """All callers with their tokens."""
    opened = Requests(system, client)
    yield opened
    opened.close()


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


@pytest.fixture(scope="module")
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


def _about(operation: Operation, subjects: list[Subject]) -> list[Subject]:
    """Return the subjects that have what the path of a route names."""
    named = [name for name in ("case_id", "submission_id", "tilsyn_id") if f"{{{name}}}" in operation.path]
    return [subject for subject in subjects if all(getattr(subject, name) for name in named)]


@pytest.mark.parametrize(
    ("service", "route"), [(service, route) for service, routes in OPERATIONS.items() for route in routes]
)
def test_callers_meet_what_the_policy_says(
    requests: Requests, subjects: list[Subject], service: str, route: str
) -> None:
    operation = OPERATIONS[service][route]
    wrong = {}
    for subject in _about(operation, subjects):
        for caller in CALLERS:
            status = requests.send(service, route.partition(" ")[0], operation, caller, subject)
            wanted, found = operation.policy(caller, subject), REFUSALS.get(status, Verdict.OPEN)
            if found is not (wanted or found) or status >= httpx2.codes.INTERNAL_SERVER_ERROR:
                wrong[f"{caller.name} about {subject.name}"] = f"{status} instead of {wanted}"
    assert wrong == {}


def test_what_is_hidden_looks_like_what_is_not_there(requests: Requests, subjects: list[Subject]) -> None:
    """A stranger learns nothing from the difference between the two."""
    stranger = next(caller for caller in CALLERS if caller.name == "no-tilbud")
    foreign, unknown = subjects[2], subjects[3]
    for service, routes in OPERATIONS.items():
        for route, operation in routes.items():
            if foreign in _about(operation, subjects):
                method = route.partition(" ")[0]
                pair = [requests.send(service, method, operation, stranger, each) for each in (foreign, unknown)]
                assert pair[0] == pair[1], route
