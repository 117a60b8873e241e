"""What comes from system, whatever it is: read, and accepted or refused."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.inbound import rules
from approval.inbound.messages import arrival_of
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

KINDS = st.sampled_from([model.ce_type for model in INBOUND] + ["dk.tilsyn.other.v1", ""])


def outcome_of(kind: str, data: bytes) -> Any:
    try:
        return rules.verified(kind, data, TODAY)
    except DomainError as problem:
        return problem


@given(kind=KINDS, data=LIKE_AN_EVENT | JSON)
def test_verification_answers_with_an_event_or_a_problem(kind: str, data: Any) -> None:
    headers = [("ce_id", b"e-1"), ("ce_source", b"/s"), ("ce_type", kind.encode())]
    arrival = arrival_of(headers, json.dumps(data).encode())
    if arrival.problem:
        assert arrival.problem.slug == "unreadable"
        return
    outcome = outcome_of(arrival.type, arrival.data)
    if isinstance(outcome, DomainError):
        assert outcome.slug in {"invalid", "unknown-type", "tilsyn-not-valid", "unreadable"}
        assert "010190" not in outcome.detail + "".join(error.detail for error in outcome.errors)
    else:
        assert outcome.ce_type == kind


@given(
    headers=st.lists(
        st.tuples(
            st.sampled_from(["ce_id", "ce_source", "ce_type", "CE_ID", "content-type", "ce_time", "x"]) | TEXT,
            st.binary(max_size=40) | st.none() | st.sampled_from([b"application/cloudevents+json", b"e-1"]),
        ),
        max_size=8,
    ),
    value=st.none() | st.binary(max_size=200) | JSON.map(lambda data: json.dumps(data).encode()),
)
def test_reading_never_fails(headers: Any, value: bytes | None) -> None:
    arrival = arrival_of(headers, value)
    assert arrival.problem is not None or arrival.identity.id is not None
    assert len(arrival.fingerprint) == 64


@given(LIKE_AN_EVENT)
def test_the_same_content_has_the_same_fingerprint_by_any_way(data: Any) -> None:
    headers = [("ce_id", b"e-1"), ("ce_source", b"/s"), ("ce_type", b"t")]
    binary = arrival_of(headers, json.dumps(data, indent=2).encode())
    event = {"data": data, "type": "t", "source": "/s", "id": "e-1", "specversion": "1.0"}
    structured = arrival_of([("content-type", b"application/cloudevents+json")], json.dumps(event).encode())
    if binary.problem is None:
        assert binary.fingerprint == structured.fingerprint
        assert binary.identity == structured.identity


@pytest.mark.parametrize(
    ("kind", "data", "pointer"),
    [
        ("dk.tilsyn.tilsyn.completed.v1", {"tilsyn_id": "010190-1234"}, "/tilsyn_id"),
        ("dk.tilsyn.application.transferred.v1", {"application_id": "010190-1234"}, "/application_id"),
        ("dk.tilsyn.application.transferred.v1", {"leader": PERSON | {"email": "010190-1234@x.dk"}}, "/leader/email"),
    ],
)
def test_a_cpr_number_enters_neither_as_an_id_nor_in_an_address(kind: str, data: Any, pointer: str) -> None:
    right = outcome_of(kind, json.dumps(RIGHT[kind]).encode())
    assert not isinstance(right, DomainError), right.errors
    outcome = outcome_of(kind, json.dumps(RIGHT[kind] | data).encode())
    assert isinstance(outcome, DomainError)
    assert (pointer, "cpr-number") in {(error.pointer, error.code) for error in outcome.errors}
