"""Every table of this service, for the migrations."""

from jurisdiction.assignments.models import Assignment, Subject
from jurisdiction.database import Base
from jurisdiction.handovers.models import Handover
from jurisdiction.routing.models import Routing, Submission

__all__ = ["Assignment", "Base", "Handover", "Routing", "Subject", "Submission"]
