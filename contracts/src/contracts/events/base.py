"""What every event has in common: its type, its topic and the entity that it is about."""

from abc import abstractmethod
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A part of an event. Readers ignore fields that they do not know, so that additions break nobody."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


def is_absent(value: object) -> bool:
    """Return whether a field added later has nothing to say: then it is not written, as before it existed."""
    return value is None or value in ([], {})


class Event(Model):
    """A fact that one service publishes.

    ``ce_type`` is the CloudEvents type and ``topic`` where it is published; ``key`` is the Kafka key and the
    CloudEvents subject. Everything about one subject has the subject's id as its key.
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


class SubjectEvent(Event, frozen=True):
    """An event about one subject: a tilbud, or something else that is reported on.

    ``subject_kind`` is the id of its kind, and ``id_field`` the name under which the subject's id stands on the wire.
    """

    subject_kind: ClassVar[str]
    id_field: ClassVar[str]

    republished: bool = False

    @classmethod
    def about(cls, subject_id: str, **fields: Any) -> Self:
        """Return the event with these fields about the subject with this id."""
        return cls.model_validate({cls.id_field: subject_id, **fields})

    @property
    def subject_id(self) -> str:
        """Return the id of the subject, which is unique within its kind."""
        return str(getattr(self, self.id_field))

    @property
    def key(self) -> str:
        """Return the id of the subject."""
        return self.subject_id


class TilbudEvent(SubjectEvent, frozen=True):
    """An event about one tilbud."""

    subject_kind: ClassVar[str] = "tilbud"
    id_field: ClassVar[str] = "tilbud_id"

    tilbud_id: str
