"""Every event that a service publishes, by its CloudEvents type."""

from contracts.events.approval import (
    ApplicationAccepted,
    CaseApproved,
    CaseClosed,
    CaseOpened,
    CaseReturned,
    DeadlineNoticed,
    HandoverSettled,
    TilbudCeased,
    TilsynPublished,
)
from contracts.events.base import Event
from contracts.events.external import Advice, AdviceWithdrawn, Receipt
from contracts.events.jurisdiction import AuthorityAssigned, CaseNotRouted, CaseRouted, HandoverRequested
from contracts.events.notification import FollowersChanged
from contracts.events.publication import FeedEntry, TilbudPublished
from contracts.events.reporting import (
    DutiesNoticed,
    SubmissionClosed,
    SubmissionSent,
    TilbudCreated,
    VacanciesChanged,
)
from contracts.events.samples import ControlSampleChanged

__all__ = [
    "EVENTS",
    "Advice",
    "AdviceWithdrawn",
    "ApplicationAccepted",
    "AuthorityAssigned",
    "CaseApproved",
    "CaseClosed",
    "CaseNotRouted",
    "CaseOpened",
    "CaseReturned",
    "CaseRouted",
    "ControlSampleChanged",
    "DeadlineNoticed",
    "DutiesNoticed",
    "Event",
    "FeedEntry",
    "FollowersChanged",
    "HandoverRequested",
    "HandoverSettled",
    "Receipt",
    "SubmissionClosed",
    "SubmissionSent",
    "TilbudCeased",
    "TilbudCreated",
    "TilbudPublished",
    "TilsynPublished",
    "VacanciesChanged",
    "types_on",
]

# A list, so that a kind of subject can add its events: whoever imported the name sees them too.
EVENTS: list[type[Event]] = [
    TilbudCreated,
    SubmissionSent,
    SubmissionClosed,
    VacanciesChanged,
    DutiesNoticed,
    CaseRouted,
    CaseNotRouted,
    HandoverRequested,
    AuthorityAssigned,
    CaseOpened,
    CaseReturned,
    CaseApproved,
    CaseClosed,
    HandoverSettled,
    TilsynPublished,
    TilbudCeased,
    DeadlineNoticed,
    ControlSampleChanged,
    ApplicationAccepted,
    TilbudPublished,
    FeedEntry,
    FollowersChanged,
    Receipt,
    Advice,
    AdviceWithdrawn,
]


def types_on(topic: str) -> frozenset[str]:
    """Return the CloudEvents types that ``topic`` carries; anything else on it is a fault."""
    return frozenset(event.ce_type for event in EVENTS if event.topic == topic)
