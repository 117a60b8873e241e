"""The operator's commands: ``python -m notification.operate``.

What is kept of others' facts is compared, and repaired by their owners' republishing: a mail is owed when a fact is
taken in, so the rows are never replaced behind the handlers' back.
"""

from chassis.operate import Owned, create_cli
from chassis.projection import Kept, Projection
from notification.consumers import SUBSCRIPTIONS
from notification.follows import tell_again
from notification.models import Tilbud
from notification.settings import NotificationSettings

_COLUMNS = ("name", "operator_cvr", "content_number", "authority", "authority_version", "authorities", "is_public")

cli = create_cli(
    NotificationSettings.load,
    owned=Owned(Tilbud.id, tell_again),
    kept=Projection(SUBSCRIPTIONS, [Kept.of(Tilbud, *_COLUMNS)]),
)

if __name__ == "__main__":
    cli()
