"""Every caller at every route of the APIs, about each kind of object: exactly what the policies say."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from devstack.personas import PERSONAS, system_claims
from devstack.system import System
from tests.access.operations import OPERATIONS
from tests.access.policy import Caller, Operation, Subject, Verdict
from tests.e2e.client import SystemClient

OPENAPI = Path(__file__).parents[2] / "contracts" / "openapi"
METHODS = {"get", "put", "post", "delete", "patch"}
SYSTEMS = ("socialtilsyn-nord", "region-1081")
NOBODY = Caller("nobody", is_signed_in=False)
REFUSALS = {401: Verdict.UNAUTHENTICATED, 403: Verdict.FORBIDDEN, 404: Verdict.HIDDEN}


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


def _personas() -> list[Caller]:
    """Return one person of each organisation with the same rights."""
    everybody = [_caller(persona.id, persona.claims) for persona in PERSONAS.values()]
    return list({(each.cvr, each.rights): each for each in reversed(everybody)}.values())


CALLERS = (
    NOBODY,
    *_personas(),
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


def subjects_about(operation: Operation, subjects: list[Subject]) -> list[Subject]:
    """Return the subjects that have what a request names; one stands for all where it names nothing."""
    named = {name for name in vars(subjects[0]) if f"{{{name}}}" in operation.path + json.dumps(operation.body)}
    return [subject for subject in subjects if all(getattr(subject, name) for name in named)] if named else subjects[:1]


@pytest.mark.parametrize(
    ("service", "route"), [(service, route) for service, routes in OPERATIONS.items() for route in routes]
)
def test_callers_meet_what_the_policy_says(
    requests: Requests, subjects: list[Subject], service: str, route: str
) -> None:
    operation = OPERATIONS[service][route]
    wrong = {}
    for subject in subjects_about(operation, subjects):
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
            if foreign in subjects_about(operation, subjects):
                method = route.partition(" ")[0]
                pair = [requests.send(service, method, operation, stranger, each) for each in (foreign, unknown)]
                assert pair[0] == pair[1], route
