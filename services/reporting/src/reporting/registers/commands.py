"""What the registers say of tilbud: asked when it is needed, and again by the worker while they were silent."""

from datetime import timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.sql.elements import ColumnElement

from chassis.clock import now
from chassis.database import ReadSession
from chassis.errors import FieldError, Invalid
from reporting.registers.look_ups import look_ups
from reporting.registers.port import Company
from reporting.subjects.facts import AGREEMENTS
from reporting.subjects.models import Draft, DraftStep, Tilbud

# A tilbud that a register was silent about, or does not know, is asked for again after so long.
ASK_AGAIN = timedelta(minutes=5)
BATCH = 50


async def company_of(cvr: str, pointer: str) -> Company | None:
    """Return the company with that number, None while CVR is silent; ``invalid`` when CVR says there is none (R40)."""
    answer = await look_ups().company(cvr)
    if answer.does_not_exist:
        detail = "CVR-nummeret findes ikke i CVR. Se efter, om det er skrevet rigtigt."
        raise Invalid(errors=[FieldError(pointer, "unknown-value", detail)])
    return answer.found


async def look_ean_up(tilbud: Tilbud, ean: object) -> None:
    """Note who has an EAN number that was entered for the locked ``tilbud``; a silent register is asked later (R42)."""
    if not isinstance(ean, str) or not ean or ean in tilbud.ean_owners:
        return
    owner = (await look_ups().ean_owner(ean)).found
    if owner is not None:
        tilbud.ean_owners = {**tilbud.ean_owners, ean: f"{owner.name}, CVR {owner.cvr}"}


async def look_company_up(tilbud: Tilbud) -> bool:
    """Note name and form of the company of the locked ``tilbud``; return whether they became known now."""
    company = (await look_ups().company(tilbud.cvr)).found if tilbud.company_name is None else None
    if company is None:
        return False
    tilbud.company_name, tilbud.company_form = company.name, company.form
    return True


async def not_looked_up(session: ReadSession) -> list[tuple[str, str]]:
    """Return id and CVR number of tilbud whose company, or EAN number in the draft, no register has answered for."""
    due = or_(Tilbud.registers_asked_at.is_(None), Tilbud.registers_asked_at < now() - ASK_AGAIN)
    statement = (
        select(Tilbud.id, Tilbud.cvr)
        .where(due, or_(Tilbud.company_name.is_(None), _has_unknown_ean()))
        .order_by(Tilbud.registers_asked_at.nulls_first(), Tilbud.id)
        .limit(BATCH)
    )
    return [(row.id, row.cvr) for row in await session.execute(statement)]


async def eans_in_draft(session: ReadSession, tilbud_id: str) -> list[str]:
    """Return the EAN numbers that stand in drafts of a tilbud."""
    statement = select(DraftStep.data["ean"].astext).join(Draft, Draft.id == DraftStep.draft_id)
    return list((await session.scalars(statement.where(Draft.subject_id == tilbud_id, *_names_ean()))).all())


def _has_unknown_ean() -> ColumnElement[bool]:
    ean = DraftStep.data["ean"].astext
    own = Draft.subject_id == Tilbud.id
    return (
        exists()
        .where(DraftStep.draft_id == Draft.id, own, Draft.replaced_at.is_(None), *_names_ean())
        .where(~Tilbud.ean_owners.has_key(ean))
    )


def _names_ean() -> tuple[ColumnElement[bool], ...]:
    return DraftStep.step == AGREEMENTS, DraftStep.data["ean"].astext.is_not(None)
