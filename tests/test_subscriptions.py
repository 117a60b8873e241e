"""Who reads what: the groups of all services against the topics and events of ``contracts``. Nothing has to run."""

import re
from pathlib import Path

import pytest

from contracts.topics import FEED_READER, TOPICS, Topic
from tests.support.services import NAMES, subscriptions_of

ALL = tuple(subscription for service in NAMES for subscription in subscriptions_of(service))
INNER = [topic for topic in TOPICS if not topic.name.startswith("external.")]


@pytest.mark.parametrize("topic", INNER, ids=lambda topic: topic.name)
def test_the_readers_of_a_topic_are_those_that_the_contracts_name(topic: Topic) -> None:
    reading = {subscription.name.partition(".")[0] for subscription in ALL if topic.name in subscription.topic_names}
    assert reading == set(topic.readers) - {FEED_READER}


def test_the_picture_of_the_architecture_shows_every_inner_topic_and_its_readers() -> None:
    page = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text()
    arrows = re.findall(r"^ +(\w+) -->\|([a-z]+\.[a-z.]+\.v1)\| ([\w &]+)$", page, re.MULTILINE)
    drawn = {
        topic: (writer, {name.replace("reader", FEED_READER) for name in readers.split(" & ")})
        for writer, topic, readers in arrows
    }
    shown = [topic for topic in INNER if not topic.name.endswith(".dead-letters.v1")]
    assert drawn == {topic.name: (*topic.writers, set(topic.readers)) for topic in shown}


def test_each_group_has_a_name_of_its_own() -> None:
    names = [subscription.name for subscription in ALL]
    assert len(set(names)) == len(names)
