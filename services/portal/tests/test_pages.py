"""Pages whose services answer in ways that a walk seldom meets: conflicts, locks, refusals and outages."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

import contracts
from chassis.clock import today
from chassis.database import Database
from chassis.testing import deliver, record_of
from contracts.events import FollowersChanged, TilbudCreated
from contracts.form import form
from devstack.testing import TestIdentity
from portal.app import build
from portal.clients import Backends
from portal.consumers import subscriptions
from portal.settings import PortalSettings

EXAMPLES = Path(contracts.__file__).parents[2] / "examples/steps"
GOLDEN = Path(contracts.__file__).parents[2] / "golden"
HERE = "/indberet/tilbud/CRV-1/trin"
FORM = {"content-type": "application/x-www-form-urlencoded"}
STEPS = form("botilbud-laengerevarende", today()).steps
BY_TOPIC = {subscription.topic_names[0]: subscription for subscription in subscriptions()}


def example(step: str) -> dict[str, Any]:
    return dict(json.loads((EXAMPLES / f"{step}.json").read_text()))


class Reporting:
    """A stand-in for the services behind the portal; ``refuse`` answers the next write."""

    def __init__(self) -> None:
        self.locked: list[dict[str, str]] = []
        self.blocked: list[str] = []
        self.saved: list[tuple[str, Any, str | None]] = []
        self.refusal: tuple[int, str, list[dict[str, str]]] | None = None
        self.data = {step.id: example(step.id) for step in STEPS}
        self.tilbud = TILBUD

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        assert request.headers["authorization"].startswith("Bearer ey")
        if request.method != "GET":
            self.saved.append((path, json.loads(request.content or b"null"), request.headers.get("if-match")))
            return self._problem(*self.refusal) if self.refusal else httpx2.Response(200, json={})
        if "/draft/steps/" in path:
            return httpx2.Response(200, json=self._step(path.rpartition("/")[2]), headers={"etag": '"one"'})
        return httpx2.Response(200, json=self._draft() if path.endswith("/draft") else self.tilbud)

    def _problem(self, status: int, slug: str, errors: list[dict[str, str]]) -> httpx2.Response:
        document = {"type": f"https://tilbudsportalen.dk/problems/{slug}", "detail": "Afvist.", "errors": errors}
        return httpx2.Response(status, json=document)

    def _step(self, step: str) -> dict[str, Any]:
        return {
            "step": step,
            "data": self.data[step],
            "complete": True,
            "errors": [],
            "warnings": [],
            "blocked_by": self.blocked,
            "locked_by": [each for each in self.locked if each["step"].partition("/")[0] == step],
            "saved_at": "2026-11-22T10:00:00Z",
            "saved_by": {"name": "Jørgen Bach"},
        }

    def _draft(self) -> dict[str, Any]:
        usual = {"complete": True, "blocked_by": [], "locked_by": [], "drafted": True, "answered": True}
        steps = [{"step": step.id, "title": step.title, **usual} for step in STEPS]
        bases = ["botilbud-laengerevarende"]
        nothing = {"saved_by": None, "replaced": None}
        return {"exists": True, "legal_bases": bases, "departments": ["afd-1", "afd-2"], "steps": steps} | nothing


TILBUD = {
    "id": "CRV-1",
    "name": "Solsikken",
    "operator": {"kind": "private"},
    "authority": {"name": "Socialtilsyn Nord"},
}


@pytest.fixture
def reporting() -> Reporting:
    return Reporting()


@pytest.fixture
def app(settings: PortalSettings, database: Database, reporting: Reporting) -> Any:
    return build(settings, database, httpx2.MockTransport(reporting))


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, name
    return found[1].replace("&#34;", '"')


async def post(client: httpx2.AsyncClient, step: str, *fields: tuple[str, str]) -> httpx2.Response:
    text = (await client.get(f"{HERE}/{step}")).text
    pairs = [("csrf", hidden(text, "csrf")), ("etag", '"one"'), *fields]
    return await client.post(f"{HERE}/{step}", content=urlencode(pairs), headers=FORM)


async def test_a_step_is_saved_with_the_etag_that_was_shown(browser: Any, reporting: Reporting) -> None:
    answer = await post(await browser("reporter-solsikken"), "values", ("/values", "Respekt"), ("do", "next"))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}/accreditation")
    assert reporting.saved == [("/v1/tilbud/CRV-1/draft/steps/values", {"values": "Respekt"}, '"one"')]


async def test_two_reporters_never_overwrite_each_other_unseen(browser: Any, reporting: Reporting) -> None:
    reporting.refusal = (412, "stale", [])
    answer = await post(await browser("reporter-solsikken"), "values", ("/values", "Mit svar"), ("do", "save"))
    assert answer.status_code == 412
    assert "Jørgen Bach gemte trinnet" in answer.text
    assert reporting.data["values"]["values"][:20] in answer.text
    assert "<td>Mit svar</td>" in answer.text
    assert hidden(answer.text, "etag") == '"one"'


async def test_what_is_refused_stands_at_its_field(browser: Any, reporting: Reporting) -> None:
    detail = "Teksten ser ud til at indeholde et CPR-nummer. Fjern det."
    reporting.refusal = (422, "invalid", [{"pointer": "/values", "code": "cpr-number", "detail": detail}])
    answer = await post(await browser("reporter-solsikken"), "values", ("/values", "<b>hemmeligt</b>"), ("do", "save"))
    assert answer.status_code == 422
    assert '<a href="#f.values">' in answer.text
    assert 'id="f.values-fejl"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "&lt;b&gt;hemmeligt&lt;/b&gt;" in answer.text


async def test_a_locked_step_can_be_read_only(browser: Any, reporting: Reporting) -> None:
    reporting.locked = [{"step": "values", "submission_id": "s1"}]
    client = await browser("reporter-solsikken")
    text = (await client.get(f"{HERE}/values")).text
    assert "afventer godkendelse hos tilsynsmyndigheden" in text
    assert 'name="/values"' not in text
    assert 'value="save"' not in text


async def test_one_locked_department_leaves_the_other_open(browser: Any, reporting: Reporting) -> None:
    reporting.locked = [{"step": "places/afd-1", "submission_id": "s1"}]
    client = await browser("reporter-solsikken")
    text = (await client.get(f"{HERE}/places")).text
    assert 'name="/departments/afd-1/vacancies"' not in text
    assert 'name="/departments/afd-2/vacancies"' in text
    await post(client, "places", ("/departments/afd-2/vacancies", "3"), ("do", "save"))
    sent = reporting.saved[-1][1]["departments"]
    assert sent["afd-1"] == reporting.data["places"]["departments"]["afd-1"]
    assert sent["afd-2"]["vacancies"] == 3


async def test_a_step_that_was_locked_meanwhile(browser: Any, reporting: Reporting) -> None:
    reporting.refusal = (409, "step-locked", [])
    answer = await post(await browser("reporter-solsikken"), "values", ("/values", "x"), ("do", "save"))
    assert answer.status_code == 409
    assert "Afvist." in answer.text


async def test_a_blocked_step_says_which_are_missing(browser: Any, reporting: Reporting) -> None:
    reporting.blocked = ["departments"]
    text = (await (await browser("reporter-solsikken")).get(f"{HERE}/target-groups")).text
    assert "Trinnet kan ikke udfyldes endnu" in text
    assert f'<a href="{HERE}/departments">Afdelinger</a>' in text


async def test_rows_are_added_without_saving_and_without_losing_text(browser: Any, reporting: Reporting) -> None:
    fields = [("/departments#", "1"), ("/departments/0/name", "Afdeling Øst"), ("do", "add:/departments")]
    answer = await post(await browser("reporter-solsikken"), "departments", *fields)
    assert answer.status_code == 200
    assert 'value="Afdeling Øst"' in answer.text
    assert 'name="/departments/1/name"' in answer.text
    assert "autofocus" in answer.text
    assert reporting.saved == []
    fields = [("/departments#", "2"), ("/departments/1/name", "Blivende"), ("do", "remove:/departments/0")]
    answer = await post(await browser("reporter-solsikken"), "departments", *fields)
    assert 'value="Blivende"' in answer.text
    assert 'name="/departments/1/name"' not in answer.text


@pytest.mark.parametrize("step", [step.id for step in STEPS])
async def test_every_step_has_a_page_with_its_fields_and_a_token_in_every_form(browser: Any, step: str) -> None:
    answer = await (await browser("reporter-solsikken")).get(f"{HERE}/{step}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    forms = re.findall(r'<form[^>]*method="post".*?</form>', answer.text, re.DOTALL)
    assert forms
    assert all('name="csrf"' in each for each in forms)
    for field in next(each for each in STEPS if each.id == step).fields:
        assert field.label in answer.text.replace("&#34;", '"')


@pytest.mark.parametrize(("status", "offered"), [("approved", True), ("ceased", False)])
async def test_no_report_is_offered_for_a_tilbud_that_has_ceased(
    browser: Any, reporting: Reporting, status: str, *, offered: bool
) -> None:
    reporting.tilbud = TILBUD | {
        "status": status,
        "operator": {"kind": "private", "cvr": "99000015", "name": "Blomsterengen ApS"},
        "primary_legal_basis": "botilbud-laengerevarende",
        "leader_cpr": {"missing": False},
        "submissions": [],
    }
    text = (await (await browser("reporter-solsikken")).get("/indberet/tilbud/CRV-1")).text
    assert ("/indberet/tilbud/CRV-1/start" in text) is offered
    assert ("der kan ikke indberettes" in text) is not offered


async def test_an_unknown_step_is_not_found(browser: Any) -> None:
    assert (await (await browser("reporter-solsikken")).get(f"{HERE}/findes-ikke")).status_code == 404


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (lambda _: httpx2.Response(500, text="oops"), 503),
        (lambda _: httpx2.Response(200, text="<html>"), 503),
        (lambda _: httpx2.Response(404, text="not json"), 404),
        (lambda _: httpx2.Response(418, json={"type": "x"}), 400),
        (
            lambda _: httpx2.Response(
                410, json={"type": "https://tilbudsportalen.dk/problems/tilbud-gone", "errors": []}
            ),
            410,
        ),
    ],
)
async def test_what_services_answer_becomes_a_danish_page(
    browser: Any, app: Any, settings: PortalSettings, answer: Callable[..., Any], status: int
) -> None:
    app.state.backends = Backends(settings, httpx2.MockTransport(answer))
    found = await (await browser()).get("/tilbud/CRV-1")
    assert found.status_code == status
    assert '<html lang="da">' in found.text
    assert "oops" not in found.text


async def test_a_service_that_is_away_is_an_outage(browser: Any, app: Any, settings: PortalSettings) -> None:
    app.state.backends = Backends(settings)
    found = await (await browser()).get("/soeg")
    assert found.status_code == 503
    assert found.headers["retry-after"] == "5"
    assert "svarer ikke lige nu" in found.text


async def test_row_6_no_tilbud_says_why_and_whom_to_ask(browser: Any) -> None:
    answer = await (await browser("no-tilbud")).get("/indberet")
    assert answer.status_code == 403
    assert "ikke oprettet et tilbud for din organisation" in answer.text
    assert "Kontakt dit socialtilsyn eller din kommune" in answer.text


@pytest.mark.parametrize(
    ("persona", "tabs"),
    [
        ("reporter-solsikken", ["Indberet tilbud"]),
        ("officer-nord-a", ["Godkend tilbud", "Opret tilbud", "Indberet tilbud"]),
        ("officer-nord-basic", ["Godkend tilbud"]),
    ],
)
async def test_row_9_each_right_opens_its_own_tab(browser: Any, persona: str, tabs: list[str]) -> None:
    text = (await (await browser(persona)).get("/kontakt")).text
    shown = [tab for tab in ("Godkend tilbud", "Opret tilbud", "Indberet tilbud") if f">{tab}</a>" in text]
    assert shown == tabs


@pytest.mark.parametrize("path", ["/godkend", "/opret", "/tilsyn/opret/CRV-1"])
async def test_pages_without_the_right_are_refused(browser: Any, path: str) -> None:
    answer = await (await browser("reporter-solsikken")).get(path)
    assert answer.status_code == 403
    assert "brugeradministrator" in answer.text


async def test_the_star_is_right_at_once(browser: Any, database: Database, identity: TestIdentity) -> None:
    del identity
    event = TilbudCreated.model_validate_json((GOLDEN / f"{TilbudCreated.ce_type}.json").read_bytes())
    operator = event.tilbud.operator.model_copy(update={"cvr": "99000015"})
    event = event.model_copy(update={"tilbud": event.tilbud.model_copy(update={"operator": operator})})
    await deliver(database, BY_TOPIC[event.topic], record_of(event, source="/services/reporting"))
    client = await browser("reporter-solsikken")
    text = (await client.get("/indberet")).text
    assert 'value="follow"' in text
    fields = {"csrf": hidden(text, "csrf"), "do": "follow", "back": "//evil.example"}
    answer = await client.post(f"/foelg/{event.tilbud_id}", data=fields)
    assert answer.headers["location"] == "/indberet"
    assert 'value="unfollow"' in (await client.get("/indberet?followed=1")).text
    nobody = FollowersChanged(tilbud_id=event.tilbud_id, version=1, followers=[], changed_at=event.created_at)
    await deliver(database, BY_TOPIC[nobody.topic], record_of(nobody, source="/services/notification"))
    assert 'value="follow"' in (await client.get("/indberet")).text


async def test_following_what_the_portal_has_not_heard_of_yet_is_no_fault(browser: Any) -> None:
    client = await browser("reporter-solsikken")
    fields = {"csrf": hidden((await client.get("/kontakt")).text, "csrf"), "do": "follow"}
    answer = await client.post("/foelg/CRV-404", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/indberet")


async def test_metrics_and_health_stay_for_machines(browser: Any) -> None:
    client = await browser()
    assert (await client.get("/health/ready")).json()["status"] == "ready"
    assert "request" in (await client.get("/metrics")).text
