"""A step, a creation and a transferred application judge a text alike, and store it alike."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.events.external import ApplicationTransferred
from contracts.testing.nasty_texts import ADDRESSES, NASTY_TEXTS, PHONES
from services.reporting.tests.http_requests import Client, example, save, with_value

pytestmark = pytest.mark.slow

FIELDS = ("name", "address.street", "leader.name")
CASES = [
    *((field, text) for field in FIELDS for text in NASTY_TEXTS),
    *(("leader.email", text) for text in (*ADDRESSES, *NASTY_TEXTS)),
    *(("leader.phone", text) for text in (*PHONES, *NASTY_TEXTS)),
    *(("address.city", text) for text in ("Aalborg", "\u00a0Ålborg", "Aarhus", "\u200b")),
    *(("address.postcode", text) for text in ("9000", "9000\u00a0", "0001", "DK-9000", "")),
    *(("address.municipality", text) for text in ("0851", "0101", "9999")),
]
REFUSED = None
# NUL and half a surrogate pair are no JSON to us: refused before anybody asks what the text is for.
UNREADABLE = 400


def value_at(document: Any, path: str) -> Any:
    for name in path.split("."):
        document = document[name]
    return document


def pointer_of(path: str) -> str:
    return "/" + path.replace(".", "/")


async def through_creation(officer: Client, path: str, text: str) -> str | None:
    """Create a tilbud; return the value that is shown of it, or REFUSED."""
    created = await officer.post("/v1/tilbud", json=with_value(path, text))
    if created.status_code == UNREADABLE:
        return REFUSED
    if created.status_code == 422:
        errors = {error["pointer"]: error for error in created.json()["errors"]}
        assert set(errors) == {pointer_of(path)}
        assert all(error["code"] and error["detail"] for error in errors.values())
        return REFUSED
    shown = await officer.get(created.headers["Location"])
    return str(value_at(shown.json(), path))


async def through_step(reporter: Client, tilbud_id: str, path: str, text: str) -> str | None:
    """Save the step `contact`; return the stored value, or REFUSED when it is not saved or keeps the step open."""
    saved = await save(reporter, tilbud_id, "contact", with_contact(path, text))
    if saved.status_code == UNREADABLE:
        return REFUSED
    if saved.status_code == 422:
        assert {error["pointer"] for error in saved.json()["errors"]} == {pointer_of(path)}
        return REFUSED
    pointers = {error["pointer"] for error in saved.json()["errors"]}
    assert pointers <= {pointer_of(path)}
    return REFUSED if pointers else str(value_at(saved.json()["data"], path))


def through_application(path: str, text: str) -> str | None:
    """Read the event of an application; return the value in it, or REFUSED."""
    body = with_value(path, text)
    cvr = body.pop("operator")["cvr"]
    del body["leader"]["cpr"]
    places: set[str] = set()
    data = json.dumps(body | {"application_id": "a-1", "cvr": cvr})
    try:
        return str(value_at(ApplicationTransferred.model_validate_json(data, strict=True).model_dump(), path))
    except ValidationError as error:
        places = {"/" + "/".join(map(str, each["loc"])) for each in error.errors()}
    assert places == {pointer_of(path)}
    return REFUSED


def with_contact(path: str, text: str) -> dict[str, Any]:
    data: dict[str, Any] = example("steps/contact")
    *parents, last = path.split(".")
    place = data
    for parent in parents:
        place = place[parent]
    place[last] = text
    return data


@pytest.mark.parametrize("field", dict.fromkeys(field for field, _ in CASES))
async def test_a_text_is_judged_and_stored_alike_at_every_entrance(
    officer: Client, reporter: Client, tilbud_id: str, field: str
) -> None:
    for text in (text for name, text in CASES if name == field):
        verdicts = {
            "creation": await through_creation(officer, field, text),
            "step": await through_step(reporter, tilbud_id, field, text),
            "application": through_application(field, text),
        }
        assert len(set(verdicts.values())) == 1, (ascii(text), verdicts)
