"""The HTTP API of agreements, for each kind of subject that can be handed over."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import NotFound
from contracts.access import Privilege
from jurisdiction.agreements import commands, queries
from jurisdiction.agreements.commands import NewAgreement, agreement_etag
from jurisdiction.agreements.models import Agreement
from jurisdiction.agreements.schemas import AgreementBody, AgreementList, AgreementView
from jurisdiction.assignments.queries import is_concerned
from jurisdiction.dependencies import PROBLEM_STATUSES, Caller
from jurisdiction.kinds import KINDS, RoutedKind
from web.app import Db
from web.auth import Principal, holding
from web.etags import IfMatch
from web.idempotency import Answer, CommandDependency
from web.openapi import headers
from web.problems import problem_responses

CREATED = 201
Changer = Annotated[Principal, Depends(holding(Privilege.CHANGE_AUTHORITY))]


def create_router() -> APIRouter:
    """Return the routes of the kinds that are registered."""
    router = APIRouter(prefix="/v1", tags=["agreements"], responses=problem_responses(*PROBLEM_STATUSES))
    for kind in KINDS:
        if kind.events.handover_requested:
            _add_routes(router, kind)
    return router


def _add_routes(router: APIRouter, kind: RoutedKind) -> None:
    subject = Annotated[str, Path(alias=kind.id_field, min_length=1, max_length=200)]
    base = f"/{kind.id}/{{{kind.id_field}}}/agreements"

    @router.get(base, description=f"List the delegations and agreements on all places about a {kind.id}.")
    async def list_agreements(subject_id: subject, caller: Caller, db: Db) -> AgreementList:
        async with db.read() as session:
            if not await is_concerned(session, caller, kind.id, subject_id):
                raise NotFound
            rows = await queries.agreements_of(session, kind.id, subject_id)
        return AgreementList(items=[_view(row) for row in rows])

    @router.post(
        base,
        status_code=CREATED,
        response_model=AgreementView,
        responses={**problem_responses(403), CREATED: headers("ETag")},
        description=f"Record a delegation or an agreement on all places about a {kind.id}; reports are routed by it.",
    )
    async def record_agreement(
        subject_id: subject, body: AgreementBody, caller: Changer, command: CommandDependency
    ) -> Response:
        async def use_case(session: AsyncSession) -> Answer:
            row = await commands.record_agreement(session, caller, kind.id, subject_id, _new(body))
            return Answer(_view(row), CREATED, {"ETag": agreement_etag(row)})

        return await command.run(use_case)

    @router.put(
        f"{base}/{{agreement_id}}",
        responses={**problem_responses(403, 412, 428), 200: headers("ETag")},
        description="Correct an agreement, or end it by its last day.",
    )
    async def change_agreement(
        subject_id: subject,
        agreement_id: Annotated[str, Path(min_length=1, max_length=200)],
        body: AgreementBody,
        caller: Changer,
        db: Db,
        response: Response,
        if_match: IfMatch = None,
    ) -> AgreementView:
        async def work(session: AsyncSession) -> AgreementView:
            row = await commands.change_agreement(
                session, caller, kind.id, subject_id, agreement_id, _new(body), if_match=if_match
            )
            return _view(row)

        changed = await db.run_in_transaction(work)
        response.headers["ETag"] = changed.etag
        return changed


def _new(body: AgreementBody) -> NewAgreement:
    return NewAgreement(body.type, body.authority, body.valid_from, body.valid_to, body.source or "")


def _view(row: Agreement) -> AgreementView:
    return AgreementView.of(row, agreement_etag(row))
