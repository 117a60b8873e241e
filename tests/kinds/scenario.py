"""The way of one report on a lighthouse that has the id of a tilbud, and what was seen on it."""

from dataclasses import dataclass, field
from typing import Any

from chassis.subscriptions import Record
from contracts.testing.lighthouse import LIGHTHOUSE
from notification.deliveries.sending import MailSender
from tests.chaos.ordering.actions import TilbudActions
from tests.chaos.ordering.system import COLLEAGUE, OFFICER
from tests.kinds.actions import NEW_COLOUR, LighthouseActions
from tests.kinds.system import Row, SystemWithLighthouses

Answer = dict[str, Any]


@dataclass
class WalkedReport:
    """What was seen while the report went its way, by stage; ``records`` are all events that were published then.

    ``before`` and ``after`` are the rows of every service at its beginning and at its end, ``newly_consumed`` how many
    messages each has handled meanwhile.
    """

    system: SystemWithLighthouses
    tilbud: TilbudActions
    lighthouse: LighthouseActions
    before: dict[str, dict[str, Row]]
    after: dict[str, dict[str, Row]] = field(default_factory=dict)
    newly_consumed: dict[str, int] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    cases: dict[str, Answer] = field(default_factory=dict)
    reports: dict[str, Answer] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Return the id that the tilbud and the lighthouse share."""
        return self.lighthouse.subject_id

    @property
    def case_path(self) -> str:
        """Return the address of the case at ``approval``."""
        return f"/v1/cases/{self.lighthouse.cases['first']}"

    async def get(self, who: str, service: str, path: str) -> Any:
        """Return what an API answers to a persona."""
        return (await self.system.running.call(who, "GET", service, path)).json()

    async def note(self, stage: str) -> None:
        """Keep what officers and reporters see of the case at this stage."""
        self.cases[stage] = await self.get(OFFICER, "approval", self.case_path)
        self.reports[stage] = (await self.lighthouse.report("GET", "/draft/summary")).json()


async def walk_report(system: SystemWithLighthouses, name: str) -> WalkedReport:
    """Let a tilbud be reported and approved, and then a lighthouse with its id, which is returned and sent again."""
    tilbud = TilbudActions(system.running)
    await tilbud.create(name)
    await tilbud.fill(name)
    await tilbud.send("first")
    await tilbud.approve("first")
    lighthouse = LighthouseActions(system.running, tilbud.tilbud_id)
    walked = WalkedReport(system, tilbud, lighthouse, before=await system.all_rows())
    consumed = {service: await system.consumed(service) for service in walked.before}
    start = len(system.running.published)
    await _walk(walked)
    walked.records = system.running.published[start:]
    walked.after = await system.all_rows()
    walked.newly_consumed = {service: await system.consumed(service) - count for service, count in consumed.items()}
    await MailSender(system.mails).run(system.running.services["notification"].database)
    return walked


async def _walk(walked: WalkedReport) -> None:
    lighthouse, running = walked.lighthouse, walked.system.running
    await lighthouse.create(walked.tilbud.tilbud_id)
    for who in (OFFICER, COLLEAGUE):
        await running.call(who, "PUT", "notification", f"/v1/follows/{LIGHTHOUSE.id}/{walked.id}")
    await lighthouse.fill()
    await lighthouse.send("first")
    await walked.note("sent")
    await lighthouse.return_case("first", "keepers")
    await walked.note("returned")
    await lighthouse.edit("tower", colour=NEW_COLOUR)
    await lighthouse.send_again("first")
    await walked.note("sent again")
    await lighthouse.approve("first")
    await walked.note("approved")
