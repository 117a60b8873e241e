"""What each service shows of one tilbud: by its API where people read it there, else by its rows."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from tests.chaos.ordering.system import OPERATOR, InProcessSystem

View = dict[str, Any]


async def view_of_reporting(system: InProcessSystem, tilbud_id: str) -> View:
    """Return the tilbud as its reporters see it."""
    shown = (await system.call(OPERATOR, "GET", "reporting", f"/v1/tilbud/{tilbud_id}")).json()
    draft = (await system.call(OPERATOR, "GET", "reporting", f"/v1/tilbud/{tilbud_id}/draft")).json()
    drafted = [step["step"] for step in draft["steps"] if step["drafted"]]
    return {**shown, "content": shown["baseline"]["steps"], "drafted": drafted}


async def view_of_publication(system: InProcessSystem, tilbud_id: str) -> View:
    """Return the tilbud as the public sees it, and what the search has of it."""
    service = system.services["publication"]
    [row] = await service.rows("SELECT record, known, address_hidden FROM tilbud WHERE id = :id", id=tilbud_id)
    items = await service.rows(
        "SELECT department_id, words, item FROM search_rows WHERE tilbud_id = :id AND valid_to IS NULL"
        " ORDER BY department_id",
        id=tilbud_id,
    )
    record = row["record"] or {}
    record.pop("version", None)
    departments = {each["id"]: each["steps"] for each in record.get("departments", [])}
    per_step = {
        step: {"departments": {each: steps[step] for each, steps in departments.items() if step in steps}}
        for step in {step for steps in departments.values() for step in steps}
    }
    return {**row, "search": items, "name": record.get("name"), "content": record.get("steps", {}) | per_step}


async def view_of_portal(system: InProcessSystem, tilbud_id: str) -> View:
    """Return the rows of the lists."""
    service = system.services["portal"]
    [tilbud] = await service.rows("SELECT * FROM tilbud WHERE id = :id", id=tilbud_id)
    cases = await service.rows("SELECT * FROM cases WHERE tilbud_id = :id ORDER BY id", id=tilbud_id)
    tilsyn = await service.rows("SELECT * FROM tilsyn WHERE tilbud_id = :id ORDER BY tilsyn_id", id=tilbud_id)
    return {**tilbud, "cases": cases, "tilsyn": tilsyn}


async def view_of_jurisdiction(system: InProcessSystem, tilbud_id: str) -> View:
    """Return the authority, and the approved data that it was found by."""
    service = system.services["jurisdiction"]
    [tilbud] = await service.rows("SELECT authority, approved, moved FROM tilbud WHERE id = :id", id=tilbud_id)
    cases = await service.rows("SELECT id, state FROM submissions WHERE tilbud_id = :id ORDER BY id", id=tilbud_id)
    return {**tilbud, "cases": cases}


async def view_of_notification(system: InProcessSystem, tilbud_id: str) -> View:
    """Return what mails are about, and which are queued for whom."""
    service = system.services["notification"]
    columns = "name, operator_cvr, authority, is_public"
    [tilbud] = await service.rows(f"SELECT {columns} FROM tilbud WHERE id = :id", id=tilbud_id)  # noqa: S608  Ours.
    mails = await service.rows(
        "SELECT kind, fact, email FROM mails WHERE tilbud_id = :id ORDER BY kind, fact, email", id=tilbud_id
    )
    return {**tilbud, "mails": mails}


VIEWS: dict[str, Callable[[InProcessSystem, str], Awaitable[View]]] = {
    "reporting": view_of_reporting,
    "publication": view_of_publication,
    "portal": view_of_portal,
    "jurisdiction": view_of_jurisdiction,
    "notification": view_of_notification,
}


def comparable(view: View) -> Any:
    """Return a view in a form that shows as text where two differ."""
    return json.loads(json.dumps(view, sort_keys=True, default=str))
