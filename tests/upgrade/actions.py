"""What users do in the scenarios: one function for each act, over the services' APIs."""

from typing import Any

from tests.e2e.client import expect
from tests.e2e.scenario import example
from tests.upgrade.checkout import Checkout

OFFICER, COLLEAGUE, LOCAL_OFFICER = "officer-nord-a", "officer-nord-b", "officer-region"
REPORTER, OTHER_REPORTER = "reporter-solsikken", "reporter-valmuen"


def created(checkout: Checkout, name: str) -> str:
    """Create a tilbud of the reporter's operator at Socialtilsyn Nord and return its id."""
    body = example("create-tilbud") | {"name": name}
    created = checkout.call(OFFICER, "POST", "reporting", "/v1/tilbud", body=body, status=201)
    return str(created.json()["id"])


def save(checkout: Checkout, tilbud_id: str, step: str, data: Any) -> None:
    """Save one step of the draft; Unexpected when the step is not valid."""
    path = f"/v1/tilbud/{tilbud_id}/draft/steps/{step}"
    tag = checkout.call(REPORTER, "GET", "reporting", path).headers["etag"]
    saved = checkout.call(REPORTER, "PUT", "reporting", path, body=data, headers={"If-Match": tag}).json()
    expect(not saved["errors"] or step in saved["blocked_by"], f"{step}: {saved['errors']}")


def post(checkout: Checkout, persona: str, path: str, body: Any = None, *, status: int = 200) -> None:
    """Send a command to ``reporting``."""
    checkout.call(persona, "POST", "reporting", path, body=body, status=status)


def vacancies(checkout: Checkout, tilbud_id: str, free: int) -> None:
    """Report the free places of every department."""
    path = f"/v1/tilbud/{tilbud_id}/vacancies"
    found = checkout.call(REPORTER, "GET", "reporting", path)
    departments = example("steps/departments")["departments"]
    body = {"departments": [{"department_id": each["id"], "vacancies": free} for each in departments]}
    checkout.call(REPORTER, "PUT", "reporting", path, body=body, headers={"If-Match": found.headers["etag"]})


def latest_submission(checkout: Checkout, tilbud_id: str) -> str:
    """Return the id of the latest submission."""
    return str(_submissions(checkout, tilbud_id)[-1]["id"])


def state_of(checkout: Checkout, tilbud_id: str) -> str:
    """Return the state of the latest submission."""
    return str(_submissions(checkout, tilbud_id)[-1]["state"])


def _submissions(checkout: Checkout, tilbud_id: str) -> list[Any]:
    found: list[Any] = checkout.get(REPORTER, "reporting", f"/v1/tilbud/{tilbud_id}")["submissions"]
    return found


def case_in(checkout: Checkout, tilbud_id: str, state: str) -> str:
    """Return the id of the tilbud's first case in ``state``, or nothing."""
    path = f"/v1/cases?state={state}&tilbud_id={tilbud_id}"
    items = checkout.get(OFFICER, "approval", path)["items"]
    return str(items[0]["id"]) if items else ""


def decide_all(checkout: Checkout, tilbud_id: str, *, rejected: str = "") -> None:
    """Choose for every step of the case that awaits approval."""
    case = checkout.get(OFFICER, "approval", f"/v1/cases/{case_in(checkout, tilbud_id, 'awaiting')}")
    for step in case["steps"]:
        verdict = "reject" if step["step"] == rejected else "approve"
        decide(checkout, OFFICER, tilbud_id, step["step"], verdict)


def decide(checkout: Checkout, officer: str, tilbud_id: str, step: str, verdict: str) -> None:
    """Choose for one step."""
    path = f"/v1/cases/{case_in(checkout, tilbud_id, 'awaiting')}"
    steps = {each["step"]: each for each in checkout.get(officer, "approval", path)["steps"]}
    body = {"verdict": verdict, "reason": "Skriv det mere konkret." if verdict == "reject" else None}
    headers = {"If-Match": steps[step]["etag"]}
    checkout.call(officer, "PUT", "approval", f"{path}/decisions/{step}", body=body, headers=headers)


def conclude(checkout: Checkout, tilbud_id: str) -> None:
    """Send the case off."""
    path = f"/v1/cases/{case_in(checkout, tilbud_id, 'awaiting')}"
    tag = checkout.call(OFFICER, "GET", "approval", path).headers["etag"]
    checkout.call(OFFICER, "POST", "approval", f"{path}/outcome", headers={"If-Match": tag})
