"""The golden messages from outside get the receipts that stand beside them."""

import pytest

from contracts.events.approval import ApplicationAccepted
from contracts.events.external import INBOUND, ApplicationTransferred
from contracts.golden import InboundExample, inbound_examples
from services.approval.tests.inbound.supervision_system import SupervisionSystem

EXAMPLES = inbound_examples()


def is_waiting(example: InboundExample) -> bool:
    """An application is answered when `reporting` has made its tilbud."""
    return example.accepted and example.type == ApplicationTransferred.ce_type


def test_there_is_one_of_each_type_that_is_accepted_and_one_that_is_refused() -> None:
    found = {(example.type, example.accepted) for example in EXAMPLES}
    assert found == {(event.ce_type, accepted) for event in INBOUND for accepted in (True, False)}


@pytest.mark.parametrize(
    "example", [each for each in EXAMPLES if not is_waiting(each)], ids=lambda example: example.name
)
async def test_a_golden_message_gets_the_receipt_beside_it(
    supervision_system: SupervisionSystem, example: InboundExample
) -> None:
    [receipt] = await supervision_system.send(example.data, ce_type=example.type)
    problem = receipt["problem"] or {"type": None, "errors": []}
    errors = tuple((each["pointer"], each["code"]) for each in problem["errors"])
    assert (receipt["accepted"], problem["type"], errors) == (example.accepted, example.problem, example.errors)


async def test_an_application_gets_its_receipt_when_its_tilbud_is_there(supervision_system: SupervisionSystem) -> None:
    [example] = [each for each in EXAMPLES if is_waiting(each)]
    assert await supervision_system.send(example.data, ce_type=example.type) == []
    accepted = [
        fact for fact in await supervision_system.scenario.published() if fact["type"] == ApplicationAccepted.ce_type
    ]
    assert [fact["data"]["application_id"] for fact in accepted] == [example.data["application_id"]]
