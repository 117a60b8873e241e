"""The OpenAPI documents of ``contracts/openapi`` are what the services say of themselves."""

import json
import re

import pytest
from jsonschema_rs import validator_for
from openapi_spec_validator import OpenAPIV31SpecValidator

from contracts.examples import read_example
from devstack.documents import FOLDER, openapi
from devstack.services import SERVICES, Service


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_document_is_valid_and_up_to_date(service: Service) -> None:
    document = json.loads((FOLDER / "openapi" / f"{service.name}.json").read_text())
    assert document == openapi(service), "run `make contracts`"
    OpenAPIV31SpecValidator(document).validate()


APIS = [service for service in SERVICES if service.name != "portal"]  # Its answers are pages, also its errors.


@pytest.mark.parametrize("service", APIS, ids=lambda service: service.name)
def test_every_operation_describes_its_errors_as_problem_documents(service: Service) -> None:
    for path, operations in openapi(service)["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            errors = [answer for status, answer in answers.items() if status.startswith(("4", "5"))]
            assert errors, f"{method} {path} describes no error"
            for error in errors:
                kinds = set(error.get("content", {"application/problem+json": {}}))
                assert kinds == {"application/problem+json"}, f"{method} {path}: {kinds}"


@pytest.mark.parametrize("service", APIS, ids=lambda service: service.name)
def test_every_body_has_an_example_that_fits_it(service: Service) -> None:
    document = openapi(service)
    bodies = [
        (operation["operationId"], content)
        for operations in document["paths"].values()
        for operation in operations.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
    ]
    for name, content in bodies:
        assert "example" in content, f"{name} has no example"
        schema = {**content["schema"], "components": document["components"]}
        assert [str(each) for each in validator_for(schema).iter_errors(content["example"])] == [], name


def test_the_example_of_a_creation_is_the_one_to_try() -> None:
    body = openapi(APIS[0])["paths"]["/v1/tilbud"]["post"]["requestBody"]["content"]["application/json"]
    assert body["example"] == read_example("create-tilbud")


@pytest.mark.parametrize("service", APIS, ids=lambda service: service.name)
def test_what_asks_for_a_token_can_say_that_there_is_none(service: Service) -> None:
    document = openapi(service)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            asks = operation["security"] != []
            assert ("401" in operation["responses"]) >= asks, f"{method} {path}"
            # What is public is open to everybody; why something is not is told to those concerned.
            # Whoever has the signed link of a mail may follow it, and anybody may save a search.
            closed = service.name != "publication" or path == "/v1/tilbud/{tilbud_id}/publication"
            closed = closed and not path.endswith("/{token}") and (method, path) != ("post", "/v1/saved-searches")
            assert asks == closed, f"{method} {path}"


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_ids_of_operations_are_of_words_and_unique(service: Service) -> None:
    ids = [each["operationId"] for operations in openapi(service)["paths"].values() for each in operations.values()]
    assert len(set(ids)) == len(ids)
    assert service.name == "portal" or all(re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", each) for each in ids), ids


def test_nothing_changes_a_tilsyn_that_is_there() -> None:
    """R96: it is made and read; a correction comes by the way that the tilsyn came."""
    paths = openapi(next(each for each in SERVICES if each.name == "approval"))["paths"]
    offered = {path: set(operations) for path, operations in paths.items() if "tilsyn" in path}
    listed, one, made = "/v1/tilbud/{tilbud_id}/tilsyn", "/v1/tilsyn/{tilsyn_id}", "/v1/tilsyn"
    assert offered == {listed: {"get"}, one: {"get"}, made: {"post"}}
