"""What holds of reporting after every step: its tables and what it has published agree with the model."""

import json
from collections import Counter
from typing import Any

from contracts.form import parse_key
from devstack.in_process import emitted
from tests.state_machine.report_model import OPEN
from tests.state_machine.report_run import GIVEN_UP, SENT, ReportRun, edited_in

SUBMISSIONS = "SELECT id, number, revision, state FROM submissions WHERE tilbud_id = :id ORDER BY number"
LOCKS = "SELECT key, submission_id FROM step_locks WHERE tilbud_id = :id"
CONTENT = (
    "SELECT submission_id, key, data FROM submission_steps JOIN submissions ON id = submission_id WHERE tilbud_id = :id"
)
APPROVED = "SELECT DISTINCT ON (key) key, data FROM approved_steps WHERE tilbud_id = :id ORDER BY key, number DESC"


async def check(run: ReportRun) -> None:
    """Compare cases, locks, content, what is approved, and what was published."""
    await _check_cases(run)
    await _check_approved(run)
    await _check_published(run)


async def _rows(run: ReportRun, statement: str) -> list[dict[str, Any]]:
    return await run.service.rows(statement, id=run.tilbud_id)


async def _check_cases(run: ReportRun) -> None:
    cases = run.model.cases
    found = {row["id"]: (row["number"], row["revision"], row["state"]) for row in await _rows(run, SUBMISSIONS)}
    assert found == {case.id: (case.number, case.revision, case.state) for case in cases.values()}
    held = [key for case in run.model.in_state(*OPEN) for key in case.content]
    assert max(Counter(held).values(), default=0) < 2, "a step is in two open cases"
    locks = {row["key"]: row["submission_id"] for row in await _rows(run, LOCKS)}
    assert locks == run.model.locked(*OPEN)
    for row in await _rows(run, CONTENT):
        for key, value in edited_in({row["key"]: row["data"]}):
            assert value == cases[row["submission_id"]].content[key], "what was sent has changed"


async def _check_approved(run: ReportRun) -> None:
    found = dict(edited_in({row["key"]: row["data"] for row in await _rows(run, APPROVED)}))
    wanted = {key: value for key, value in run.model.approved.items() if key in found}
    assert found == wanted


async def _check_published(run: ReportRun) -> None:
    sent: dict[str, list[dict[str, Any]]] = {}
    closed: Counter[str] = Counter()
    numbers = []
    for event in await emitted(run.service.database):
        if event["key"] != run.tilbud_id:
            continue
        numbers.append(event["sequence"])
        if event["type"] == SENT:
            data = json.loads(event["value"])
            sent.setdefault(data["submission_id"], []).append(data)
        elif event["type"] == GIVEN_UP:
            closed[json.loads(event["value"])["submission_id"]] += 1
    assert numbers == sorted(set(numbers)), "a sequence number was given twice or out of order"
    assert sent.keys() == run.model.cases.keys()
    for case in run.model.cases.values():
        assert [each["revision"] for each in sent[case.id]] == list(range(1, case.revision + 1))
        content = {step["key"]: step["data"] for step in sent[case.id][-1]["steps"]}
        assert content.keys() == case.content.keys()
        assert all(value == case.content[key] for key, value in edited_in(content))
        assert closed[case.id] == case.is_closed_by_reporter


async def check_typed(run: ReportRun) -> None:
    """Read the whole draft as its page does: what was typed stands there, whatever became of its case."""
    shown: dict[str, Any] = {}
    for step in sorted({parse_key(key)[0] for key in run.model.typed}):
        data = (await run.call("GET", f"/draft/steps/{step}")).json()["data"]
        parts = (
            {f"{step}/{each}": part for each, part in data["departments"].items()} if _is_parted(data) else {step: data}
        )
        shown |= dict(edited_in(parts))
    here = {each for each, _ in run.model.departments}
    typed = {key: value for key, value in run.model.typed.items() if parse_key(key)[1] in {*here, None}}
    assert {key: shown.get(key) for key in typed} == typed, "what was typed is lost"


def _is_parted(data: dict[str, Any]) -> bool:
    return isinstance(data.get("departments"), dict)
