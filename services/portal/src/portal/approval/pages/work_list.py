"""The work list of an authority, and many trivial cases approved by one act (R61, R63, P11)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from portal.addresses import here, own_address
from portal.change_overview import subject_of
from portal.dependencies import Cursor, database_of, service_client
from portal.kinds import kind_named_in
from portal.overview.queries import followed_of
from portal.rendering import page, page_router, see_other
from portal.sessions.access import Approver
from portal.sessions.submitted_form import SubmittedForm
from portal.sessions.visitor import Visitor

PATH = "/godkend/arbejdsliste"
PAGE_SIZE = 25
LONGEST_QUERY = 200

router = page_router(PATH)

Json = Mapping[str, Any]
Sort = Annotated[Literal["risk", "age"], Query()]
State = Annotated[Literal["awaiting", "returned", "all"], Query()]
Decided = Annotated[Literal["here", "elsewhere"], Query()]
Risk = Annotated[Literal["", "high", "ordinary", "trivial"], Query()]
WorkedOn = Annotated[Literal["", "me", "colleague", "nobody"], Query()]
Select = Annotated[Literal["", "all"], Query()]


@dataclass(frozen=True)
class WorkFilters:
    """What the list is narrowed to and how it is sorted, as its address has it."""

    q: str = ""
    sort: str = "risk"
    state: str = "awaiting"
    decided: str = "here"
    risk: str = ""
    worked_on: str = ""

    @property
    def is_too_long(self) -> bool:
        """Return whether nothing is found because the text to search for is too long."""
        return len(self.q) > LONGEST_QUERY

    def address(self, **more: str) -> str:
        """Return the address of the list with these filters; what is as usual is left out."""
        chosen = {name: value for name, value in asdict(self).items() if value != _USUAL[name]} | more
        return f"{PATH}?{urlencode(chosen)}" if chosen else PATH

    def parameters(self, cursor: str) -> dict[str, Any]:
        """Return what the service is asked with."""
        chosen = asdict(self) | {"cursor": cursor, "state": "" if self.state == "all" else self.state}
        return {name: value for name, value in chosen.items() if value} | {"limit": PAGE_SIZE}


_USUAL = asdict(WorkFilters())


@dataclass(frozen=True)
class WorkRow:
    """One case of the list with what it is about, and whether the user follows that."""

    case: Json
    subject: Json
    followed: bool

    @property
    def choice(self) -> str:
        """Return what the box of a trivial case sends: the case as it is seen here."""
        return f"{self.case['id']} {self.case['etag']}"


async def filters_of(
    q: str = "",
    sort: Sort = "risk",
    state: State = "awaiting",
    decided: Decided = "here",
    risk: Risk = "",
    worked_on: WorkedOn = "",
) -> WorkFilters:
    """Read the filters of the list from its address."""
    return WorkFilters(q.replace("\0", ""), sort, state, decided, risk, worked_on)


@router.get("")
async def show_list(
    request: Request,
    visitor: Approver,
    filters: Annotated[WorkFilters, Depends(filters_of)],
    cursor: Cursor = "",
    select: Select = "",
) -> Response:
    """List the open cases of the user's authorities; ``select`` ticks every trivial one of the page."""
    services = service_client(request, visitor)
    found: Json = {"items": [], "next": None}
    if not filters.is_too_long:
        found = (await services.get("approval", "/v1/work-list", filters.parameters(cursor))).body
    async with database_of(request).read() as session:
        rows = await _rows(session, visitor, found["items"])
    return page(
        request,
        "approval/work-list.html",
        filters=filters,
        rows=rows,
        following=filters.address(cursor=found["next"]) if found["next"] else "",
        elsewhere=replace(WorkFilters(), decided="elsewhere").address(),
        all_trivial=filters.address(**({"cursor": cursor} if cursor else {}), select="all"),
        is_first_page=not cursor,
        select_all=bool(select),
        here=here(request),
    )


@router.post("")
async def approve_together(request: Request, visitor: Approver, form: SubmittedForm) -> Response:
    """Approve the chosen trivial cases, and tell of each what became of it."""
    back = own_address(form.text("back"), PATH)
    seen = [dict(zip(("id", "etag"), each.split(" ", 1), strict=False)) for each in form.texts("case")]
    cases = [each for each in seen if each.get("etag")]
    if not cases:
        return see_other(back)
    reply = await service_client(request, visitor).post(
        "approval", "/v1/work-list/approvals", {"cases": cases}, command=form.command
    )
    approved, refused = _parted(reply.body["items"])
    return page(request, "approval/approved-together.html", approved=approved, refused=refused, back=back)


async def _rows(session: AsyncSession, visitor: Visitor, cases: Sequence[Json]) -> list[WorkRow]:
    subjects = [subject_of(case) for case in cases]
    followed: set[tuple[str, str]] = set()
    for kind in {each["kind"].id: each["kind"] for each in subjects}.values():
        ids = [each["subject_id"] for each in subjects if each["kind"].id == kind.id]
        followed |= {(kind.id, subject_id) for subject_id in await followed_of(session, kind.id, visitor, ids)}
    return [
        WorkRow(case, subject, (subject["kind"].id, subject["subject_id"]) in followed)
        for case, subject in zip(cases, subjects, strict=True)
    ]


def _parted(items: Sequence[Json]) -> tuple[list[Json], list[Json]]:
    """Return what was approved and what was refused, each with the name of its subject."""
    named: list[Json] = [{**item, "name": _name_of(item)} for item in items]
    approved = [item for item in named if item["problem"] is None]
    return approved, [item for item in named if item["problem"] is not None]


def _name_of(item: Json) -> str:
    kind = kind_named_in(item)
    return str((item[kind.name_field] if kind.name_field else None) or item[kind.id_field] or "Ukendt sag")
