"""The change overview of a case: sections of answers old beside new, each with its choice."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import day_of, today
from chassis.database import Database
from contracts.form import FormDefinition, form
from contracts.form.keys import parse_key
from contracts.reference import legal_bases
from portal.clients import Reply, ServiceClient, segment
from portal.form.comparison import ComparedAnswer, side_by_side
from portal.kinds import ListedKind, kind_named_in
from portal.overview.queries import find_case_row

Json = Mapping[str, Any]


@dataclass(frozen=True)
class CaseSection:
    """One step of a case, or one department's part of it; ``choice`` is what was decided."""

    key: str
    title: str
    changed: bool
    answers: list[ComparedAnswer]
    has_old: bool
    choice: Json | None

    @property
    def id(self) -> str:
        """Return the HTML id of the section."""
        return "trin." + self.key.replace("/", ".")


@dataclass(frozen=True)
class CasePage:
    """A case as approval answers it, the ETag of its state, and the sections of its change overview."""

    body: Json
    etag: str
    sections: list[CaseSection]


async def load_case(
    services: ServiceClient, database: Database, case_id: str, *, only_changed: bool = False
) -> CasePage:
    """Return a case; Refused when it is not there for this visitor."""
    wanted = {"only_changed": "true"} if only_changed else None
    case, changes = await asyncio.gather(
        services.get("approval", _path(case_id)), services.get("approval", f"{_path(case_id)}/changes", wanted)
    )
    return await _case_page(database, case, changes)


async def find_case(services: ServiceClient, database: Database, case_id: str) -> CasePage | None:
    """Return a case; None when it is not there for this visitor."""
    case, changes = await asyncio.gather(
        services.find("approval", _path(case_id)), services.find("approval", f"{_path(case_id)}/changes")
    )
    return await _case_page(database, case, changes) if case and changes else None


def subject_of(case: Json) -> dict[str, Any]:
    """Return what a case is about, for its page: kind, id and name of the subject."""
    kind = kind_named_in(case)
    subject_id = case[kind.id_field]
    name = case[kind.name_field] if kind.name_field else subject_id
    return {"kind": kind, "subject_id": subject_id, "name": name}


def _path(case_id: str) -> str:
    return f"/v1/cases/{segment(case_id)}"


async def _case_page(database: Database, case: Reply, changes: Reply) -> CasePage:
    async with database.read() as session:
        definition, is_exact = await _form_of_case(session, case.body)
    choices: dict[str, Any] = {each["step"]: each for each in case.body["steps"]}
    sections = [
        _section(definition, section, choices.get(section["step"]), is_exact=is_exact)
        for section in changes.body["sections"]
    ]
    return CasePage(case.body, case.etag, sections)


async def _form_of_case(session: AsyncSession, case: Json) -> tuple[FormDefinition, bool]:
    """Return the form that a case was filled in with, and whether it is exactly that one.

    While the case is not known here yet, it is the form with every field that any subject of its kind is asked.
    """
    row = await find_case_row(session, case["id"])
    if row is None or not row.legal_bases:
        return _every_field(kind_named_in(case), today()), False
    day = day_of(row.submitted_at) if row.submitted_at else today()
    primary, *others = row.legal_bases
    return form(primary, day, others), True


def _every_field(kind: ListedKind, at: date) -> FormDefinition:
    primary, *others = (each.id for each in legal_bases() if kind.covers(each))
    return form(primary, at, others)


def _section(definition: FormDefinition, section: Json, choice: Json | None, *, is_exact: bool) -> CaseSection:
    """Return one section; when the form is not the exact one, fields without any answer are left out."""
    step_id, _ = parse_key(section["step"])
    answers = side_by_side(definition, step_id, section["old"], section["new"])
    return CaseSection(
        key=section["step"],
        title=_title(section),
        changed=section["changed"],
        answers=answers if is_exact else [answer for answer in answers if answer.old or answer.new],
        has_old=section["old"] is not None,
        choice=choice,
    )


def _title(section: Json) -> str:
    department = section["department"]
    title = str(section["title"])
    return title if not department or department["name"] in title else f"{title}: {department['name']}"
