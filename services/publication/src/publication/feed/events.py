"""The entries of the feed, as HTTP and Kafka give them."""

from contracts.events.publication import FeedData, FeedEntry
from publication.records.models import PublicVersion


def feed_entry(sequence: int, version: PublicVersion, source: str) -> FeedEntry:
    """Return the feed entry with number ``sequence`` about ``version``."""
    data = {"reason": version.reason, "changes": version.changes, "tilbud": version.record}
    return FeedEntry(
        id=str(sequence),
        source=source,
        subject=version.tilbud_id,
        time=version.valid_from,
        method="PUT" if version.record else "DELETE",
        data=FeedData.model_validate(data),
    )
