"""The fast lane of vacancies."""

from fastapi import APIRouter, Response

from reporting.dependencies import TilbudId
from reporting.mount import TILBUD_REPORTS
from reporting.vacancies.commands import change_vacancies
from reporting.vacancies.queries import vacancies_etag, view_vacancies
from reporting.vacancies.schemas import VacanciesBody, VacanciesView
from reports.dependencies import Caller, responses
from web.app import Db
from web.etags import IfMatch

router = APIRouter(prefix="/v1/tilbud", tags=["tilbud"], responses=responses())


@router.get("/{tilbud_id}/vacancies")
async def get_vacancies(tilbud_id: TilbudId, principal: Caller, db: Db, response: Response) -> VacanciesView:
    """Show the vacancies as reported last, with the ETag that a change needs."""
    async with db.read() as session:
        tilbud = await TILBUD_REPORTS.get_visible(session, tilbud_id, principal)
    response.headers["ETag"] = vacancies_etag(tilbud)
    return view_vacancies(tilbud)


@router.put("/{tilbud_id}/vacancies", responses=responses(403, 409, 412, 428))
async def put_vacancies(
    tilbud_id: TilbudId,
    body: VacanciesBody,
    principal: Caller,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> VacanciesView:
    """Report vacancies and waiting time: public at once, marked as not approved yet."""
    tilbud = await db.run_in_transaction(
        lambda session: change_vacancies(session, tilbud_id, body, principal, if_match)
    )
    response.headers["ETag"] = vacancies_etag(tilbud)
    return view_vacancies(tilbud)
