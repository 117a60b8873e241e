"""What a supervision system sends is judged whole, and each finding names its field."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.events.external import INBOUND, ApplicationTransferred, TilbudCeasedInbound, TilsynCompleted
from contracts.testing.nasty_texts import BLANK, CPR_NUMBERS, UNSHOWABLE

TILSYN: dict[str, Any] = {
    "tilsyn_id": "t-1",
    "tilbud_id": "CRV-6324",
    "version": 1,
    "kind": "announced",
    "visited_on": "2026-11-02",
    "decided_on": "2026-11-20",
    "decision": "approved-with-conditions",
    "conclusion": "God kvalitet.",
    "themes": [{"theme": "economy", "conclusion": "I orden.", "score": 4.2}],
    "orders": [{"id": "p1", "text": "Ret op.", "deadline": "2027-01-15"}],
    "conditions": [{"id": "v1", "text": "Hold øje.", "deadline": None}],
    "intensified": {"from": "2026-11-20", "until": "2027-05-19", "reason": "Uro."},
    "ended": [{"tilsyn_id": "t-0", "id": "p1"}],
}
APPLICATION: dict[str, Any] = {
    "application_id": "a-1",
    "name": "Violen",
    "primary_legal_basis": "opholdssted",
    "legal_bases": ["opholdssted"],
    "address": {"street": "Violvej 1", "postcode": "9000", "city": "Aalborg", "municipality": "0851"},
    "cvr": "99000015",
    "leader": {"name": "Karen Eksempel", "email": "karen@violen.example", "phone": "98000001"},
    "contact": None,
}
CEASED: dict[str, Any] = {"tilbud_id": "CRV-6324", "ceased_on": "2026-11-20", "reason": "Lukket."}
BODIES: dict[Any, dict[str, Any]] = {
    TilsynCompleted: TILSYN,
    ApplicationTransferred: APPLICATION,
    TilbudCeasedInbound: CEASED,
}
TEXTS = [
    (TilsynCompleted, "/conclusion"),
    (TilsynCompleted, "/themes/0/conclusion"),
    (TilsynCompleted, "/orders/0/text"),
    (TilsynCompleted, "/conditions/0/text"),
    (TilsynCompleted, "/intensified/reason"),
    (TilbudCeasedInbound, "/reason"),
    (ApplicationTransferred, "/name"),
    (ApplicationTransferred, "/address/street"),
    (ApplicationTransferred, "/leader/name"),
]
IDS = [
    (TilsynCompleted, "/tilsyn_id"),
    (TilsynCompleted, "/tilbud_id"),
    (TilsynCompleted, "/orders/0/id"),
    (TilsynCompleted, "/ended/0/tilsyn_id"),
    (TilbudCeasedInbound, "/tilbud_id"),
    (ApplicationTransferred, "/application_id"),
]


def with_value(body: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    changed: dict[str, Any] = json.loads(json.dumps(body))
    *parents, last = pointer.removeprefix("/").split("/")
    place: Any = changed
    for name in parents:
        place = place[int(name)] if isinstance(place, list) else place[name]
    place[last] = value
    return changed


def found(model: Any, body: dict[str, Any]) -> set[tuple[str, str]]:
    """The pointers and codes of what is refused."""
    try:
        model.model_validate_json(json.dumps(body), strict=True)
    except ValidationError as error:
        return {("/" + "/".join(map(str, each["loc"])), each["type"]) for each in error.errors()}
    return set()


@pytest.mark.parametrize("model", INBOUND)
def test_a_right_event_is_taken(model: Any) -> None:
    assert found(model, BODIES[model]) == set()


@pytest.mark.parametrize(("model", "pointer"), TEXTS)
def test_a_text_is_refused_at_its_place(model: Any, pointer: str) -> None:
    for texts, code in ((BLANK, "missing"), (UNSHOWABLE, "control-character"), (CPR_NUMBERS, "cpr-number")):
        for text in texts:
            assert found(model, with_value(BODIES[model], pointer, text)) == {(pointer, code)}, ascii(text)


@pytest.mark.parametrize(("model", "pointer"), IDS)
def test_an_id_is_no_cpr_number_and_visible(model: Any, pointer: str) -> None:
    for value, code in (
        ("010190-1234", "cpr-number"),
        ("urn:borger:010190.1234", "cpr-number"),
        ("t\u200b1", "invalid-format"),
        ("\u202et1", "invalid-format"),
        (" ", "invalid-format"),
        ("x" * 201, "invalid-format"),
    ):
        assert found(model, with_value(BODIES[model], pointer, value)) == {(pointer, code)}, ascii(value)
    assert found(model, with_value(BODIES[model], pointer, "0101901234")) == set()


@pytest.mark.parametrize(
    ("model", "pointer", "value", "code"),
    [
        (TilsynCompleted, "/visited_on", "2026-11-21", "not-in-order"),
        (TilsynCompleted, "/visited_on", "2013-12-31", "out-of-range"),
        (TilsynCompleted, "/decided_on", "0027-01-15", "out-of-range"),
        (TilsynCompleted, "/decided_on", "2026-02-30", "invalid-date"),
        (TilsynCompleted, "/decided_on", "2026-11-20T00:00:00", "invalid-date"),
        (TilsynCompleted, "/decided_on", 1_795_000_000, "invalid-date"),
        (TilsynCompleted, "/orders/0/deadline", "2026-11-19", "not-in-order"),
        (TilsynCompleted, "/orders/0/deadline", "2036-11-21", "out-of-range"),
        (TilsynCompleted, "/conditions/0/deadline", "2026-11-19", "not-in-order"),
        (TilsynCompleted, "/intensified/until", "0027-05-19", "out-of-range"),
        (TilbudCeasedInbound, "/ceased_on", "2013-12-31", "out-of-range"),
        (ApplicationTransferred, "/cvr", "12345678", "invalid-format"),
        (ApplicationTransferred, "/cvr", "00000000", "invalid-format"),
        (ApplicationTransferred, "/leader/email", "a,b@x.example", "invalid-format"),
        (ApplicationTransferred, "/leader/email", "<a_x>,c@x.example", "invalid-format"),
        (ApplicationTransferred, "/leader/phone", "        ", "missing"),
        (ApplicationTransferred, "/address/municipality", "0101", "mismatch"),
        (ApplicationTransferred, "/address/municipality", "9999", "unknown-value"),
        (ApplicationTransferred, "/address/city", "Aarhus", "mismatch"),
        (ApplicationTransferred, "/address/postcode", "0001", "unknown-value"),
        (ApplicationTransferred, "/legal_bases", ["opholdssted", "opholdssted"], "duplicate-value"),
    ],
)
def test_a_value_is_refused_at_its_place(model: Any, pointer: str, value: Any, code: str) -> None:
    assert found(model, with_value(BODIES[model], pointer, value)) == {(pointer, code)}


def test_a_theme_twice_is_refused_where_it_stands_again() -> None:
    themes = [{"theme": "economy", "score": 1}, {"theme": "competences"}, {"theme": "economy", "score": 5}]
    assert found(TilsynCompleted, TILSYN | {"themes": themes}) == {("/themes/2/theme", "not-unique")}


def test_the_last_day_of_a_deadline_and_a_leap_day_are_days() -> None:
    assert found(TilsynCompleted, with_value(TILSYN, "/orders/0/deadline", "2036-11-20")) == set()
    leap = TILSYN | {"visited_on": None, "decided_on": "2024-02-29", "orders": [], "intensified": None}
    assert found(TilsynCompleted, leap) == set()
