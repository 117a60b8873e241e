"""What is asked of each service, before and after: its lists, and single objects found in them in every state."""

from collections.abc import AsyncIterator
from typing import Any

from tests.upgrade.actions import LOCAL_OFFICER, OFFICER, OTHER_REPORTER, REPORTER
from tests.upgrade.client import PORTAL, Question, ServiceClient
from tests.upgrade.scenarios import NORD

FOREIGN_REPORTER, FOREIGN_OFFICER = "reporter-other", "officer-syd"
CASE_STATES = ("awaiting", "returned", "closed")
SEARCHES = (
    "q=solsikken",
    "legal_basis=botilbud-laengerevarende&limit=2",
    "target_group=autism&vacancies=1",
    "municipality=0851&sort=name",
    "near=9000&age=30",
    "service=&rate_max=1",
)
FILTERS = ("", "?followed=1", "?unfollowed=1&published=1", "?q=sol&status=approved", "?case_status=returned")
PUBLIC_PAGES = ("/", "/plejefamilier", "/kontakt", "/soeg", "/soeg?q=solsikken", "/soeg?audience=adults&near=9000")
Answers = list[tuple[Question, dict[str, Any]]]


class Recording:
    """Asks and keeps every question with its answer; ``day`` stands in every question that a date belongs to."""

    def __init__(self, client: ServiceClient, day: str) -> None:
        self.answers: Answers = []
        self._asker = client
        self._day = day

    async def record_all(self) -> None:
        """Ask everything."""
        await self._reporting()
        await self._approval()
        await self._publication()
        await self._notification()
        await self._jurisdiction()
        await self._portal()
        # Last, since looking leaves a trace of its own.
        await self._ask(OFFICER, "reporting", f"/v1/tilbud/{_named(await self._own(OFFICER), 'Solsikken')}/leader-cpr")

    async def _ask(self, caller: str | None, service: str, path: str) -> Any:
        question = (caller, service, path)
        answer = await self._asker.ask(question)
        self.answers.append((question, answer))
        return answer["body"]

    async def _pages(self, caller: str | None, service: str, path: str) -> AsyncIterator[Any]:
        """Ask for every page of a list and yield its items."""
        separator, cursor = ("&" if "?" in path else "?"), ""
        while True:
            body = await self._ask(caller, service, path + (f"{separator}cursor={cursor}" if cursor else ""))
            for item in body["items"]:
                yield item
            cursor = body.get("next")
            if not cursor:
                return

    async def _own(self, caller: str) -> list[Any]:
        return [item async for item in self._pages(caller, "reporting", "/v1/tilbud?limit=10")]

    async def _reporting(self) -> None:
        await self._ask(FOREIGN_REPORTER, "reporting", "/v1/tilbud")
        await self._ask(FOREIGN_OFFICER, "reporting", "/v1/tilbud?q=sydvendt")
        await self._ask(None, "reporting", "/v1/tilbud")
        await self._ask(REPORTER, "reporting", f"/v1/form/botilbud-laengerevarende?at={self._day}")
        own = await self._own(REPORTER)
        for item in own:
            base = f"/v1/tilbud/{item['id']}"
            for path in ("", "/history", "/vacancies", "/draft"):
                await self._ask(REPORTER, "reporting", base + path)
        for name in ("Solsikken", "Returneret", "Undervejs"):
            base = f"/v1/tilbud/{_named(own, name)}"
            await self._ask(OFFICER, "reporting", f"{base}/actions")
            await self._ask(REPORTER, "reporting", f"{base}?as_of={self._day}T00:00:00Z")
            await self._ask(FOREIGN_REPORTER, "reporting", base)
            for path in ("/draft/summary", "/draft/steps/values", "/draft/steps/places"):
                await self._ask(REPORTER, "reporting", base + path)

    async def _approval(self) -> None:
        for state in CASE_STATES:
            await self._ask(FOREIGN_OFFICER, "approval", f"/v1/cases?state={state}")
            async for item in self._pages(OFFICER, "approval", f"/v1/cases?state={state}&limit=4"):
                case = f"/v1/cases/{item['id']}"
                await self._ask(OFFICER, "approval", case)
                await self._ask(OFFICER, "approval", f"{case}/changes?only_changed=true")
                tilsyn = f"/v1/tilbud/{item['tilbud_id']}/tilsyn"
                async for each in self._pages(OFFICER, "approval", tilsyn):
                    await self._ask(OFFICER, "approval", f"/v1/tilsyn/{each['id']}?authority={each['authority']}")

    async def _publication(self) -> None:
        found = [item async for item in self._pages(None, "publication", f"/v1/search?as_of={self._day}&limit=5")]
        for search in SEARCHES:
            await self._ask(None, "publication", f"/v1/search?{search}&as_of={self._day}")
        ids = [item["tilbud_id"] for item in found]
        for tilbud_id in ids:
            await self._ask(None, "publication", f"/v1/tilbud/{tilbud_id}?as_of={self._day}")
            await self._ask(None, "publication", f"/v1/tilbud/{tilbud_id}/changes")
        await self._ask(None, "publication", f"/v1/compare?id={ids[0]}&id={ids[1]}")
        await self._ask(None, "publication", "/v1/rates?target_group=autism&legal_basis=botilbud-laengerevarende")
        await self._ask(None, "publication", "/v1/feed?lastEventId=0&limit=1000")
        await self._ask(None, "publication", "/v1/dump")

    async def _notification(self) -> None:
        for caller in (REPORTER, OTHER_REPORTER, FOREIGN_REPORTER, OFFICER):
            for path in ("/v1/follows", "/v1/unfollowed", "/v1/preferences"):
                await self._ask(caller, "notification", path)
        for item in await self._own(REPORTER):
            await self._ask(REPORTER, "notification", f"/v1/deliveries?about={item['id']}&limit=100")

    async def _jurisdiction(self) -> None:
        for item in await self._own(OFFICER):
            await self._ask(OFFICER, "jurisdiction", f"/v1/tilbud/{item['id']}/authority?at={self._day}")

    async def _portal(self) -> None:
        own = await self._own(REPORTER)
        await self._public_pages()
        for query in FILTERS:
            await self._ask(REPORTER, PORTAL, f"/indberet{query}")
            await self._ask(OFFICER, PORTAL, f"/godkend{query}")
        for name in ("Solsikken", "Returneret", "Opgivet", "Erstattet", "Undervejs"):
            await self._ask(REPORTER, PORTAL, f"/indberet/tilbud/{_named(own, name)}")
            await self._ask(OFFICER, PORTAL, f"/godkend/tilbud/{_named(own, name)}")
        base = f"/indberet/tilbud/{_named(own, 'Returneret')}"
        for step in ("company", "contact", "departments", "interventions", "places", "annual-report"):
            await self._ask(REPORTER, PORTAL, f"{base}/trin/{step}")
        await self._ask(REPORTER, PORTAL, f"{base}/opsummering")
        await self._ask(OFFICER, PORTAL, "/opret")
        await self._cases_on_pages(own)
        await self._tilsyn_on_pages(own)

    async def _public_pages(self) -> None:
        for path in PUBLIC_PAGES:
            await self._ask(None, PORTAL, path)
        found = await self._ask(None, "publication", f"/v1/search?as_of={self._day}&limit=3")
        for item in found["items"]:
            await self._ask(None, PORTAL, f"/tilbud/{item['tilbud_id']}")

    async def _cases_on_pages(self, own: list[Any]) -> None:
        for name in ("Halvvejs", "Sendt igen", "Returneret", "Netop afgjort"):
            tilbud_id = _named(own, name)
            for state in CASE_STATES:
                cases = await self._ask(OFFICER, "approval", f"/v1/cases?tilbud_id={tilbud_id}&state={state}")
                for case in cases["items"]:
                    await self._ask(OFFICER, PORTAL, f"/godkend/sager/{case['id']}")
                    await self._ask(REPORTER, PORTAL, f"/indberet/tilbud/{tilbud_id}/sager/{case['id']}")
                    await self._ask(OFFICER, PORTAL, f"/godkend/sager/{case['id']}/kvittering")

    async def _tilsyn_on_pages(self, own: list[Any]) -> None:
        tilbud_id = _named(own, "Under skærpet tilsyn")
        await self._ask(REPORTER, PORTAL, f"/tilsyn/tilbud/{tilbud_id}")
        await self._ask(REPORTER, PORTAL, f"/tilsyn/{tilbud_id}-skaerpet?authority={NORD}")
        theirs = await self._own(LOCAL_OFFICER)
        await self._ask(LOCAL_OFFICER, PORTAL, f"/tilsyn/opret/{theirs[0]['id']}")
        await self._ask(LOCAL_OFFICER, PORTAL, f"/tilsyn/tilbud/{theirs[0]['id']}")


def _named(own: list[Any], name: str) -> str:
    return str(next(item["id"] for item in own if item["name"] == name))
