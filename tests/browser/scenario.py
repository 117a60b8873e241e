"""One report through the pages, in stages that say what they have seen."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Browser

from chassis.clock import today
from tests.browser.chromium import Visitor
from tests.browser.forms import fill_step
from tests.e2e.client import SystemClient, eventually, expect
from tests.e2e.scenario import COMPLETED, NORD, STEPS, TILSYN_TOPIC, example

REPORTER, RASMUS, NANNA = "reporter-solsikken", "officer-nord-a", "officer-nord-b"
RASMUS_NAME, NANNA_NAME = "Rasmus Toft", "Nanna Vestergaard"


class BrowserScenario:
    """One run through the pages; ``scripts`` says whether the browsers run JavaScript (and axe)."""

    def __init__(
        self, client: SystemClient, browser: Browser, *, scripts: bool, screenshots: Path | None = None
    ) -> None:
        self.client = client
        self.name = f"Vandreren {uuid4().hex[:8]}"
        self.tilbud_id = self.case = ""
        portal = client.endpoints["portal"]
        self.public, self.reporter, self.rasmus, self.nanna, self.operator = (
            Visitor(browser, portal, scripts=scripts, screenshots=screenshots) for _ in range(5)
        )

    @property
    def violations(self) -> list[str]:
        """Return what axe and the content security policy found, on all pages."""
        visitors = (self.public, self.reporter, self.rasmus, self.nanna, self.operator)
        return sorted({each for visitor in visitors for each in visitor.violations})

    def run(self) -> Iterator[str]:
        """Run all stages."""
        yield from self.open_public_pages()
        yield from self.create()
        yield from self.report()
        yield from self.decide()
        yield from self.correct()
        yield from self.publish()

    def open_public_pages(self) -> Iterator[str]:
        """R1 to R6: the public pages, the sign-in, and who gets no further."""
        for path in ("/", "/plejefamilier", "/kontakt", "/whistleblow", "/tilgaengelighed", "/soeg?audience=children"):
            self.public.open(path)
        self.public.open("/findes-ikke", status=404)
        self.public.open("/tilbud/CRV-1", status=404)
        yield "the public pages are there without signing in"
        self.public.page.goto(f"{self.public.portal}/indberet")
        self.public.page.click("button[value='no-tilbud']")
        self.public.check()
        self.public.expect_text("Der er ikke oprettet et tilbud for din organisation")
        self.public.click("text=Log ud")
        yield "an organisation without a tilbud is told why, and whom to ask (R6)"
        self.reporter.sign_in(REPORTER)
        self.rasmus.sign_in(RASMUS)
        self.nanna.sign_in(NANNA)
        self.reporter.open("/godkend", status=403)
        expect("Godkend tilbud" not in self.reporter.page.inner_text("header"), "a reporter sees the officers' tab")
        yield "each right opens its own tab (R9)"

    def create(self) -> Iterator[str]:
        """R101 to R103: nothing is created unless everything is there."""
        officer, body = self.rasmus, example("create-tilbud")
        officer.open("/opret")
        officer.fill("name", self.name)
        officer.click("main button[type=submit]", status=422)
        officer.expect_text("Der er")
        for name in ("street", "postcode", "city"):
            officer.fill(name, body["address"][name])
        officer.fill("municipality", body["address"]["municipality"])
        officer.choose("primary_legal_basis", body["primary_legal_basis"])
        officer.choose("legal_bases", *body["legal_bases"])
        officer.fill("cvr", body["operator"]["cvr"])
        officer.choose("operator_kind", body["operator"]["kind"])
        for name in ("name", "cpr", "email", "phone"):
            officer.fill(f"leader_{name}", body["leader"][name])
        officer.click("main button[type=submit]")
        officer.expect_text("Tilbuddet er oprettet")
        self.tilbud_id = officer.page.url.rpartition("/")[2]
        yield f"an officer creates {self.name}, receipt with {self.tilbud_id}"

    def report(self) -> Iterator[str]:
        """R15 to R54: the list, the star, every step, the summary, sent."""
        reporter, here = self.reporter, f"/indberet/tilbud/{self.tilbud_id}"
        eventually(lambda: self._is_listed(reporter, "/indberet"), "the reporter's list shows the tilbud")
        reporter.click(f"form[action='/foelg/{self.tilbud_id}'] button")
        reporter.open(f"/indberet?q={self.tilbud_id}&followed=1")
        reporter.expect_text(self.name)
        yield "the reporter finds it on the list and follows it"
        reporter.open(here)
        reporter.click("text=Start indberetning")
        reporter.open(f"{here}/trin/interventions")
        reporter.expect_text("Trinnet kan ikke udfyldes endnu")
        reporter.open(f"{here}/opsummering")
        reporter.expect_text("Indberetningen kan ikke sendes endnu")
        expect(reporter.page.is_disabled("text=Send til godkendelse"), "an empty report can be sent")
        yield "a blocked step says what is missing, and an empty report cannot be sent"
        for step in STEPS:
            reporter.open(f"{here}/trin/{step}")
            fill_step(reporter, example(f"steps/{step}") | ({"name": self.name} if step == "contact" else {}))
            reporter.click("button[value=next]")
        marks = reporter.page.locator(".step-indicator .step-icon").count()
        expect(marks == len(STEPS), f"{marks} of {len(STEPS)} steps have a check mark")
        yield f"all {len(STEPS)} steps are filled and have their check mark"
        reporter.open(f"{here}/trin/budget")
        income = reporter.page.input_value('[name="/other_income_oere"]')
        reporter.fill("/other_income_oere", "mange penge")
        reporter.click("button[value=save] >> nth=0")
        reporter.expect_text("Skriv et beløb i kroner")
        kept = reporter.page.input_value('[name="/other_income_oere"]')
        expect(kept == "mange penge", f"{kept} stands where mange penge was typed")
        reporter.fill("/other_income_oere", income)
        reporter.click("button[value=save] >> nth=0")
        yield "what cannot be read is kept, and stands at its field"
        reporter.open(f"{here}/opsummering")
        reporter.click("text=Send til godkendelse")
        reporter.expect_text("Indberetningen er sendt til godkendelse")
        reporter.open(here)
        reporter.open(f"{here}/trin/contact")
        reporter.expect_text("Låst")
        yield "the report is sent, and what was sent is locked"

    def decide(self) -> Iterator[str]:
        """R61 to R75: the case list, choices shared between colleagues, a rejection returns the case."""
        self.case = eventually(self._case_of_officer, "the case stands at Socialtilsyn Nord")
        self.rasmus.open(f"/godkend/arbejdsliste?q={self.tilbud_id}")
        self.rasmus.expect_text("Første indberetning")
        self.rasmus.open(self.case)
        self._choose(self.rasmus, "contact", "reject", status=422)
        self.rasmus.page.fill("[id='trin.contact'] textarea", "Telefonnummeret er forkert.")
        self._choose(self.rasmus, "contact", "reject")
        yield "a rejection needs its reason"
        self.nanna.open(self.case)
        self.nanna.expect_text(RASMUS_NAME)
        for key in self._undecided(self.nanna):
            self._choose(self.nanna, key, "approve")
        self.rasmus.open(self.case)
        self.rasmus.expect_text(NANNA_NAME)
        yield "two officers decide different steps and see each other's name"
        self.rasmus.click("text=Indsend >> nth=-1")
        self.rasmus.expect_text("Sagen er returneret til tilbuddet")
        yield "one rejected step returns the whole case"

    def correct(self) -> Iterator[str]:
        """R75 to R80: the reporter sees what was rejected, corrects it and sends the same case again."""
        reporter, here = self.reporter, f"/indberet/tilbud/{self.tilbud_id}"
        found = eventually(lambda: self._returned_case(reporter, here), "the case is returned to the reporter")
        reporter.open(found)
        reporter.expect_text("Telefonnummeret er forkert.")
        reporter.open(f"{here}/trin/contact")
        reporter.fill("/phone", "98 00 00 99")
        reporter.click("button[value=save] >> nth=0")
        reporter.expect_text("Kladden er gemt")
        reporter.open(found)
        reporter.click("button:has-text('Send sagen igen')")
        reporter.expect_text("Sagen er sendt til godkendelse igen")
        yield "the reporter reads the reason, corrects the step and sends the same case again"
        self.case = eventually(self._case_of_officer, "the case stands at the authority again")
        self.rasmus.open(self.case)
        for key in self._undecided(self.rasmus):
            self._choose(self.rasmus, key, "approve")
        self.rasmus.click("text=Indsend >> nth=-1")
        self.rasmus.expect_text("Sagen er godkendt og afsluttet")
        self.rasmus.open("/opret/ansoegninger")
        for visitor in (self.rasmus, reporter):
            visitor.open(f"/indberet/tilbud/{self.tilbud_id}/leders-cpr-nummer")
        reporter.open(f"{found}/kvittering")
        reporter.page.click("main details summary")
        reporter.expect_text("Telefonnummeret er forkert.")
        yield "all steps are approved: a receipt with every round, for both sides"

    def publish(self) -> Iterator[str]:
        """R83 to R90: public only with a positive tilsyn, then found by everybody."""
        self.public.open(f"/soeg?q={self.tilbud_id}")
        self.public.expect_text("Ingen ")
        self._tilsyn()
        eventually(self._is_found, "the search finds the tilbud")
        self.public.open(f"/tilbud/{self.tilbud_id}")
        self.public.expect_text("Socialtilsyn Nord")
        self.public.expect_text("Ledige pladser")
        self.public.open(f"/tilbud/{self.tilbud_id}/historik")
        yield "with a positive tilsyn the public finds it"
        self._tell_vacancies()
        yield "the reporter tells how many places are free, and the public sees it at once"
        self.rasmus.open(f"/tilsyn/tilbud/{self.tilbud_id}")
        self.rasmus.click("text=Se tilsyn")
        self.rasmus.expect_text("Der arbejdes systematisk.")
        self.reporter.open(f"/tilsyn/tilbud/{self.tilbud_id}")
        self.rasmus.open(f"/godkend?q={self.tilbud_id}")
        self.rasmus.open(f"/godkend/tilbud/{self.tilbud_id}")
        yield "both sides find the tilsyn on its list"
        self._sample()
        yield "a control sample is begun, answered and ended, and its authority reads it (L3)"

    def _sample(self) -> None:
        operator, reporter = self.operator, self.reporter
        operator.sign_in("national-operator")
        operator.open("/stikproever")
        operator.open(f"/stikproever/ny?tilbud={self.tilbud_id}")
        operator.choose("steps", "places")
        operator.fill("reason", "Send dokumentation for antallet af pladser.")
        operator.fill("deadline", (today() + timedelta(days=14)).isoformat())
        operator.click("main button[type=submit]")
        reporter.open(f"/indberet/tilbud/{self.tilbud_id}")
        reporter.click("text=Vis stikprøver")
        reporter.click("main table a")
        reporter.fill("text", "Godkendelsen ligger hos socialtilsynet.")
        reporter.click("main button[type=submit]")
        self.rasmus.open(f"/stikproever?tilbud={self.tilbud_id}")
        self.rasmus.click("main table a")
        self.rasmus.expect_text("Godkendelsen ligger hos socialtilsynet.")
        operator.open(f"/stikproever?tilbud={self.tilbud_id}")
        operator.click("main table a")
        operator.choose("outcome", "documented")
        operator.fill("closing_reason", "Dokumentationen er i orden.")
        operator.click("form[action$=afslutning] button")
        operator.expect_text("Dokumentationen er i orden")

    def _tell_vacancies(self) -> None:
        reporter = self.reporter
        reporter.open(f"/indberet?q={self.tilbud_id}")
        reporter.click("main table >> text=Ledige pladser")
        reporter.fill("vacancies.afd-1", "4")
        reporter.click("button[value=save]")
        reporter.expect_text("Tallene er gemt")
        reporter.click("button[value=confirm]")
        reporter.expect_text("Tallene er bekræftet")
        reporter.open("/indberet/mangler")
        reporter.expect_text("Hvad mangler I nu")
        eventually(self._shows_vacancies, "the public page shows the vacancies")

    def _shows_vacancies(self) -> bool:
        self.public.page.goto(f"{self.public.portal}/tilbud/{self.tilbud_id}")
        return "4 ledige pladser" in self.public.page.inner_text("main")

    def _tilsyn(self) -> None:
        data = {
            "tilsyn_id": uuid4().hex,
            "tilbud_id": self.tilbud_id,
            "version": 1,
            "kind": "approval",
            "visited_on": "2026-11-02",
            "decided_on": "2026-11-20",
            "decision": "approved-with-conditions",
            "conclusion": "Der arbejdes systematisk.",
            "themes": [{"theme": "health-and-wellbeing", "conclusion": "Godt.", "score": 4.2}],
            "conditions": [{"text": "Uddannelsesplan for vikarer.", "deadline": "2027-03-01"}],
        }
        event = {"specversion": "1.0", "id": uuid4().hex, "source": "/browser-test", "type": COMPLETED, "data": data}
        headers = {"content-type": "application/cloudevents+json"}
        self.client.publish(NORD, TILSYN_TOPIC, self.tilbud_id, headers, json.dumps(event).encode())

    def _is_listed(self, visitor: Visitor, path: str) -> bool:
        visitor.page.goto(f"{visitor.portal}{path}?q={self.tilbud_id}")
        return self.name in visitor.text()

    def _is_found(self) -> bool:
        self.public.page.goto(f"{self.public.portal}/soeg?q={self.tilbud_id}")
        self.public.check()
        return self.name in self.public.page.inner_text("main")

    def _case_of_officer(self) -> str:
        page = self.rasmus.page
        answer = page.goto(f"{self.rasmus.portal}/godkend/tilbud/{self.tilbud_id}")
        if answer is None or answer.status != 200:
            return ""
        link = page.locator("a:has-text('Gå til sag')")
        return link.first.get_attribute("href") or "" if link.count() else ""

    def _returned_case(self, visitor: Visitor, path: str) -> str:
        visitor.page.goto(visitor.portal + path)
        link = visitor.page.locator("a:has-text('Gå til sag')")
        return link.first.get_attribute("href") or "" if link.count() else ""

    def _choose(self, visitor: Visitor, key: str, verdict: str, status: int = 200) -> None:
        visitor.click(f"[id='trin.{key.replace('/', '.')}'] button[value={verdict}]", status)

    def _undecided(self, visitor: Visitor) -> list[str]:
        open_ones = visitor.page.locator("details:has(summary .badge:has-text('Ikke afgjort'))")
        ids = [each.get_attribute("id") or "" for each in open_ones.all()]
        return [each.removeprefix("trin.").replace(".", "/") for each in ids]
