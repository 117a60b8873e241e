"""The generated documents are up to date, complete, and compatible with what was released."""

import json
from pathlib import Path

import pytest

from contracts.compatibility import Direction, breaking_changes
from contracts.documents import asyncapi, files, inbound_types, schemas
from contracts.events import EVENTS, types_on
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
    for name, channel in asyncapi()["channels"].items():
        types = [message["payload"]["$ref"].rsplit("/", 1)[1] for message in channel["messages"].values()]
        if any(part.endswith("Person") for ce_type in types for part in schemas()[ce_type].get("$defs", {})):
            named += 1
            assert channel["x-data-class"] == "named", name
    assert named


def test_every_internal_event_topic_carries_something() -> None:
    for topic in TOPICS:
        if not topic.name.startswith(("external.", *(f"{service}.dead" for service in SERVICES))):
            assert types_on(topic.name), topic.name


def test_every_reference_in_the_asyncapi_document_leads_somewhere() -> None:
    document = asyncapi()
    text = json.dumps(document)
    for channel in document["channels"].values():
        for message in channel["messages"].values():
            assert message["payload"]["$ref"].rsplit("/", 1)[1] in document["components"]["schemas"]
    assert "#/channels/publication.feed.v1" in text
