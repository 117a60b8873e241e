"""Every table of this service, for the migrations."""

from notification.database import Base
from notification.follows.models import Follow
from notification.mails.models import Mail
from notification.preferences.models import User
from notification.subjects.models import Subject

__all__ = ["Base", "Follow", "Mail", "Subject", "User"]
