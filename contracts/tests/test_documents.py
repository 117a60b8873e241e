"""The generated documents are up to date, complete, and compatible with what was released."""

import json
import re
from pathlib import Path

import pytest
from jsonschema_rs import validator_for

from contracts.asyncapi import asyncapi
from contracts.compatibility import Direction, breaking_changes
from contracts.documents import VERSION, files, inbound_types, schemas
from contracts.events import EVENTS, types_on
from contracts.golden import InboundExample, inbound_examples
from contracts.reference import authorities
from contracts.topics import FEED_READER, SERVICES, TOPICS

FOLDER = Path(__file__).parents[1]
RELEASED = sorted((FOLDER / "released").glob("*/*.json"))


@pytest.mark.parametrize("path", sorted(files()))
def test_a_generated_file_is_up_to_date(path: str) -> None:
    assert (FOLDER / path).read_text() == files()[path], "run `make contracts`"


def test_no_generated_file_is_left_over() -> None:
    assert {path.name for path in (FOLDER / "schemas").iterdir()} == {Path(p).name for p in files() if "schemas" in p}


def test_there_is_a_released_version_to_compare_with() -> None:
    assert RELEASED


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_nothing_breaks_what_was_released(path: Path) -> None:
    direction: Direction = "written" if path.stem in inbound_types() else "read"
    assert path.stem in schemas(), "a released event is gone"
    assert breaking_changes(json.loads(path.read_text()), schemas()[path.stem], by_others=direction) == []


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.ce_type)
def test_every_event_has_a_golden_message_that_its_model_reads(event: type) -> None:
    golden = FOLDER / "golden" / f"{event.ce_type}.json"  # type: ignore[attr-defined]
    read = event.model_validate_json(golden.read_text())  # type: ignore[attr-defined]
    assert json.loads(read.model_dump_json(by_alias=True)).keys() == json.loads(golden.read_text()).keys()


def test_names_on_topics_are_services_authorities_or_the_feed_reader() -> None:
    assert len({topic.name for topic in TOPICS}) == len(TOPICS)
    outside = {FEED_READER, *(authority.id for authority in authorities())}
    for topic in TOPICS:
        assert topic.writers
        assert {*topic.writers, *topic.readers} <= {*SERVICES, *outside}
        if not topic.name.startswith("external."):
            assert set(topic.writers) <= set(SERVICES)


def test_a_topic_whose_messages_hold_names_of_people_says_so() -> None:
    named = 0
    for name, channel in asyncapi(VERSION)["channels"].items():
        types = [message["name"] for message in channel["messages"].values() if message["name"] in schemas()]
        if any(part.endswith("Person") for ce_type in types for part in schemas()[ce_type].get("$defs", {})):
            named += 1
            assert channel["x-data-class"] == "named", name
    assert named


def test_every_internal_event_topic_carries_something() -> None:
    for topic in TOPICS:
        if not topic.name.startswith(("external.", *(f"{service}.dead" for service in SERVICES))):
            assert types_on(topic.name), topic.name


def test_every_reference_in_the_asyncapi_document_leads_somewhere() -> None:
    document = asyncapi(VERSION)
    references = set(re.findall(r'"\$ref": "#([^"]+)"', json.dumps(document)))
    assert "/channels/publication.feed.v1" in references
    for reference in references:
        place = document
        for part in reference.split("/")[1:]:
            place = place[part.replace("~1", "/").replace("~0", "~")]


def test_the_asyncapi_document_is_written_from_our_own_side() -> None:
    """What others write, we receive; what comes of it, we send."""
    operations = asyncapi(VERSION)["operations"]
    assert {name for name, each in operations.items() if each["action"] == "receive"} == {
        "receive-external-tilsyn-authority-v1"
    }
    reply = operations["receive-external-tilsyn-authority-v1"]["reply"]
    assert reply["channel"] == {"$ref": "#/channels/external.receipts.{authority}.v1"}
    assert {"send-external-receipts-authority-v1", "send-publication-feed-v1"} <= set(operations)


def test_every_message_has_an_example() -> None:
    channels = asyncapi(VERSION)["channels"].values()
    lacking = {name for each in channels for name, message in each["messages"].items() if not message["examples"]}
    assert lacking == set()


@pytest.mark.parametrize("example", inbound_examples(), ids=lambda example: example.name)
def test_an_accepted_message_from_outside_fits_its_schema(example: InboundExample) -> None:
    """One that breaks no more than a rule fits it too: a schema cannot say everything."""
    found = list(validator_for(schemas()[example.type]).iter_errors(example.data))
    assert not (example.accepted and found), found
    assert example.accepted or example.errors
