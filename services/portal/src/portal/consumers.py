"""What the portal listens to: everything that an overview row shows."""

from chassis.subscriptions import Subscription
from contracts.events import (
    AuthorityAssigned,
    CaseApproved,
    CaseClosed,
    CaseNotRouted,
    CaseOpened,
    CaseReturned,
    FollowersChanged,
    SubmissionClosed,
    SubmissionSent,
    TilbudCeased,
    TilbudCreated,
    TilbudPublished,
    TilsynPublished,
    VacanciesChanged,
)
from contracts.topics import topic
from portal.overview import handlers
from portal.overview.commands import lock_tilbud


def subscriptions() -> tuple[Subscription, ...]:
    """Return one subscription for each topic."""
    return (
        Subscription(
            "portal.reports",
            (topic("reporting.tilbud.v1"),),
            lock=lock_tilbud,
            on={
                TilbudCreated: handlers.on_created,
                SubmissionSent: handlers.on_sent,
                SubmissionClosed: handlers.on_submission_closed,
                VacanciesChanged: handlers.on_vacancies,
            },
        ),
        Subscription(
            "portal.cases",
            (topic("approval.cases.v1"),),
            lock=lock_tilbud,
            on={
                CaseOpened: handlers.on_opened,
                CaseReturned: handlers.on_returned,
                CaseApproved: handlers.on_approved,
                CaseClosed: handlers.on_case_closed,
            },
        ),
        Subscription(
            "portal.routings",
            (topic("jurisdiction.cases.v1"),),
            lock=lock_tilbud,
            on={CaseNotRouted: handlers.on_not_routed},
        ),
        Subscription(
            "portal.tilsyn",
            (topic("approval.tilsyn.v1"),),
            lock=lock_tilbud,
            on={TilsynPublished: handlers.on_tilsyn, TilbudCeased: handlers.on_ceased},
        ),
        Subscription(
            "portal.authorities",
            (topic("jurisdiction.tilbud.v1"),),
            lock=lock_tilbud,
            on={AuthorityAssigned: handlers.on_assigned},
            full_state=True,
        ),
        Subscription(
            "portal.publications",
            (topic("publication.tilbud.v1"),),
            lock=lock_tilbud,
            on={TilbudPublished: handlers.on_published},
            full_state=True,
            on_deleted=handlers.on_unpublished,
        ),
        Subscription(
            "portal.follows",
            (topic("notification.follows.v1"),),
            lock=lock_tilbud,
            on={FollowersChanged: handlers.on_followers},
            full_state=True,
        ),
    )
