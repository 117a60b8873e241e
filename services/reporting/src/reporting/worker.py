"""The background process: ``python -m reporting.worker``."""

from chassis.database import Database
from chassis.periodic import PeriodicJob
from chassis.worker import Worker, run_worker
from reporting.bulk_reports.commands import forget_uploads, work_off
from reporting.consumers import subscriptions
from reporting.duties.commands import notice_duties
from reporting.settings import ReportingSettings
from reporting.subjects.models import REPORT_TABLES
from reports.drafts.commands import forget_replaced

HOUR = 3_600.0
TEN_MINUTES = 600.0


async def forget_drafts(database: Database) -> None:
    """Forget the drafts that were replaced more than 30 days ago."""
    await forget_replaced(database, REPORT_TABLES)


def build(settings: ReportingSettings) -> Worker:
    """Return the worker with its subscriptions, and what it does by the clock."""

    async def notice(database: Database) -> None:
        await notice_duties(database, settings.confirm_vacancies_days)

    jobs = (
        PeriodicJob("forget-drafts", HOUR, forget_drafts),
        PeriodicJob("bulk-reports", 1.0, work_off),
        PeriodicJob("forget-bulk-reports", HOUR, forget_uploads),
        PeriodicJob("notice-duties", TEN_MINUTES, notice),
    )
    return Worker(settings, subscriptions=subscriptions(), periodic_jobs=jobs)


if __name__ == "__main__":
    run_worker(build(ReportingSettings.load()))
