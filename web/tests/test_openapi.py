"""The OpenAPI document of a toy service: what holds for every service stands in it, and nothing that is not so."""

from typing import Annotated, Any, ClassVar

import pytest
from fastapi import APIRouter, Depends
from pydantic import BaseModel

from chassis.settings import Settings
from tests.support.things import PROBLEMS
from web.app import create_app
from web.auth import Principal, holding, public, signed_in
from web.errors import PreconditionRequired
from web.etags import IfMatch
from web.openapi import ServiceInfo, headers
from web.problems import problem_responses

PROBLEM = {"$ref": "#/components/schemas/Problem"}
TOKEN: list[dict[str, list[str]]] = [{"token": []}]


class ThingsSettings(Settings):
    service: ClassVar[str] = "things"


class Thing(BaseModel):
    name: str


router = APIRouter(responses=problem_responses(404, 412, 413, 428))
EVENT = {"title": "ThingEvent", "type": "object", "properties": {"id": {"type": "string"}}}
OWN_BODY: dict[str, Any] = {"requestBody": {"content": {"application/event+json": {"schema": EVENT}}}}


@router.get("/things/{key}", dependencies=[Depends(public)])
async def read_thing(key: str) -> Thing:
    return Thing(name=key)


@router.put("/things/{key:path}/name")
async def put_name(
    key: str, body: Thing, _: Annotated[Principal, Depends(signed_in)], if_match: IfMatch = None
) -> Thing:
    if if_match is None:
        raise PreconditionRequired
    return Thing(name=f"{key} {body.name}")


@router.get("/things/{key:path}/name", dependencies=[Depends(holding("things.read"))])
async def show_name(key: str) -> Thing:
    return Thing(name=key)


@router.get("/newest", dependencies=[Depends(public)], responses={200: headers("ETag")})
async def read_newest() -> Thing:
    return Thing(name="newest")


@router.post("/events", dependencies=[Depends(public)], status_code=202, tags=["events"], openapi_extra=OWN_BODY)
async def post_event() -> Thing:
    return Thing(name="event")


@pytest.fixture(params=range(2), ids=["once", "again"])
def document(request: pytest.FixtureRequest) -> Any:
    """The document of an app, and of a second one with the same routes."""
    about = ServiceInfo(
        description="Things.",
        tags={"things": "All things.", "events": "What happens to them."},
        examples={"saveName": {"name": "Anemone"}},
        identity="https://identity.example",
    )
    settings = ThingsSettings(
        database_url="postgresql+asyncpg://x@127.0.0.1/x",
        kafka_bootstrap="none",
        identity_issuer="https://identity.example",
        identity_audience="things",
    )
    for _ in range(request.param + 1):
        app = create_app(settings, title="Things", routers=[router], problems=PROBLEMS, about=about)
        found = app.openapi()
    return found


def operations(document: Any) -> dict[str, Any]:
    return {each["operationId"]: each for path in document["paths"].values() for each in path.values()}


def test_operations_are_called_what_they_do(document: Any) -> None:
    assert set(operations(document)) == {"getThing", "saveName", "getName", "getNewest", "createEvent"}


def test_each_operation_says_which_sign_in_it_asks_for(document: Any) -> None:
    security = {name: each["security"] for name, each in operations(document).items()}
    assert security == {"getThing": [], "saveName": TOKEN, "getName": TOKEN, "getNewest": [], "createEvent": []}
    flows = document["components"]["securitySchemes"]["token"]["flows"]
    assert flows["clientCredentials"]["tokenUrl"] == "https://identity.example/token"


def test_an_operation_without_a_group_is_in_the_first(document: Any) -> None:
    for name, operation in operations(document).items():
        assert operation["tags"] == (["events"] if name == "createEvent" else ["things"])


def test_every_error_is_the_one_problem(document: Any) -> None:
    for operation in operations(document).values():
        errors = {status: each for status, each in operation["responses"].items() if status[0] in "45"}
        assert {"400", "429", "503"} <= set(errors)
        assert all(each["content"] == {"application/problem+json": {"schema": PROBLEM}} for each in errors.values())
    assert set(document["components"]["schemas"]) == {"Problem", "Thing", "ThingEvent"}


def test_errors_that_cannot_come_are_not_listed(document: Any) -> None:
    listed = {name: set(each["responses"]) for name, each in operations(document).items()}
    assert {"401", "403", "412", "413", "415", "422", "428"} <= listed["saveName"]
    assert not {"401", "403", "412", "413", "415", "428"} & listed["getThing"]
    assert not {"412", "428"} & listed["createEvent"]


def test_what_has_an_etag_says_so(document: Any) -> None:
    found = operations(document)
    for name in ("getName", "getNewest"):
        assert {"304", "412"} <= set(found[name]["responses"])
        assert "ETag" in found[name]["responses"]["200"]["headers"]
    assert "ETag" in found["saveName"]["responses"]["200"]["headers"]
    assert "ETag" not in found["getThing"]["responses"]["200"]["headers"]


def test_headers_of_errors_stand_beside_them(document: Any) -> None:
    answers = operations(document)["saveName"]["responses"]
    assert {"WWW-Authenticate", "Content-Language", "RateLimit-Limit"} <= set(answers["401"]["headers"])
    assert "Retry-After" in answers["503"]["headers"]
    assert "Location" in operations(document)["createEvent"]["responses"]["202"]["headers"]
    used = {
        name for each in operations(document).values() for one in each["responses"].values() for name in one["headers"]
    }
    assert set(document["components"]["headers"]) == used


def test_a_body_that_a_route_describes_itself_is_a_component(document: Any) -> None:
    content = operations(document)["createEvent"]["requestBody"]["content"]["application/event+json"]
    assert content["schema"] == {"$ref": "#/components/schemas/ThingEvent"}
    assert document["components"]["schemas"]["ThingEvent"]["properties"] == EVENT["properties"]


def test_examples_stand_at_their_bodies(document: Any) -> None:
    content = operations(document)["saveName"]["requestBody"]["content"]["application/json"]
    assert content["example"] == {"name": "Anemone"}
