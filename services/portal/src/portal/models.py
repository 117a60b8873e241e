"""Every table of the portal, for the migrations."""

from portal.database import Base
from portal.overview.models import Case, Follower, Subject, Tilsyn
from portal.sessions.models import KeptForm, Session

__all__ = ["Base", "Case", "Follower", "KeptForm", "Session", "Subject", "Tilsyn"]
