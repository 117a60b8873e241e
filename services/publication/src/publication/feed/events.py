"""The entries of the feed on Kafka, in binary mode like every other event: the value is the data of the entry."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from pydantic_core import to_json

from contracts.events.publication import FeedEntry
from publication.records.models import PublicVersion


@dataclass(frozen=True)
class FeedMessage:
    """The data of one entry about the tilbud ``key``, as it is stored; its number, time and method are headers."""

    key: str
    data: Mapping[str, Any]

    ce_type: ClassVar[str] = FeedEntry.ce_type
    destination: ClassVar[str] = FeedEntry.topic

    @classmethod
    def of(cls, version: PublicVersion) -> Self:
        """Return the message that shows ``version``."""
        return cls(version.tilbud_id, {"reason": version.reason, "changes": version.changes, "tilbud": version.record})

    def model_dump_json(self, *, by_alias: bool) -> str:  # noqa: ARG002  The names are those of the wire already.
        """Return the data as JSON."""
        return to_json(self.data).decode()

    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self:
        """Return the message with other data."""
        return replace(self, data={**self.data, **(update or {})})


def entry_headers(sequence: int, version: PublicVersion) -> dict[str, str]:
    """Return what names the entry with number ``sequence``, as in ``GET /v1/feed``; the method is an extension."""
    return {
        "ce_id": str(sequence),
        "ce_time": version.valid_from.isoformat().replace("+00:00", "Z"),
        "ce_method": "PUT" if version.record else "DELETE",
    }
