"""Two to five tilbud side by side, as a page and as files (R87, P13, L1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from chassis.clock import today
from portal.addresses import here
from portal.clients import Refused
from portal.dependencies import database_of, service_client
from portal.kinds import TILBUD
from portal.overview.public_rows import public_names
from portal.overview.queries import followed_of
from portal.public.comparison import FEWEST, MOST, ComparedRow, as_table, compare
from portal.public.search_page import Search, ids_of
from portal.rendering import page, page_router, see_other
from portal.sessions.access import MaybeVisitor
from portal.sessions.visitor import Visitor
from portal.spreadsheets import CSV, XLSX, as_csv, as_xlsx

router = page_router()

Ids = Annotated[list[str], Query()]


class ComparisonParameters(BaseModel):
    """Which tilbud are compared, on which day, whether only what differs is shown, and the search they came from."""

    id: Ids = []
    as_of: str = ""
    forskelle: str = ""
    soegning: str = ""


Parameters = Annotated[ComparisonParameters, Query()]


@dataclass(frozen=True)
class Chosen:
    """What was chosen, and what of it cannot be compared: ``error`` is a sentence, ``day`` None for today."""

    ids: list[str]
    day: str
    error: str

    @classmethod
    def of(cls, ids: Sequence[str], day: str) -> "Chosen":
        """Return the tilbud that are named, each once and in our own spelling."""
        named = ids_of(ids)
        return cls(named, day.strip(), _error(named, day.strip()))

    @property
    def at(self) -> date:
        """Return the day that is looked at."""
        return date.fromisoformat(self.day) if self.day else today()

    @property
    def address(self) -> str:
        """Return the parameters of the same comparison."""
        return urlencode([*(("id", each) for each in self.ids), *([("as_of", self.day)] if self.day else [])])

    @property
    def can_be_compared(self) -> bool:
        """Return whether there are two to five, and the day is one."""
        return not self.error and len(self.ids) >= FEWEST

    def without(self, tilbud_id: str) -> str:
        """Return the parameters of a comparison without one of them."""
        return Chosen([each for each in self.ids if each != tilbud_id], self.day, "").address


def _error(ids: Sequence[str], day: str) -> str:
    if len(ids) > MOST:
        return f"Du har valgt {len(ids)} tilbud. Fjern nogle, så der højst er {MOST}."
    try:
        is_future = bool(day) and date.fromisoformat(day) > today()
    except ValueError:
        return "Skriv datoen som dag, måned og år, for eksempel 2026-03-31."
    return "Vælg en dato, der ikke ligger ude i fremtiden." if is_future else ""


@router.get("/sammenlign")
async def show_comparison(request: Request, visitor: MaybeVisitor, parameters: Parameters) -> Response:
    """Show two to five tilbud side by side, today or on an earlier day; too few or too many are asked about."""
    chosen = Chosen.of(parameters.id, parameters.as_of)
    if not chosen.can_be_compared:
        return await _ask(request, chosen, parameters.soegning)
    try:
        records, missing = await _records(request, chosen)
    except Refused as refusal:
        if refusal.slug not in {"invalid", "bad-request"}:
            raise
        return await _ask(request, Chosen(chosen.ids, chosen.day, refusal.detail), parameters.soegning)
    rows = compare(records, chosen.at)
    shown = [row for row in rows if row.differs] if parameters.forskelle else rows
    return page(
        request,
        "public/compare.html",
        chosen=chosen,
        records=records,
        missing=missing,
        groups=_grouped(shown),
        differences=sum(row.differs for row in rows),
        only_differences=bool(parameters.forskelle),
        followed=await _stars(request, visitor, chosen.ids),
        here=here(request),
        back=Search.of_query(parameters.soegning, chosen.ids),
    )


@router.get("/sammenlign.csv")
async def comparison_as_csv(request: Request, _: MaybeVisitor, parameters: Parameters) -> Response:
    """Return the comparison as a file with semicolons."""
    return await _file(request, Chosen.of(parameters.id, parameters.as_of), "csv")


@router.get("/sammenlign.xlsx")
async def comparison_as_xlsx(request: Request, _: MaybeVisitor, parameters: Parameters) -> Response:
    """Return the comparison as an Excel workbook."""
    return await _file(request, Chosen.of(parameters.id, parameters.as_of), "xlsx")


async def _file(request: Request, chosen: Chosen, ending: str) -> Response:
    if not chosen.can_be_compared:
        return see_other(f"/sammenlign?{chosen.address}")
    records, _ = await _records(request, chosen)
    rows = compare(records, chosen.at)
    table = as_table([f"{each['name']} ({each['id']})" for each in records], rows)
    if ending == "csv":
        content, media_type = as_csv(table), CSV
    else:
        content, media_type = as_xlsx(table, "Sammenligning", [row.differs for row in rows]), XLSX
    name = f"sammenligning-{chosen.day or today().isoformat()}.{ending}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def _records(request: Request, chosen: Chosen) -> tuple[list[Mapping[str, Any]], list[str]]:
    wanted = [*(("id", each) for each in chosen.ids), *([("as_of", chosen.day)] if chosen.day else [])]
    found = (await service_client(request, None).get("publication", "/v1/compare", wanted)).body
    return found["items"], found["missing"]


async def _ask(request: Request, chosen: Chosen, query: str) -> Response:
    """Say what is missing; what was chosen stays chosen."""
    async with database_of(request).read() as session:
        names = await public_names(session, TILBUD.id, chosen.ids)
    return page(
        request,
        "public/compare-choose.html",
        status=422 if chosen.error else 200,
        chosen=chosen,
        options=[(each, names.get(each, each)) for each in chosen.ids],
        is_one=len(chosen.ids) == 1 and not chosen.error,
        back=Search.of_query(query, chosen.ids),
    )


async def _stars(request: Request, visitor: Visitor | None, ids: Sequence[str]) -> frozenset[str]:
    if visitor is None:
        return frozenset()
    async with database_of(request).read() as session:
        return await followed_of(session, TILBUD.id, visitor, ids)


def _grouped(rows: Sequence[ComparedRow]) -> dict[str, list[ComparedRow]]:
    groups: dict[str, list[ComparedRow]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return groups
