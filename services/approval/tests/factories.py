"""The events around one tilbud that lead to a case."""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from approval.consumers import subscriptions
from chassis.database import Database
from chassis.subscriptions import Record
from chassis.testing import deliver, emitted, record_of
from contracts.events import (
    AuthorityAssigned,
    CaseNotRouted,
    CaseRouted,
    SubmissionClosed,
    SubmissionSent,
    TilbudCreated,
    VacanciesChanged,
)
from contracts.events.parties import (
    Actor,
    Address,
    Operator,
    OperatorKind,
    Person,
    RoutingFacts,
    StepContent,
    TilbudFacts,
)
from contracts.events.reporting import DepartmentVacancies

SENT_AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)

TILBUD = "CRV-6324"

SUBMISSION = "0193a1b0-0000-7000-8000-000000000001"

DORTHE = Actor(sub="dorthe", name="Dorthe Kragh", org_name="Blomsterengen ApS", cvr="99000015")

LEADER = Person(name="Lis Lind", email="lis@solsikken.example", phone="98000001")

FACTS = TilbudFacts(
    name="Solsikken",
    operator=Operator(cvr="99000015", name="Blomsterengen ApS", kind=OperatorKind.PRIVATE),
    address=Address(street="Solvej 1", postcode="9000", city="Aalborg", municipality="0851"),
    primary_legal_basis="botilbud-laengerevarende",
    legal_bases=["botilbud-laengerevarende"],
)

CONTENT: dict[str, dict[str, Any]] = {
    "contact": {
        "name": "Solsikken",
        "phone": "98000000",
        "leader": {"name": "Lis Lind", "email": "lis@solsikken.example", "phone": "98000001"},
    },
    "departments": {"departments": [{"id": "afd-1", "name": "Afdeling Nord"}]},
    "places/afd-1": {"approved_places": 10, "vacancies": 2},
}


class Scenario:
    """The events around one tilbud, as the other services publish them, handed to the real consume path."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._sequence = 0
        self.content = CONTENT

    def created(self, tilbud_id: str = TILBUD, **other: Any) -> Record:
        """``reporting`` says that the tilbud exists."""
        values: dict[str, Any] = {
            "tilbud": FACTS,
            "leader": LEADER,
            "contact": None,
            "created_by_authority": "socialtilsyn-nord",
            "created_by": DORTHE,
            "created_at": SENT_AT,
        }
        return self._record(TilbudCreated(tilbud_id=tilbud_id, **(values | other)))

    def sent(
        self,
        *,
        revision: int = 1,
        number: int = 1,
        submission_id: str = SUBMISSION,
        content: dict[str, dict[str, Any]] | None = None,
        **other: Any,
    ) -> Record:
        """``reporting`` says that a report was sent."""
        values: dict[str, Any] = {
            "tilbud_id": TILBUD,
            "submission_id": submission_id,
            "number": number,
            "revision": revision,
            "initial": number == 1,
            "form_version": "tilbud-1",
            "sent_at": SENT_AT + timedelta(hours=number * 10 + revision),
            "sent_by": DORTHE,
            "tilbud": FACTS,
            "leader": LEADER,
            "contact": None,
            "facts": RoutingFacts(
                legal_bases=["botilbud-laengerevarende"], primary="botilbud-laengerevarende", municipality="0851"
            ),
            "steps": [StepContent(key=key, data=data) for key, data in (content or CONTENT).items()],
        }
        return self._record(SubmissionSent(**(values | other)))

    def identified(self, **other: Any) -> TilbudFacts:
        """What identifies the tilbud, with something of it changed."""
        return FACTS.model_copy(update=other)

    def vacancies(self, version: int, free: int, *, hours: int) -> Record:
        """``reporting`` says the vacancies of the department, so many hours after the first draft."""
        event = VacanciesChanged(
            tilbud_id=TILBUD,
            version=version,
            departments=[DepartmentVacancies(department_id="afd-1", vacancies=free)],
            changed_at=SENT_AT + timedelta(hours=hours),
            changed_by=DORTHE,
        )
        return self._record(event)

    def closed(self, *, revision: int = 1, submission_id: str = SUBMISSION) -> Record:
        """``reporting`` says that the reporter gave a report up."""
        return self._record(
            SubmissionClosed(
                tilbud_id=TILBUD,
                submission_id=submission_id,
                revision=revision,
                closed_at=SENT_AT + timedelta(days=2),
                closed_by=DORTHE,
            )
        )

    def routed(
        self,
        authority: str = "socialtilsyn-nord",
        *,
        revision: int = 1,
        submission_id: str = SUBMISSION,
        sequence: int = 0,
    ) -> Record:
        """``jurisdiction`` says who decides."""
        event = CaseRouted(
            tilbud_id=TILBUD,
            submission_id=submission_id,
            revision=revision,
            authority=authority,
            rule="R1",
            legal_source="lov om socialtilsyn § 2",
            confidence="high",
            explanation="Tilbuddet ligger i Aalborg Kommune.",
            considered=[],
            reference_version="2026-1",
            valid_on=date(2026, 11, 20),
            routed_at=SENT_AT,
        )
        return self._record(event, sequence)

    def not_routed(self, *, revision: int = 1, sequence: int = 0) -> Record:
        """``jurisdiction`` says that nobody decides."""
        event = CaseNotRouted(
            tilbud_id=TILBUD,
            submission_id=SUBMISSION,
            revision=revision,
            reason="Christiansø hører ikke under nogen.",
            routed_at=SENT_AT,
        )
        return self._record(event, sequence)

    def assigned(self, authority: str = "socialtilsyn-nord", *, version: int = 1, tilbud_id: str = TILBUD) -> Record:
        """``jurisdiction`` says who supervises the tilbud now."""
        return self._record(
            AuthorityAssigned(
                tilbud_id=tilbud_id,
                version=version,
                authority=authority,
                previous=None,
                rule="R1",
                explanation="Tilbuddet ligger i Aalborg Kommune.",
                assigned_at=SENT_AT,
            )
        )

    def _record(self, event: Any, sequence: int = 0) -> Record:
        self._sequence += 1
        service = event.topic.split(".")[0]
        return record_of(event, source=f"/services/{service}", sequence=sequence or self._sequence)

    async def deliver(self, *records: Record) -> None:
        """Hand each record to the subscription of its topic, one batch for each run of the same topic."""
        by_topic = {topic: item for item in subscriptions() for topic in item.topic_names}
        for topic, group in groupby(records, key=lambda record: record.topic):
            await deliver(self.database, by_topic[topic], *group)

    async def open_case(self, **other: Any) -> None:
        """The tilbud is known, its first report is sent and routed to Socialtilsyn Nord."""
        await self.deliver(self.created(), self.assigned(), self.sent(**other), self.routed())

    async def published(self) -> list[dict[str, Any]]:
        """Return what was published: the last part of the type, and the data."""
        rows = await emitted(self.database)
        return [{**row, "fact": row["type"].split(".")[-2], "data": json.loads(row["value"])} for row in rows]
