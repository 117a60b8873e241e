"""What every event has in common: its type, its topic and the entity that it is about."""

from abc import abstractmethod
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A part of an event. Readers ignore fields that they do not know, so that additions break nobody."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Event(Model):
    """A fact that one service tells the others.

    ``ce_type`` is the CloudEvents type and ``topic`` where it is published; ``key`` is the Kafka key and the
    CloudEvents subject. Everything about one tilbud has the key ``tilbud_id`` (design.md, messaging rule 4).
    """

    ce_type: ClassVar[str]
    topic: ClassVar[str]

    @property
    @abstractmethod
    def key(self) -> str:
        """Return the id of the entity that the event is about."""

    @property
    def destination(self) -> str:
        """Return the topic of this very event; the external topics have one for each authority."""
        return self.topic


class TilbudEvent(Event, frozen=True):
    """An event about one tilbud."""

    tilbud_id: str
    republished: bool = False

    @property
    def key(self) -> str:
        """Return the tilbuds-id."""
        return self.tilbud_id
