"""A case as its page shows it: sections of answers old beside new, each with its choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import day_of, today
from contracts.form import FormDefinition, form
from contracts.form.keys import parse_key
from contracts.reference import legal_bases
from portal.form.comparison import Pair, side_by_side
from portal.models import Case

Json = Mapping[str, Any]


@dataclass(frozen=True)
class CaseSection:
    """One step of a case, or one department's part of it; ``choice`` is what was decided."""

    key: str
    title: str
    changed: bool
    pairs: list[Pair]
    has_old: bool
    choice: Json | None

    @property
    def id(self) -> str:
        """Return the HTML id of the section."""
        return "trin." + self.key.replace("/", ".")


async def form_of_case(session: AsyncSession, case_id: str) -> tuple[FormDefinition, bool]:
    """Return the form that a case was filled in with, and whether it is exactly that one.

    While the case is not known here yet, it is the form with every field that any tilbud is asked.
    """
    row = (await session.execute(select(Case).where(Case.id == case_id))).scalar_one_or_none()
    if row is None or not row.legal_bases:
        return _every_field(today()), False
    day = day_of(row.submitted_at) if row.submitted_at else today()
    primary, *others = row.legal_bases
    return form(primary, day, others), True


def _every_field(at: date) -> FormDefinition:
    primary, *others = (each.id for each in legal_bases() if not each.is_plejefamilie)
    return form(primary, at, others)


def sections_of(
    definition: FormDefinition, changes: Json, choices: Mapping[str, Json], *, exact: bool
) -> list[CaseSection]:
    """Return the sections of a change overview; with an inexact form, fields without any answer are left out."""
    return [_section(definition, section, choices.get(section["step"]), exact=exact) for section in changes["sections"]]


def _section(definition: FormDefinition, section: Json, choice: Json | None, *, exact: bool) -> CaseSection:
    step_id, _ = parse_key(section["step"])
    pairs = side_by_side(definition.step(step_id), section["old"], section["new"])
    return CaseSection(
        key=section["step"],
        title=_title(section),
        changed=section["changed"],
        pairs=pairs if exact else [pair for pair in pairs if pair.old or pair.new],
        has_old=section["old"] is not None,
        choice=choice,
    )


def _title(section: Json) -> str:
    department = section["department"]
    title = str(section["title"])
    return title if not department or department["name"] in title else f"{title}: {department['name']}"
