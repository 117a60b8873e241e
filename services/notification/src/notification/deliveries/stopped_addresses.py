"""An address that no mail reaches is written to no more: what waits for it as a follower's fails, and says why."""

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from notification.mail_types import Failure, Role
from notification.mails.models import COLLECTED, FAILED, OWED, Mail
from notification.users.models import StoppedAddress


async def stop_address(session: AsyncSession, email: str, smtp_code: int | None) -> None:
    """Stop ``email``, in the one form that mails go to.

    Leader and contact person of a tilbud are still written to there: each of those mails must be tried (R102, R108).
    """
    moment = now()
    stopped = insert(StoppedAddress).values(email=email, stopped_at=moment, smtp_code=smtp_code)
    await session.execute(stopped.on_conflict_do_nothing())
    waiting = (Mail.email == email, Mail.role == Role.FOLLOWER, Mail.state.in_({OWED, COLLECTED}), Mail.attempts == 0)
    failed = {"state": FAILED, "failure": Failure.STOPPED, "settled_at": moment}
    await session.execute(update(Mail).where(*waiting).values(failed))
