"""Every table of this service, for the migrations."""

from notification.database import Base
from notification.follows.models import EndedFollow, Follow
from notification.mails.models import Mail
from notification.saved_searches.models import SavedSearch
from notification.subjects.models import Subject
from notification.users.models import StoppedAddress, User
from notification.webhooks.models import Webhook, WebhookCall

__all__ = [
    "Base",
    "EndedFollow",
    "Follow",
    "Mail",
    "SavedSearch",
    "StoppedAddress",
    "Subject",
    "User",
    "Webhook",
    "WebhookCall",
]
