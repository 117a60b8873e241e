"""What comes from system, whatever it is: read, and accepted or refused."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.inbound.messages import read_record
from approval.inbound.parsing import parse_event
from approval.inbound.rules import check_event
from chassis.errors import DomainError
from contracts.events.external import INBOUND

TODAY = date(2026, 11, 22)

TEXT = st.text(max_size=30) | st.sampled_from(["010190-1234", "2026-11-20", "socialtilsyn-nord", "approved", "9" * 400])

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)

FIELDS = sorted({name for model in INBOUND for name in model.model_fields} | {"from", "plejefamilie_id"})

LIKE_AN_EVENT = st.dictionaries(st.sampled_from(FIELDS), JSON | st.sampled_from([1, "2026-11-20", "T-1"]))

HEADER_NAMES = ["ce_specversion", "ce_id", "ce_source", "ce_type", "CE_ID", "content-type", "ce_time", "x"]

HEADER_VALUES = [b"application/cloudevents+json", b"application/cloudevents-batch+json", b"e-1", b"1.0"]

NAMED = [("ce_specversion", b"1.0"), ("ce_id", b"e-1"), ("ce_source", b"/s")]

PERSON = {"name": "Lis Lind", "email": "lis@violen.example", "phone": "98000001"}

RIGHT: dict[str, Any] = {
    "dk.tilsyn.tilsyn.completed.v1": {
        "tilsyn_id": "0101901234",
        "tilbud_id": "CRV-1",
        "version": 1,
        "kind": "announced",
        "visited_on": "2026-11-02",
        "decided_on": "2026-11-20",
        "decision": "approved",
    },
    "dk.tilsyn.application.transferred.v1": {
        "application_id": "A-7",
        "name": "Violen",
        "primary_legal_basis": "botilbud-laengerevarende",
        "legal_bases": ["botilbud-laengerevarende"],
        "address": {"street": "Violvej 1", "postcode": "9000", "city": "Aalborg", "municipality": "0851"},
        "cvr": "99000015",
        "leader": PERSON,
        "contact": None,
    },
}

CE_TYPES = st.sampled_from([model.ce_type for model in INBOUND] + ["dk.tilsyn.other.v1", ""])


def outcome_of(ce_type: str, data: bytes) -> Any:
    try:
        event = parse_event(ce_type, data)
        check_event(event, TODAY)
    except DomainError as error:
        return error
    return event


@given(ce_type=CE_TYPES, data=LIKE_AN_EVENT | JSON)
def test_verification_answers_with_an_event_or_a_problem(ce_type: str, data: Any) -> None:
    headers = [*NAMED, ("ce_type", ce_type.encode())]
    [message] = read_record(headers, json.dumps(data).encode())
    if message.error:
        assert message.error.slug == "unreadable"
        return
    outcome = outcome_of(message.type, message.data)
    if isinstance(outcome, DomainError):
        assert outcome.slug in {"invalid", "unknown-type", "tilsyn-not-valid", "unreadable"}
        assert "010190" not in outcome.detail + "".join(error.detail for error in outcome.errors)
    else:
        assert outcome.ce_type == ce_type


@given(
    headers=st.lists(
        st.tuples(
            st.sampled_from(
                ["ce_specversion", "ce_id", "ce_source", "ce_type", "CE_ID", "content-type", "ce_time", "x"]
            )
            | TEXT,
            st.binary(max_size=40) | st.none() | st.sampled_from(HEADER_VALUES),
        ),
        max_size=8,
    ),
    value=st.none() | st.binary(max_size=200) | JSON.map(lambda data: json.dumps(data).encode()),
)
def test_reading_never_fails(headers: Any, value: bytes | None) -> None:
    for message in read_record(headers, value):
        assert message.error is not None or message.identity.id is not None


@given(LIKE_AN_EVENT)
def test_the_same_content_is_the_same_by_any_way(data: Any) -> None:
    headers = [*NAMED, ("ce_type", b"t")]
    [binary] = read_record(headers, json.dumps(data, indent=2).encode())
    event = {"data": data, "type": "t", "source": "/s", "id": "e-1", "specversion": "1.0"}
    [structured] = read_record([("content-type", b"application/cloudevents+json")], json.dumps(event).encode())
    if binary.error is None:
        assert binary.content == structured.content
        assert binary.identity == structured.identity


@pytest.mark.parametrize(
    ("ce_type", "data", "pointer"),
    [
        ("dk.tilsyn.tilsyn.completed.v1", {"tilsyn_id": "010190-1234"}, "/tilsyn_id"),
        ("dk.tilsyn.application.transferred.v1", {"application_id": "010190-1234"}, "/application_id"),
        ("dk.tilsyn.application.transferred.v1", {"leader": PERSON | {"email": "010190-1234@x.dk"}}, "/leader/email"),
    ],
)
def test_a_cpr_number_enters_neither_as_an_id_nor_in_an_address(ce_type: str, data: Any, pointer: str) -> None:
    right = outcome_of(ce_type, json.dumps(RIGHT[ce_type]).encode())
    assert not isinstance(right, DomainError), right.errors
    outcome = outcome_of(ce_type, json.dumps(RIGHT[ce_type] | data).encode())
    assert isinstance(outcome, DomainError)
    assert (pointer, "cpr-number") in {(error.pointer, error.code) for error in outcome.errors}


MARKS = "a" + "\u0345" * 9_990 + "\u0334" * 9_990

ORDER = {"deadline": "2026-01-01"}


@pytest.mark.parametrize(
    "data",
    [
        {"orders": [ORDER | {"text": MARKS}] * 7},
        {"orders": [ORDER | {"text": MARKS}] * 38},
        {"orders": [ORDER | {"text": "01 01 " * 3_300}] * 14},
        {"conclusion": "\u200d" * 19_998 + "a"},
        {"themes": [{"theme": "x"}] * 9_000},
        {f"k{number}": 1 for number in range(20_000)},
        {"x": [[]] * 99_000},
        {"x": [[]] * 900_000},
        {"x": "y" * 3_000_000},
    ],
    ids=["marks", "more marks", "dates", "joiners", "themes", "fields", "lists", "many lists", "long"],
)
@pytest.mark.timeout(15)
def test_no_event_takes_long(data: Any) -> None:
    """The texts of combining marks alone took twelve seconds once."""
    value = json.dumps(RIGHT["dk.tilsyn.tilsyn.completed.v1"] | data).encode()
    headers = [*NAMED, ("ce_type", b"dk.tilsyn.tilsyn.completed.v1")]
    [message] = read_record(headers, value)
    outcome = message.error or outcome_of(message.type, message.data)
    assert outcome is not None
