"""What differs between the kinds of subject that people follow: one entry per kind. Pure.

What an entry does not say is that of a kind whose content never leaves its own store: its subjects have no name here,
nobody but the officers of its authorities follows them, and mails say no more of them than their ids.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from contracts.access import OFFICER_PRIVILEGES, ScopedRight, authority_side, provider_side
from contracts.events import TilbudPublished
from contracts.events.base import SubjectEvent
from contracts.events.parties import Person
from contracts.kinds import KindEntry, Registry
from notification.figures import Figures, figures_of
from notification.mail_types import MailType, Role

CASE_MAILS = frozenset(
    {MailType.CASE_OPENED, MailType.CASE_RETURNED, MailType.CASE_APPROVED, MailType.AUTHORITY_CHANGED}
)


@dataclass(frozen=True)
class Content:
    """What an event says that a subject is called and who runs it."""

    name: str
    operator_cvr: str
    operator_name: str


@dataclass(frozen=True)
class Paths:
    """The pages of the portal that mails lead to: where one reports, where officers decide, and what everybody sees.

    ``returned_case`` is where a returned case is corrected, None for a kind without such a page.
    """

    reporter: str = "/indberet/{kind}/{id}"
    officer: str = "/godkend/{kind}/{id}"
    public: str = "/{kind}/{id}"
    returned_case: str | None = None


@dataclass(frozen=True)
class FollowedKind(KindEntry):
    """How the subjects of a kind are followed, and what is written about them.

    ``mail_types`` are the mails that its facts lead to, ``texts`` the folder with their words. ``content`` and
    ``people`` read events. ``reporting_side`` returns the organisation whose followers hear of a decision, by the CVR
    number of the operator and the authority. ``published`` is the event with the public state, None for a kind that
    is never public, and ``figures`` what of it followers are told of when it changes. ``officer_privileges`` make their
    holder an officer for this kind, None stands for those of the kind itself. ``message_key`` stands for a subject in
    Message-IDs, by kind and id. Of a case that opens, ``moved_from`` is the authority that had it before and
    ``reported_by`` the one that sent the report on behalf; ``is_ceased`` says of one that is closed that its subject
    has ceased.
    """

    service: ClassVar[str] = "notification"

    mail_types: frozenset[MailType] = CASE_MAILS
    texts: str = "unnamed"
    paths: Paths = field(default_factory=Paths)
    content: Callable[[Any], Content | None] = lambda _: None
    people: Callable[[Any], Mapping[Role, Person | None]] = lambda _: {}
    reporting_side: Callable[[str | None, str], str] = lambda _, authority: authority_side(authority)
    published: type[SubjectEvent] | None = None
    figures: Callable[[Any], Figures | None] = lambda _: None
    officer_privileges: frozenset[str] | None = None
    message_key: Callable[[str, str], str] = "{}\x1f{}".format
    moved_from: Callable[[Any], str | None] = lambda _: None
    reported_by: Callable[[Any], str | None] = lambda _: None
    is_ceased: Callable[[Any], bool] = lambda _: False

    def authority_of(self, rights: Iterable[ScopedRight]) -> str | None:
        """Return the authority that the holder of ``rights`` is an officer of for this kind, or None."""
        own = self.privileges
        wanted = self.officer_privileges or {own.create, own.report, own.approve}
        return min((right.scope for right in rights if right.privilege in wanted), default=None)


def provider_organisation(cvr: str | None) -> str:
    """Return the organisation that users on the provider's side are counted in."""
    return provider_side(cvr) if cvr else "unknown"


def _content_of_tilbud(event: Any) -> Content:
    operator = event.tilbud.operator
    # The name is empty until CVR has given it.
    return Content(event.tilbud.name, operator.cvr, operator.name or f"virksomheden med CVR-nummer {operator.cvr}")


TILBUD = FollowedKind(
    id="tilbud",
    mail_types=frozenset(MailType),
    texts="tilbud",
    paths=Paths(returned_case="/indberet/{kind}/{id}/sager/{case}"),
    content=_content_of_tilbud,
    people=lambda event: {Role.LEADER: event.leader, Role.CONTACT: event.contact},
    reporting_side=lambda cvr, _: provider_organisation(cvr),
    published=TilbudPublished,
    figures=lambda event: figures_of(event.tilbud),
    officer_privileges=OFFICER_PRIVILEGES,
    moved_from=lambda event: event.moved_from,
    reported_by=lambda event: event.reported_by,
    is_ceased=lambda event: event.outcome == "ceased",
    # The Message-IDs of tilbud are older than the kinds.
    message_key=lambda _, tilbud_id: tilbud_id,
    groups={
        "reports": "notification.tilbud",
        "authorities": "notification.authorities",
        "routings": "notification.routings",
        "cases": "notification.cases",
        "tilsyn": "notification.tilsyn",
        "deadlines": "notification.deadlines",
        "duties": "notification.duties",
        "samples": "notification.samples",
        "public": "notification.public",
    },
)

KINDS: Registry[FollowedKind] = Registry(tilbud=TILBUD)
