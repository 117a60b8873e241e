"""Every table of this service, for the migrations."""

from jurisdiction.agreements.models import Agreement
from jurisdiction.assignments.models import Assignment, Subject
from jurisdiction.database import Base
from jurisdiction.handovers.models import Handover
from jurisdiction.reference_sets.models import ReferenceSet
from jurisdiction.routing.models import Routing, Submission, Undecided

__all__ = [
    "Agreement",
    "Assignment",
    "Base",
    "Handover",
    "ReferenceSet",
    "Routing",
    "Subject",
    "Submission",
    "Undecided",
]
