"""The entries of the feed, made of what is stored: it is JSON already, and is passed on without being read.

On Kafka they are in binary mode like every other event: the value is the data of the entry.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from contracts.events.publication import FeedEntry


@dataclass(frozen=True)
class FeedMessage:
    """The data of one entry about the tilbud ``key``, as JSON; its number, time and method are headers."""

    key: str
    data: str

    ce_type: ClassVar[str] = FeedEntry.ce_type
    destination: ClassVar[str] = FeedEntry.topic

    def model_dump_json(self, *, by_alias: bool) -> str:  # noqa: ARG002  The names are those of the wire already.
        """Return the data."""
        return self.data

    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self:  # noqa: ARG002
        """Return the message: no entry is ever given again with other data."""
        return self


def data_json(reason: str, changes: str, record: str | None) -> str:
    """Return the data of an entry, a ``FeedData``, as JSON; ``changes`` and ``record`` are JSON."""
    return f'{{"reason":{json.dumps(reason)},"changes":{changes},"tilbud":{record or "null"}}}'


def entry_headers(sequence: int, time: datetime, *, is_public: bool) -> dict[str, str]:
    """Return what names the entry with number ``sequence``, as in ``GET /v1/feed``; the method is an extension."""
    return {"ce_id": str(sequence), "ce_time": rfc3339(time), "ce_method": method(is_public=is_public)}


def rfc3339(moment: datetime) -> str:
    """Return a moment as every answer and event has it."""
    return moment.isoformat().replace("+00:00", "Z")


def method(*, is_public: bool) -> str:
    """Return what a reader does with an entry."""
    return "PUT" if is_public else "DELETE"
