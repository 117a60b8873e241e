"""What the demonstration data do not hold: every other state of a case, and what is under way when one upgrades.

Everything goes over the client surface, so that it works with any commit.
"""

import subprocess
import time
from typing import Any
from uuid import uuid4

from tests.e2e.client import eventually, expect
from tests.e2e.scenario import STEPS, example
from tests.upgrade.actions import (
    COLLEAGUE,
    LOCAL_OFFICER,
    OFFICER,
    OTHER_REPORTER,
    REPORTER,
    case_in,
    conclude,
    created,
    decide,
    decide_all,
    latest_submission,
    post,
    save,
    state_of,
    vacancies,
)
from tests.upgrade.checkout import SYSTEM, Checkout

NORD = "socialtilsyn-nord"
WORKERS = tuple(f"{name}-worker" for name in ("reporting", "jurisdiction", "approval", "notification", "portal"))
TODAY = time.strftime("%Y-%m-%d")


def run_scenarios(checkout: Checkout) -> None:
    """Run everything; afterwards no worker runs, and some facts wait in the outboxes."""
    _cases(checkout)
    _drafts(checkout)
    _tilsyn(checkout)
    _applications(checkout)
    _followers(checkout)
    _dead_letters(checkout)
    _under_way(checkout)


# Cases ----------------------------------------------------------------------------------------------------------------


def _cases(checkout: Checkout) -> None:
    half = _reported(checkout, "Halvvejs")
    for step, verdict in {"company": "approve", "budget": "reject", "places/afd-1": "approve"}.items():
        decide(checkout, COLLEAGUE, half, step, verdict)
    _returned(checkout, "Returneret")
    again = _returned(checkout, "Sendt igen")
    _correct(checkout, again)
    post(checkout, REPORTER, f"/v1/tilbud/{again}/submissions/{latest_submission(checkout, again)}/resubmission")
    eventually(lambda: case_in(checkout, again, "awaiting"), "the case that was sent again")
    closed = _returned(checkout, "Opgivet")
    post(checkout, REPORTER, f"/v1/tilbud/{closed}/submissions/{latest_submission(checkout, closed)}/closure")
    eventually(lambda: case_in(checkout, closed, "closed"), "the case that was given up")
    nowhere = _sent(checkout, "Uden myndighed", municipality="0411")
    eventually(lambda: state_of(checkout, nowhere) == "returned", "the return of what nobody supervises")


def _reported(checkout: Checkout, name: str) -> str:
    tilbud_id = _sent(checkout, name)
    eventually(lambda: case_in(checkout, tilbud_id, "awaiting"), f"the case of {name}")
    return tilbud_id


def _sent(checkout: Checkout, name: str, *, municipality: str = "0851") -> str:
    tilbud_id = created(checkout, name)
    post(checkout, REPORTER, f"/v1/tilbud/{tilbud_id}/draft", {"start": "new"})
    for step in STEPS:
        data = example(f"steps/{step}")
        if step == "contact":
            data |= {"name": name, "address": data["address"] | {"municipality": municipality}}
        save(checkout, tilbud_id, step, data)
    post(checkout, REPORTER, f"/v1/tilbud/{tilbud_id}/submissions", status=201)
    return tilbud_id


def _returned(checkout: Checkout, name: str) -> str:
    tilbud_id = _reported(checkout, name)
    decide_all(checkout, tilbud_id, rejected="values")
    conclude(checkout, tilbud_id)
    eventually(lambda: state_of(checkout, tilbud_id) == "returned", f"the return of {name}")
    return tilbud_id


def _approved(checkout: Checkout, name: str) -> str:
    tilbud_id = _reported(checkout, name)
    decide_all(checkout, tilbud_id)
    conclude(checkout, tilbud_id)
    eventually(lambda: state_of(checkout, tilbud_id) == "approved", f"the approval of {name}")
    return tilbud_id


def _correct(checkout: Checkout, tilbud_id: str) -> None:
    save(checkout, tilbud_id, "values", example("steps/values") | {"values": "Vi skriver nu, hvad vi vil opnå."})


# Drafts ---------------------------------------------------------------------------------------------------------------


