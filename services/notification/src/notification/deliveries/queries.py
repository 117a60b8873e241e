"""The read side: what was delivered about a subject, as far as the caller may know of it."""

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.access import Privilege, is_system, organisation_of
from notification.deliveries.schemas import DeliveryBody
from notification.email_address import address_key
from notification.kinds import KINDS
from notification.mail_types import Failure, Role
from notification.mails.models import Mail
from notification.mails.phrases import failure_words
from notification.subjects.models import Subject
from web.auth import Principal
from web.pagination import Page, decode_cursor, encode_cursor


async def deliveries(
    session: AsyncSession, principal: Principal, kind: str, about: str, cursor: str | None, limit: int
) -> Page[DeliveryBody]:
    """Return the mails about a subject to the caller and the caller's organisation, the newest first.

    Its authority also sees that leader and contact person were told; the national operator sees every delivery.
    """
    before = Mail.id < decode_cursor(cursor, int)[0] if cursor else true()
    statement = (
        select(Mail)
        .where(Mail.subject_kind == kind, Mail.subject_id == about, before, _may_see(principal, kind, about))
        .order_by(Mail.id.desc())
        .limit(limit + 1)
    )
    rows = (await session.scalars(statement)).all()
    following = encode_cursor(rows[limit - 1].id) if len(rows) > limit else None
    return Page(items=[_delivery(row, principal) for row in rows[:limit]], next=following)


def _may_see(principal: Principal, kind: str, about: str) -> ColumnElement[bool]:
    if principal.holds(Privilege.RUN_OPERATIONS):
        return true()
    if is_system(principal.rights):
        return Mail.sub == principal.sub
    organisation = organisation_of(principal.rights, principal.cvr, principal.sub)
    own = or_(Mail.organisation == organisation, Mail.sub == principal.sub)
    authority = KINDS[kind].authority_of(principal.rights)
    if authority is None:  # A subject whose authority is not known yet has none either, and is nobody's to see.
        return own
    supervised = exists().where(Subject.kind == kind, Subject.id == about, Subject.authority == authority)
    return or_(own, and_(Mail.role != Role.FOLLOWER, supervised))


def _delivery(row: Mail, principal: Principal) -> DeliveryBody:
    mine = row.sub == principal.sub or address_key(principal.email or "") == row.email
    return DeliveryBody.model_validate(
        {
            "id": str(row.id),
            "kind": row.mail_type,
            "about": row.subject_id,
            "role": row.role,
            "state": row.state,
            "attempts": row.attempts,
            "created_at": row.created_at,
            "settled_at": row.settled_at,
            "failure": {"code": row.failure, "detail": failure_words(Failure(row.failure))} if row.failure else None,
            "to": row.email if mine else None,
        }
    )
