"""The change overview of a case: sections of answers old beside new, each with its choice."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import day_of, today
from chassis.database import Database
from contracts.form import FormDefinition, form
from contracts.form.keys import DEPARTMENTS, department_ids, parse_key
from contracts.reference import legal_bases
from portal.clients import Reply, ServiceClient, segment
from portal.form.comparison import ComparedAnswer, Surroundings, names_of_rows, side_by_side
from portal.kinds import ListedKind, kind_named_in
from portal.overview.queries import find_case_row

COMPANY = "company"
WITH_CONTEXT = {"context": "true"}

Json = Mapping[str, Any]


@dataclass(frozen=True)
class CaseSection:
    """One step of a case, or one department's part of it; ``choice`` is what was decided.

    A section that is not ``reported`` shows an approved step beside the case, for context; it ``goes`` when the case
    takes its department away. ``since`` are the answers that were changed since the case was sent the last time, None
    in its first round.
    """

    key: str
    title: str
    reported: bool
    changed: bool
    answers: list[ComparedAnswer]
    has_old: bool
    since: list[ComparedAnswer] | None
    choice: Json | None
    goes: bool = False

    @property
    def id(self) -> str:
        """Return the HTML id of the section."""
        return html_id(self.key)

    @property
    def is_edited_after_approval(self) -> bool:
        """Return whether the round before approved the step and it was changed all the same."""
        earlier = (self.choice or {}).get("earlier")
        return bool(self.since) and earlier is not None and earlier["verdict"] == "approve"

    @property
    def has_news(self) -> bool:
        """Return whether anything differs: from what is approved, or without that from the round before."""
        return self.reported and (self.changed if self.has_old or self.since is None else bool(self.since))

    @property
    def choosable(self) -> list[ComparedAnswer]:
        """Return the answers that a rejection can point at."""
        return [answer for answer in self.answers if answer.pointer]

    @property
    def is_only_moved(self) -> bool:
        """Return whether nothing but the order of rows differs."""
        return not self.changed and any(answer.row and answer.row.moved for answer in self.answers)


@dataclass(frozen=True)
class CasePage:
    """A case as approval answers it, the ETag of its state, and the sections of its change overview."""

    body: Json
    etag: str
    sections: list[CaseSection]

    @property
    def reported(self) -> list[CaseSection]:
        """Return the sections of the steps that the case holds."""
        return [section for section in self.sections if section.reported]


def html_id(key: str) -> str:
    """Return the HTML id of the section of a step."""
    return "trin." + key.replace("/", ".")


async def load_case(services: ServiceClient, database: Database, case_id: str, files: str = "") -> CasePage:
    """Return a case with the approved steps around it; Refused when it is not there for this visitor.

    ``files`` is the address under which its files are fetched.
    """
    case, changes = await asyncio.gather(
        services.get("approval", _path(case_id)),
        services.get("approval", f"{_path(case_id)}/changes", WITH_CONTEXT),
    )
    return await _case_page(database, case, changes, files)


async def find_case(services: ServiceClient, database: Database, case_id: str, files: str = "") -> CasePage | None:
    """Return a case; None when it is not there for this visitor."""
    case, changes = await asyncio.gather(
        services.find("approval", _path(case_id)),
        services.find("approval", f"{_path(case_id)}/changes", WITH_CONTEXT),
    )
    return await _case_page(database, case, changes, files) if case and changes else None


def subject_of(case: Json) -> dict[str, Any]:
    """Return what a case is about, for its page: kind, id and name of the subject."""
    kind = kind_named_in(case)
    subject_id = case[kind.id_field]
    name = case[kind.name_field] if kind.name_field else subject_id
    return {"kind": kind, "subject_id": subject_id, "name": name}


def _path(case_id: str) -> str:
    return f"/v1/cases/{segment(case_id)}"


async def _case_page(database: Database, case: Reply, changes: Reply, files: str) -> CasePage:
    async with database.read() as session:
        definition, is_exact = await _form_of_case(session, case.body)
    choices: dict[str, Any] = {each["step"]: each for each in case.body["steps"]}
    found: list[Json] = changes.body["sections"]
    departments = next((department_ids(each["new"]) for each in found if each["step"] == DEPARTMENTS), None)
    sections = [
        replace(
            _section(
                definition,
                each,
                choices.get(each["step"]),
                surroundings_of(definition, found, each, files),
                is_exact=is_exact,
            ),
            goes=departments is not None and _department(each) not in (None, *departments),
        )
        for each in found
    ]
    shown = {section.key for section in sections}
    bare = [_without_content(choice) for key, choice in choices.items() if key not in shown]
    return CasePage(case.body, case.etag, [*sections, *bare])


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


def surroundings_of(
    definition: FormDefinition, sections: Sequence[Json], section: Json, files: str = ""
) -> Surroundings:
    """Return what the other steps say about the answers of a section: who operates, and what rows are called."""
    contents = {each["step"]: each for each in sections}
    step_id, department = parse_key(section["step"])
    referred = {inner.refers_to for field in definition.step(step_id).fields for inner in (field, *field.fields)}
    names: dict[str, str] = {}
    for other in filter(None, referred):
        beside = contents.get(f"{other}/{department}" if department else other, {})
        for version in ("previous", "old", "new"):
            names |= names_of_rows(definition, other, beside.get(version))
    company = contents.get(COMPANY, {}).get("new") or {}
    return Surroundings(company.get("operator_kind"), names, files)


def _section(
    definition: FormDefinition, section: Json, choice: Json | None, surroundings: Surroundings, *, is_exact: bool
) -> CaseSection:
    """Return one section; when the form is not the exact one, fields without any answer are left out."""
    step_id, _ = parse_key(section["step"])
    old, new, previous = section["old"], section["new"], section["previous"]
    answers = side_by_side(definition, step_id, old, new, surroundings)
    since = side_by_side(definition, step_id, previous or {}, new, surroundings) if section["edited"] else []
    return CaseSection(
        key=section["step"],
        title=_title(section),
        reported=section["reported"],
        changed=section["changed"],
        answers=answers if is_exact else [answer for answer in answers if answer.old or answer.new],
        has_old=old is not None,
        since=None if section["edited"] is None else [answer for answer in since if answer.changed],
        choice=choice,
    )


def _department(section: Json) -> str | None:
    return parse_key(section["step"])[1]


def _without_content(choice: Json) -> CaseSection:
    """Return the section of a step whose content is not shown here, so that it can be decided all the same."""
    return CaseSection(
        key=choice["step"],
        title=choice["title"],
        reported=True,
        changed=True,
        answers=[],
        has_old=False,
        since=None,
        choice=choice,
    )


def _title(section: Json) -> str:
    department = section["department"]
    title = str(section["title"])
    return title if not department or department["name"] in title else f"{title}: {department['name']}"