def _drafts(checkout: Checkout) -> None:
    """One that is begun, one that replaced another, one where starting over was only request for."""
    begun = created(checkout, "Kladden")
    post(checkout, REPORTER, f"/v1/tilbud/{begun}/draft", {"start": "continue"})
    save(checkout, begun, "company", example("steps/company"))
    replaced = created(checkout, "Erstattet")
    for website in ("https://en.example", "https://to.example"):
        post(checkout, REPORTER, f"/v1/tilbud/{replaced}/draft", {"start": "new"})
        save(checkout, replaced, "contact", example("steps/contact") | {"website": website})
    request = created(checkout, "Startet forfra")
    _save_first(checkout, request)
    post(checkout, OTHER_REPORTER, f"/v1/tilbud/{request}/draft", {"start": "new"})
    checkout.get(OFFICER, "reporting", f"/v1/tilbud/{request}/leader-cpr")


def _save_first(checkout: Checkout, tilbud_id: str) -> None:
    post(checkout, REPORTER, f"/v1/tilbud/{tilbud_id}/draft", {"start": "new"})
    save(checkout, tilbud_id, "contact", example("steps/contact"))


# Tilsyn ---------------------------------------------------------------------------------------------------------------


def _tilsyn(checkout: Checkout) -> None:
    """Sanctions, a correction, one that a region wrote in the portal, a tilbud that has ceased."""
    under = _approved(checkout, "Under skærpet tilsyn")
    sanctions: dict[str, Any] = {
        "orders": [{"text": "Tilbuddet skal sikre opdaterede handleplaner.", "deadline": "2099-01-31"}],
        "conditions": [{"text": "Der må højst være ni borgere.", "deadline": None}],
        "intensified": {"from": TODAY, "until": _in_months(3), "reason": "Gentagne magtanvendelser."},
    }
    _send_event(checkout, "tilsyn.completed", _completed(under, "skaerpet", **sanctions))
    _send_event(
        checkout, "tilsyn.completed", _completed(under, "skaerpet", version=2, conclusion="Rettet.", **sanctions)
    )
    _published(checkout, under)
    ceased = _approved(checkout, "Lukket")
    _send_event(checkout, "tilsyn.completed", _completed(ceased, "sidste"))
    _published(checkout, ceased)
    _send_event(checkout, "tilbud.ceased", {"tilbud_id": ceased, "ceased_on": TODAY, "reason": "Driften er ophørt."})
    eventually(lambda: _public_status(checkout, ceased) == GONE, "the end of the ceased tilbud")
    theirs = checkout.get(LOCAL_OFFICER, "reporting", "/v1/tilbud")["items"][0]["id"]
    body = {"tilbud_id": theirs, "decision": "approved", "conclusion": "Godkendt til offentliggørelse."}
    checkout.call(LOCAL_OFFICER, "POST", "approval", "/v1/tilsyn", body=body, status=201)


def _completed(tilbud_id: str, name: str, *, version: int = 1, **other: Any) -> dict[str, Any]:
    return {
        "tilsyn_id": f"{tilbud_id}-{name}",
        "tilbud_id": tilbud_id,
        "version": version,
        "kind": "unannounced",
        "visited_on": TODAY,
        "decided_on": TODAY,
        "decision": "approved",
        "conclusion": "Tilbuddet arbejder systematisk.",
        "themes": [{"theme": "competences", "conclusion": "Gode kompetencer.", "score": 4}],
    } | other


def _in_months(months: int) -> str:
    year, month, day = (int(part) for part in TODAY.split("-"))
    year, month = year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1
    return f"{year}-{month:02}-{min(day, 28):02}"


def _send_event(checkout: Checkout, kind: str, data: dict[str, Any]) -> str:
    """Send an event of Socialtilsyn Nord's supervision system over HTTPS and return the address of its receipt."""
    event = {"specversion": "1.0", "id": uuid4().hex, "source": "/tilsyn.dk", "type": f"dk.tilsyn.{kind}.v1"}
    sent = checkout.call(
        f"{SYSTEM}{NORD}",
        "POST",
        "approval",
        "/v1/external/events",
        body=event | {"data": data},
        headers={"Content-Type": "application/cloudevents+json"},
        status=202,
    )
    return str(sent.json()["receipt"])


def _published(checkout: Checkout, tilbud_id: str) -> None:
    eventually(lambda: _public_status(checkout, tilbud_id) == OK, f"{tilbud_id} in public")


OK, GONE, UNKNOWN = 200, 410, 404


def _public_status(checkout: Checkout, tilbud_id: str) -> int:
    return checkout.request(None, "publication", f"/v1/tilbud/{tilbud_id}").status_code


# Applications ---------------------------------------------------------------------------------------------------------


