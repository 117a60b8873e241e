"""The background process: consumers, the outbox relay, and the one writer of the feed."""

from chassis.periodic import PeriodicJob
from chassis.worker import Worker, run_worker
from contracts.events.publication import FeedEntry
from publication.consumers import subscriptions
from publication.feed.writer import FeedWriter
from publication.settings import PublicationSettings

# The writer waits for a notification by itself; this is only the pause between two waits.
PAUSE_SECONDS = 0.01


def build(settings: PublicationSettings) -> Worker:
    """Return the worker that ``settings`` describe."""
    return Worker(
        settings,
        subscriptions=subscriptions(),
        periodic_jobs=(PeriodicJob("feed", PAUSE_SECONDS, FeedWriter().run),),
        strictly_ordered=(FeedEntry.topic,),
    )


if __name__ == "__main__":
    run_worker(build(PublicationSettings.load()))
