"""The background process: consumers, the outbox relay, the one writer of the feed, and what changes with the day."""

from datetime import timedelta

from chassis.periodic import PeriodicJob
from chassis.worker import Worker, run_worker
from contracts.events.publication import FeedEntry
from publication.consumers import REMOVALS, subscriptions
from publication.feed.writer import FeedWriter
from publication.publishing.maintenance import PUBLISH_DAY_CHANGES
from publication.publishing.names import forget_names_after
from publication.settings import PublicationSettings

# The writer waits for a notification by itself; this is only the pause between two waits.
PAUSE_SECONDS = 0.01


def build(settings: PublicationSettings) -> Worker:
    """Return the worker that ``settings`` describe."""
    return Worker(
        settings,
        subscriptions=(*subscriptions(), REMOVALS),
        periodic_jobs=(
            PeriodicJob("feed", PAUSE_SECONDS, FeedWriter().run),
            PUBLISH_DAY_CHANGES,
            forget_names_after(timedelta(days=settings.name_retention_days)),
        ),
        strictly_ordered=(FeedEntry.topic,),
    )


if __name__ == "__main__":
    run_worker(build(PublicationSettings.load()))