def _applications(checkout: Checkout) -> None:
    """One that became a tilbud, one that was refused."""
    known = example("create-tilbud")
    person = {name: value for name, value in known["leader"].items() if name != "cpr"}
    body = {
        "application_id": f"ansoegning-{uuid4().hex[:8]}",
        "name": "Ansøgeren",
        "primary_legal_basis": known["primary_legal_basis"],
        "legal_bases": known["legal_bases"],
        "address": known["address"],
        "cvr": known["operator"]["cvr"],
        "leader": person,
    }
    receipt = _send_event(checkout, "application.transferred", body)
    eventually(lambda: _answer(checkout, receipt) == "accepted", "the tilbud of the application")
    refused = _send_event(checkout, "application.transferred", body | {"name": "En anden"})
    expect(_answer(checkout, refused) == "refused", "an application with other content was taken")


def _answer(checkout: Checkout, receipt: str) -> str:
    answer = checkout.request(f"{SYSTEM}{NORD}", "approval", receipt)
    return {None: "waiting", True: "accepted", False: "refused"}[answer.json()["accepted"]]


# Followers ------------------------------------------------------------------------------------------------------------


def _followers(checkout: Checkout) -> None:
    own = [item["id"] for item in checkout.get(REPORTER, "reporting", "/v1/tilbud?limit=100")["items"]]
    for persona, followed in {REPORTER: own[:3], OTHER_REPORTER: own[2:6], OFFICER: own[1:5]}.items():
        for tilbud_id in followed:
            checkout.call(persona, "PUT", "notification", f"/v1/follows/tilbud/{tilbud_id}")
    path = f"/v1/follows/tilbud/{own[2]}"
    checkout.call(REPORTER, "DELETE", "notification", path, status=204)
    tag = checkout.call(OTHER_REPORTER, "GET", "notification", "/v1/preferences").headers["etag"]
    body = {"own_email": "joergen.bach@hjemme.example", "mails": {"tilsyn-published": False}}
    checkout.call(OTHER_REPORTER, "PUT", "notification", "/v1/preferences", body=body, headers={"If-Match": tag})


# What is under way ----------------------------------------------------------------------------------------------------


def _dead_letters(checkout: Checkout) -> None:
    """A message that nobody can read, and a later one of the same tilbud that is parked behind it."""
    tilbud_id = _approved(checkout, "Parkeret")
    command = ["kcat", "-b", checkout.endpoints["kafka"], "-P", "-t", "reporting.tilbud.v1", "-k", tilbud_id]
    named = {"ce_specversion": "1.0", "ce_id": uuid4().hex, "ce_source": "/services/reporting", "ce_sequence": "2"}
    named |= {"ce_type": "dk.tilbudsportalen.reporting.vacancies-changed.v1", "content-type": "application/json"}
    headers = [part for name, text in named.items() for part in ("-H", f"{name}={text}")]
    subprocess.run([*command, *headers], input=b'{"vacancies": "mange"}', check=True, timeout=30)
    vacancies(checkout, tilbud_id, 4)


def _under_way(checkout: Checkout) -> None:
    """Stop what carries events away, and let more happen: mails are owed, a receipt waits, the outboxes fill."""
    tilbud_id = _approved(checkout, "Undervejs")
    _send_event(checkout, "tilsyn.completed", _completed(tilbud_id, "foerste"))
    _published(checkout, tilbud_id)
    decided = _reported(checkout, "Netop afgjort")
    decide_all(checkout, decided)
    checkout.stop("mail")
    checkout.call(REPORTER, "PUT", "notification", f"/v1/follows/tilbud/{tilbud_id}")
    _send_event(checkout, "tilsyn.completed", _completed(tilbud_id, "naeste"))
    path = f"/v1/deliveries?about={tilbud_id}"
    eventually(lambda: _states(checkout, path) >= {"owed"}, "a mail that cannot be sent")
    time.sleep(SETTLING_SECONDS)
    checkout.stop(*WORKERS, "publication-worker")
    vacancies(checkout, tilbud_id, 1)
    post(checkout, REPORTER, f"/v1/tilbud/{tilbud_id}/draft", {"start": "new"})
    save(checkout, tilbud_id, "values", example("steps/values") | {"values": "Nye værdier."})
    post(checkout, REPORTER, f"/v1/tilbud/{tilbud_id}/submissions", status=201)
    conclude(checkout, decided)
    checkout.call(OTHER_REPORTER, "PUT", "notification", f"/v1/follows/tilbud/{tilbud_id}")
    expect(
        _answer(checkout, _send_event(checkout, "tilsyn.completed", _completed("CRV-99", "ukendt"))) == "waiting",
        "wait",
    )


SETTLING_SECONDS = 3


def _states(checkout: Checkout, path: str) -> set[str]:
    return {item["state"] for item in checkout.get(REPORTER, "notification", path)["items"]}
