"""The fast lane of vacancies."""

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from reporting.dependencies import TilbudId
from reporting.mount import TILBUD_REPORTS
from reporting.vacancies.commands import change_vacancies, confirm_vacancies
from reporting.vacancies.queries import vacancies_etag, view_figures
from reporting.vacancies.schemas import ConfirmationBody, VacanciesBody, VacanciesFigures
from reports.dependencies import Caller, responses
from web.app import Db
from web.etags import IfMatch
from web.idempotency import Answer, CommandDependency

router = APIRouter(prefix="/v1/tilbud", tags=["tilbud"], responses=responses())


@router.get("/{tilbud_id}/vacancies")
async def get_vacancies(tilbud_id: TilbudId, principal: Caller, db: Db, response: Response) -> VacanciesFigures:
    """Show the vacancies as reported last and as they are public, with the ETag that a change needs."""
    async with db.read() as session:
        tilbud = await TILBUD_REPORTS.get_visible(session, tilbud_id, principal)
        view = await view_figures(session, tilbud)
    response.headers["ETag"] = vacancies_etag(tilbud)
    return view


@router.put("/{tilbud_id}/vacancies", responses=responses(403, 409, 412, 428))
async def put_vacancies(
    tilbud_id: TilbudId,
    body: VacanciesBody,
    principal: Caller,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> VacanciesFigures:
    """Report vacancies and waiting time: public at once, marked as not approved yet.

    Departments that are not named keep their figures. An ETag is out of date only when the figures of a department
    that is named have changed since.
    """

    async def change(session: AsyncSession) -> tuple[VacanciesFigures, str]:
        tilbud = await change_vacancies(session, tilbud_id, body, principal, if_match)
        return await view_figures(session, tilbud), vacancies_etag(tilbud)

    view, response.headers["ETag"] = await db.run_in_transaction(change)
    return view


@router.post("/{tilbud_id}/vacancies/confirmation", response_model=VacanciesFigures, responses=responses(403, 409))
async def post_confirmation(
    tilbud_id: TilbudId, principal: Caller, command: CommandDependency, body: ConfirmationBody | None = None
) -> Response:
    """Say that the figures are still right, of the named departments or of all: they get a new date."""

    async def confirm(session: AsyncSession) -> Answer:
        departments = body.departments if body else None
        tilbud = await confirm_vacancies(session, tilbud_id, departments, principal)
        return Answer(await view_figures(session, tilbud), 200, {"ETag": vacancies_etag(tilbud)})

    return await command.run(confirm)
