"""Publishing figures without approval: what is newer replaces what is older, department by department."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.outbox import emit
from contracts.events.parties import Actor
from contracts.form import parse_key
from contracts.vacancies import PLACES
from reporting.fast_lane.events import vacancies_event
from reporting.fast_lane.queries import load_figures, rows_of
from reporting.fast_lane.rules import sent_figures, with_reported
from reporting.subjects.models import REPORT_TABLES, Tilbud
from reports.actions.commands import log_action
from reports.mounting import SentReport

How = Literal["reported", "confirmed", "sent"]


def publish_figures(
    session: AsyncSession, tilbud: Tilbud, reported: Sequence[dict[str, Any]], by: Actor, *, at: datetime, how: How
) -> None:
    """Store what was reported of some departments at a moment, and tell it; the tilbud is locked."""
    rows, version = rows_of(tilbud), tilbud.vacancies_version + 1
    tilbud.vacancies = with_reported(rows, reported, version=version, at=at)
    tilbud.vacancies_version = version
    tilbud.vacancies_at = max(at, tilbud.vacancies_at or at)
    tilbud.changed_at = max(at, tilbud.changed_at)
    log_action(session, REPORT_TABLES, tilbud.id, "vacancies-changed", by, version=version, how=how)
    emit(session, vacancies_event(tilbud, by), aggregate=tilbud)


async def publish_sent(session: AsyncSession, tilbud: Tilbud, report: SentReport, by: Actor) -> None:
    """Let the figures of a report that was just sent be public before the rest of it is approved (P1)."""
    if report.submission.initial or not any(parse_key(key)[0] == PLACES for key in report.content):
        return
    if reported := sent_figures(report.content, await load_figures(session, tilbud)):
        publish_figures(session, tilbud, reported, by, at=report.submission.sent_at, how="sent")


def drop_departments(tilbud: Tilbud, departments: Collection[str]) -> None:
    """Forget what was reported of departments that are not approved any more."""
    kept = [each for each in rows_of(tilbud) if each["department_id"] in departments]
    if len(kept) != len(tilbud.vacancies):
        tilbud.vacancies = kept
