"""The background process: ``python -m notification.worker``."""

from chassis.periodic import PeriodicJob
from chassis.worker import Worker, run_worker
from notification.consumers import subscriptions
from notification.deliveries.maintenance import delete_old_mails, measure_queue
from notification.deliveries.return_mail import ReturnMail
from notification.deliveries.sending import MailSender
from notification.digests.commands import send_digests
from notification.saved_searches.alerts import SearchAlerts
from notification.saved_searches.search_client import SearchClient
from notification.settings import NotificationSettings
from notification.webhooks.calling import WebhookCaller, forget_calls


def build(settings: NotificationSettings) -> Worker:
    """Return the worker with its subscriptions and the sending of mails."""
    jobs = (
        PeriodicJob("deliver", 0.3, MailSender(settings).run),
        PeriodicJob("digests", 30, send_digests),
        PeriodicJob("saved-searches", 30, SearchAlerts(SearchClient(settings.publication_url)).run),
        PeriodicJob("call-webhooks", 1, WebhookCaller(is_development=settings.environment == "development").run),
        PeriodicJob("forget-calls", 3600, forget_calls),
        PeriodicJob("return-mail", 10, ReturnMail(settings.return_mail_dir).run),
        PeriodicJob("measure-mails", 2, measure_queue),
        PeriodicJob("forget-mails", 3600, delete_old_mails),
    )
    return Worker(settings, subscriptions=subscriptions(), periodic_jobs=jobs)


if __name__ == "__main__":
    run_worker(build(NotificationSettings.load()))
