"""The background process: ``python -m reporting.worker``."""

from chassis.database import Database
from chassis.periodic import PeriodicJob
from chassis.worker import Worker, run_worker
from reporting.bulk_reports.commands import forget_uploads, work_off
from reporting.consumers import subscriptions
from reporting.duties.commands import notice_duties
from reporting.leader_cpr.keys import key_source
from reporting.leader_cpr.rotation import measure_keys
from reporting.leader_cpr.vault import CprVault
from reporting.look_again import ask_registers
from reporting.settings import ReportingSettings
from reporting.subjects.models import REPORT_TABLES
from reports.drafts.commands import forget_replaced

MINUTE, TEN_MINUTES, HOUR = 60.0, 600.0, 3_600.0


async def forget_drafts(database: Database) -> None:
    """Forget the drafts that were replaced more than 30 days ago."""
    await forget_replaced(database, REPORT_TABLES)


def build(settings: ReportingSettings) -> Worker:
    """Return the worker with its subscriptions, and what it does by the clock."""

    async def notice(database: Database) -> None:
        await notice_duties(database, settings.confirm_vacancies_days)

    vault = CprVault(key_source(settings))

    async def measure_cprs(database: Database) -> None:
        await measure_keys(database, vault)

    jobs = (
        PeriodicJob("forget-drafts", HOUR, forget_drafts),
        PeriodicJob("bulk-reports", 1.0, work_off),
        PeriodicJob("forget-bulk-reports", HOUR, forget_uploads),
        PeriodicJob("notice-duties", TEN_MINUTES, notice),
        PeriodicJob("ask-registers", MINUTE, ask_registers),
        PeriodicJob("measure-cpr-keys", TEN_MINUTES, measure_cprs),
    )
    return Worker(settings, subscriptions=subscriptions(), periodic_jobs=jobs)


if __name__ == "__main__":
    run_worker(build(ReportingSettings.load()))
