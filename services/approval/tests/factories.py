"""The events around one subject that lead to a case, handed to the real consume path."""

import json
from itertools import groupby
from typing import Any

from approval.consumers import subscriptions
from chassis.database import Database
from chassis.subscriptions import Record
from contracts.events.base import SubjectEvent
from contracts.kinds import TILBUD, Kind
from contracts.testing import factories
from contracts.testing.factories import NORD, SMALL_REPORT, TILBUD_ID
from devstack.in_process import deliver, emitted, record_of

SUBMISSION = "0193a1b0-0000-7000-8000-000000000001"
SECOND, THIRD = SUBMISSION[:-1] + "2", SUBMISSION[:-1] + "3"


class Scenario:
    """What the other services publish about a tilbud, or about a subject of another ``kind`` with the same id."""

    content = SMALL_REPORT

    def __init__(self, database: Database, kind: Kind = TILBUD) -> None:
        self.database = database
        self.kind = kind
        self._sequence = 0

    def created(self, tilbud_id: str = TILBUD_ID, **fields: Any) -> Record:
        """The subject was created."""
        return self._record(factories.tilbud_created(tilbud_id, **fields))

    def sent(self, *, revision: int = 1, number: int = 1, submission_id: str = SUBMISSION, **fields: Any) -> Record:
        """A report was sent."""
        return self._record(
            factories.submission_sent(number=number, revision=revision, submission_id=submission_id, **fields)
        )

    def vacancies(self, version: int, free: int, *, days: float) -> Record:
        """Vacancies of the department were reported in the fast lane; report number n is sent after n days."""
        event = factories.vacancies_changed(
            version=version, free={"afd-1": free}, changed_at=factories.moment(days=days)
        )
        return self._record(event)

    def closed(self, *, revision: int = 1, submission_id: str = SUBMISSION) -> Record:
        """The reporter gave a report up."""
        return self._record(factories.submission_closed(revision=revision, submission_id=submission_id))

    def routed(
        self,
        authority: str = NORD,
        *,
        revision: int = 1,
        submission_id: str = SUBMISSION,
        sequence: int = 0,
        **fields: Any,
    ) -> Record:
        """A revision of a report has an authority that decides."""
        event = factories.case_routed(revision=revision, authority=authority, submission_id=submission_id, **fields)
        return self._record(event, sequence)

    def not_routed(self, *, revision: int = 1, sequence: int = 0) -> Record:
        """Nobody decides a revision of a report."""
        return self._record(factories.case_not_routed(revision=revision, submission_id=SUBMISSION), sequence)

    def assigned(self, authority: str = NORD, *, version: int = 1, tilbud_id: str = TILBUD_ID, **fields: Any) -> Record:
        """The subject has an authority that supervises it."""
        return self._record(factories.authority_assigned(tilbud_id, version, authority, **fields))

    def _record(self, event: SubjectEvent, sequence: int = 0) -> Record:
        self._sequence += 1
        own = event if self.kind is TILBUD else factories.as_kind(self.kind, event)
        service = own.topic.partition(".")[0]
        return record_of(own, source=f"/services/{service}", sequence=sequence or self._sequence)

    async def deliver(self, *records: Record) -> None:
        """Hand each record to the subscription of its topic, one batch for each run of the same topic."""
        by_topic = {topic: item for item in subscriptions() for topic in item.topic_names}
        for topic, group in groupby(records, key=lambda record: record.topic):
            await deliver(self.database, by_topic[topic], *group)

    async def open_case(self, **fields: Any) -> None:
        """The subject is known, its first report is sent and routed to Socialtilsyn Nord."""
        await self.deliver(self.created(), self.assigned(), self.sent(**fields), self.routed())

    async def published(self) -> list[dict[str, Any]]:
        """Return what was published: the last part of the type as ``fact``, and the data."""
        rows = await emitted(self.database)
        return [{**row, "fact": row["type"].split(".")[-2], "data": json.loads(row["value"])} for row in rows]
