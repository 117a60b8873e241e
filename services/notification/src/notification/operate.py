"""The operator's commands: ``python -m notification.operate``.

What is kept of others' facts is compared, and repaired by their owners' republishing: a mail is owed when a fact is
taken in, so the rows are never replaced behind the handlers' back.
"""

from notification.consumers import subscriptions
from notification.follows.commands import republish
from notification.settings import NotificationSettings
from notification.subjects.models import Subject
from operations.cli import Republishing, create_cli
from operations.projected_tables import ProjectedTable
from operations.shadow_tables import Projection

_COLUMNS = ("name", "operator_cvr", "content_number", "authority", "authority_version", "authorities", "is_public")

cli = create_cli(
    NotificationSettings.load,
    owned=Republishing((Subject.kind, Subject.id), republish),
    kept=Projection(subscriptions(), [ProjectedTable.of(Subject, *_COLUMNS)]),
)

if __name__ == "__main__":
    cli()
