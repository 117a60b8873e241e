"""Receipts of a case, read from the action log (R78).

Rows of the releases before name fewer details: what is missing there is taken from the case as it is now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import NotFound
from reports.models import ActionMixin, SubmissionMixin
from reports.mounting import ReportMount
from reports.receipts.schemas import ReceiptList, ReceiptView
from reports.schemas import Sender, named_authority
from reports.submissions.commands import CLOSED, ROUTED, SENT, SENT_AGAIN
from reports.submissions.queries import keys_of
from reports.submissions.step_names import department_names, named_steps, reference_of

ACTS = {SENT: "sent", SENT_AGAIN: "sent-again", CLOSED: "closed"}


async def list_receipts(
    session: AsyncSession, mount: ReportMount[Any], subject_id: str, submission_id: str
) -> ReceiptList:
    """Return the receipts of a case, the newest first; NotFound for a case of another subject."""
    tables = mount.tables
    submission = await session.get(tables.submission, submission_id)
    if submission is None or submission.subject_id != subject_id:
        raise NotFound
    action = tables.action
    of_case = action.details["submission_id"].astext == submission_id
    statement = select(action).where(action.subject_id == subject_id, action.what.in_((*ACTS, ROUTED)), of_case)
    rows = list((await session.scalars(statement.order_by(action.id))).all())
    known = _Known(
        submission,
        await keys_of(session, tables, submission_id),
        await department_names(session, tables, subject_id),
        _authorities(rows, submission),
    )
    return ReceiptList(items=[known.receipt(mount, row) for row in reversed(rows) if row.what in ACTS])


def _authorities(rows: Iterable[ActionMixin], submission: SubmissionMixin) -> dict[int, str]:
    """Return the authority that each revision came to first."""
    routed = [row.details for row in rows if row.what == ROUTED]
    first = {each["revision"]: each["authority"] for each in reversed(routed)}
    return ({submission.revision: submission.authority} if submission.authority else {}) | first


@dataclass(frozen=True)
class _Known:
    """What is known of a case beside its action log."""

    submission: SubmissionMixin
    keys: Sequence[str]
    departments: Mapping[str, str]
    authorities: Mapping[int, str]

    def receipt(self, mount: ReportMount[Any], row: ActionMixin) -> ReceiptView:
        """Return the receipt that a row of the action log stands for."""
        details, submission = row.details, self.submission
        revision = details.get("revision") or (submission.revision if row.what == CLOSED else 1)
        authority = self.authorities.get(revision)
        return ReceiptView(
            id="closed" if row.what == CLOSED else f"sent-{revision}",
            act=ACTS[row.what],
            submission_id=submission.id,
            reference=reference_of(submission.subject_id, submission.number),
            revision=revision,
            at=row.at,
            by=Sender(**(row.by or {}), on_behalf_reason=self._reason(row, revision)),
            authority=named_authority(authority) if authority else None,
            steps=named_steps(
                details.get("steps") or self.keys,
                mount.all_steps,
                {**self.departments, **details.get("departments", {})},
            ),
        )

    def _reason(self, row: ActionMixin, revision: int) -> str | None:
        if row.what == CLOSED:
            return None
        is_last = revision == self.submission.revision
        kept = self.submission.sent_by.get("on_behalf_reason") if is_last else None
        reason: str | None = row.details.get("on_behalf_reason", kept)
        return reason
