"""The OpenAPI documents of ``contracts/openapi`` are what the services say of themselves."""

import json

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

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


def test_nothing_changes_a_tilsyn_that_is_there() -> None:
    """R96: it is made and read; a correction comes by the way that the tilsyn came."""
    paths = openapi(next(each for each in SERVICES if each.name == "approval"))["paths"]
    offered = {path: set(operations) for path, operations in paths.items() if "tilsyn" in path}
    listed, one, made = "/v1/tilbud/{tilbud_id}/tilsyn", "/v1/tilsyn/{tilsyn_id}", "/v1/tilsyn"
    assert offered == {listed: {"get"}, one: {"get"}, made: {"post"}}
