"""The pages of a form and of a large case, as a browser asks for them: portal, reporting and approval, a process each.

One request at a time. The bare side is the API's answer with the same content, in turns with the page.
"""

import copy
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx2
from sqlalchemy import text

from contracts.form.keys import DEPARTMENTS
from devstack.in_process import migrated_database
from devstack.testing import Stack
from portal.sessions.commands import begin_session
from portal.sessions.oidc import Tokens
from portal.sessions.sealing import Seal
from tests.bench.bulk import ROWS
from tests.bench.large_case import CASE, NUMBER, open_large_case
from tests.bench.results import Result, percentile
from tests.bench.serving import Process, launch, settings_of, stopping
from tests.bench.start import OWN
from tests.bench.work_list import milliseconds
from tests.e2e.scenario import example
from web.auth import TokenVerifier

TIMES, P95 = 40, 95
REPORTER, OFFICER = "reporter-solsikken", "officer-nord-a"
TILBUD, DRAFT = "CRV-2", "/v1/tilbud/CRV-2/draft/steps"
MOST_FIELDS, BY_DEPARTMENT = "annual-report", "target-groups"


@dataclass(frozen=True)
class Seen:
    """A page, whose it is, and the address of its content at the API behind it."""

    what: str
    persona: str
    page: str
    service: str
    content: str


PAGES = (
    Seen("the step with most fields", REPORTER, f"/indberet/tilbud/{TILBUD}/trin/{MOST_FIELDS}", "reporting",
         f"{DRAFT}/{MOST_FIELDS}"),
    Seen(f"a step with {NUMBER} departments", REPORTER, f"/indberet/tilbud/{TILBUD}/trin/{BY_DEPARTMENT}", "reporting",
         f"{DRAFT}/{BY_DEPARTMENT}"),
    Seen(f"a case, 16 steps, {NUMBER} departments", OFFICER, f"/godkend/sager/{CASE}", "approval",
         f"/v1/cases/{CASE}/changes"),
)  # fmt: skip


async def measure_pages(stack: Stack, folder: Path) -> list[Result]:
    """Measure the p95 of each page, and the processor time of the portal for it."""
    urls = {name: stack.postgres.create_database(f"pages_{name}") for name in ("reporting", "approval", "portal")}
    async with (
        migrated_database(urls["reporting"], "reporting") as reporting,
        migrated_database(urls["approval"], "approval") as approval,
        migrated_database(urls["portal"], "portal") as portal,
    ):
        async with reporting.begin() as session:
            await session.execute(text(ROWS), {"count": 2})
        await open_large_case(approval)
        apis = {
            name: launch(name, "app", settings_of(stack, urls[name]) | OWN.get(name, {}), folder)
            for name in ("reporting", "approval")
        }
        own = {f"TP_{name.upper()}_URL": _address(api) for name, api in apis.items()}
        # Its own address is only compared with that of a form that is sent.
        settings = settings_of(stack, urls["portal"]) | OWN["portal"] | own | {"TP_PORTAL_URL": "http://127.0.0.1"}
        apis["portal"] = launch("portal", "app", settings, folder)
        tokens = {persona: stack.identity.token(persona) for persona in (REPORTER, OFFICER)}
        with stopping(list(apis.values())):
            for each in apis.values():
                await each.ready()
            await _fill(apis["reporting"], tokens[REPORTER])
            seal = Seal(OWN["portal"]["TP_SESSION_KEY"])
            verifier = TokenVerifier(stack.identity.issuer, "tilbudsportalen")
            cookies = {}
            for persona, token in tokens.items():
                async with portal.begin() as session:
                    principal = await verifier.verify(token)
                    cookies[persona] = await begin_session(session, seal, principal, Tokens(token, timedelta(hours=1)))
            found = []
            for seen in PAGES:
                found += await _measure(apis, seen, cookies[seen.persona], tokens[seen.persona])
            return found


def _address(api: Process) -> str:
    return f"http://127.0.0.1:{api.port}"


async def _fill(api: Process, token: str) -> None:
    """Draft the thirty departments, what each says of its target groups, and the step with most fields."""
    small = {step: example(f"steps/{step}") for step in (DEPARTMENTS, BY_DEPARTMENT, MOST_FIELDS)}
    ids = [f"afd-{number}" for number in range(1, NUMBER + 1)]
    row, part = small[DEPARTMENTS][DEPARTMENTS][0], small[BY_DEPARTMENT][DEPARTMENTS]["afd-1"]
    small[DEPARTMENTS] = {DEPARTMENTS: [{**row, "id": each, "name": f"Afdeling {each}"} for each in ids]}
    small[BY_DEPARTMENT] = {DEPARTMENTS: {each: copy.deepcopy(part) for each in ids}}
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(base_url=_address(api), headers=headers) as client:
        for step, data in small.items():
            tag = (await client.get(f"{DRAFT}/{step}")).headers["ETag"]
            saved = await client.put(f"{DRAFT}/{step}", json=data, headers={"If-Match": tag})
            assert saved.status_code == 200, saved.text


async def _measure(apis: dict[str, Process], seen: Seen, cookie: str, token: str) -> list[Result]:
    async with (
        httpx2.AsyncClient(base_url=_address(apis["portal"]), cookies={"tp_session": cookie}) as browser,
        httpx2.AsyncClient(
            base_url=_address(apis[seen.service]), headers={"Authorization": f"Bearer {token}"}
        ) as client,
    ):

        async def page() -> None:
            answer = await browser.get(seen.page, headers={"Accept": "text/html"})
            assert answer.status_code == 200, answer.text[:2000]

        async def content() -> None:
            (await client.get(seen.content)).raise_for_status()

        await page()
        took, bare, used = [], [], 0.0
        for _ in range(TIMES):
            began = apis["portal"].cpu_seconds()
            took.append(await milliseconds(page))
            used += apis["portal"].cpu_seconds() - began
            bare.append(await milliseconds(content))
    return [
        Result(f"page of {seen.what}", percentile(took, P95), percentile(bare, P95), "ms", "< 100 ms"),
        Result("  processor time of the portal", used * 1000 / TIMES, 0, "ms", "–"),
    ]
