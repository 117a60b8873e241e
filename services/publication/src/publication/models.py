"""Every table of ``publication``, for the migrations and their tests."""

from publication.database import Base
from publication.feed.models import FeedHead, FeedRow, PendingEntry
from publication.rates.models import RateRow
from publication.records.models import PublicVersion, Tilbud, TilsynRow
from publication.search.models import SearchRow

__all__ = [
    "Base",
    "FeedHead",
    "FeedRow",
    "PendingEntry",
    "PublicVersion",
    "RateRow",
    "SearchRow",
    "Tilbud",
    "TilsynRow",
]
