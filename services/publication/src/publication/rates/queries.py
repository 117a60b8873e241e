"""Rates as quartiles, and the place of one tilbud among them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ARRAY, Float, RowMapping, Select, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabularies import vocabulary
from publication.rates.models import RateRow
from publication.rates.rules import OccupancyBasis, share_below
from publication.rates.schemas import OwnRate, RateBox
from publication.records.models import Tilbud

# With fewer, a quartile would be the rate of one of them.
MIN_TILBUD = 5
QUARTILES = {"min_oere": 0.0, "q1_oere": 0.25, "median_oere": 0.5, "q3_oere": 0.75, "max_oere": 1.0}
_BASIS = (RateRow.rate_unit, RateRow.rate_year, RateRow.occupancy_basis)


class BoxKey(NamedTuple):
    """What the rates of a box have in common."""

    rate_unit: str
    rate_year: int
    occupancy_basis: str


async def rate_boxes(
    session: AsyncSession, chosen: Mapping[str, Sequence[str | int]], tilbud_id: str | None = None
) -> list[RateBox]:
    """Return one box for each unit, year and basis of occupancy: every department counts once, with its lowest rate.

    ``chosen`` are the values that may be of each parameter. The newest year of each unit comes first.
    """
    lowest = _lowest(chosen).subquery()
    rate = cast(lowest.c.rate_oere, Float(53))
    # One function for all points: the rates are sorted once.
    points = func.percentile_cont(cast([*QUARTILES.values()], ARRAY(Float(53)))).within_group(rate).label("points")
    basis = [lowest.c[name] for name in BoxKey._fields]
    tilbud = func.count(lowest.c.tilbud_id.distinct()).label("tilbud_count")
    statement = (
        select(*basis, func.count().label("n"), tilbud, points)
        .group_by(*basis)
        .order_by(lowest.c.rate_unit, lowest.c.rate_year.desc(), lowest.c.occupancy_basis)
    )
    found = (await session.execute(statement)).mappings().all()
    own = await _own_rates(session, chosen, tilbud_id) if tilbud_id else {}
    return [_box(row, own.get(_key(row), [])) for row in found]


def _lowest(chosen: Mapping[str, Sequence[str | int]]) -> Select[str, str, str, int, str, int]:
    """Return the statement for the lowest chosen rate of each department, by what makes rates comparable."""
    columns = {"rate_unit": RateRow.rate_unit, "rate_year": RateRow.rate_year}
    lists = {"target_group": RateRow.target_groups, "legal_basis": RateRow.legal_bases}
    shown = (Tilbud.id == RateRow.tilbud_id) & (Tilbud.version == RateRow.version) & Tilbud.record.is_not(None)
    unit = (RateRow.tilbud_id, RateRow.department_id, *_BASIS)
    statement = select(*unit, func.min(RateRow.rate_oere).label("rate_oere")).join(Tilbud, shown).group_by(*unit)
    for name, values in chosen.items():
        if values and name in columns:
            statement = statement.where(columns[name].in_(values))
        elif values and name in lists:
            statement = statement.where(lists[name].overlap(_meant(name, values)))
    return statement


def _meant(name: str, values: Sequence[str | int]) -> list[str]:
    """Return the values with those below them: who looks for a target group means these too."""
    texts = [str(value) for value in values]
    if name != "target_group":
        return texts
    terms = vocabulary("target-groups")
    return sorted({*texts, *(below.id for each in texts for below in terms.descendants(each))})


async def _own_rates(
    session: AsyncSession, chosen: Mapping[str, Sequence[str | int]], tilbud_id: str
) -> dict[BoxKey, list[OwnRate]]:
    lowest = _lowest(chosen).subquery()
    own = select(*(lowest.c[name] for name in BoxKey._fields)).where(lowest.c.tilbud_id == tilbud_id).subquery()
    same = [lowest.c[name] == own.c[name] for name in BoxKey._fields]
    statement = select(lowest).where(select(own).where(*same).exists())
    all_rates: dict[BoxKey, list[int]] = defaultdict(list)
    tilbud: dict[BoxKey, set[str]] = defaultdict(set)
    mine: dict[BoxKey, list[tuple[str, int]]] = defaultdict(list)
    for row in (await session.execute(statement)).mappings():
        all_rates[_key(row)].append(row["rate_oere"])
        tilbud[_key(row)].add(row["tilbud_id"])
        if row["tilbud_id"] == tilbud_id:
            mine[_key(row)].append((row["department_id"], row["rate_oere"]))
    return {
        key: [
            OwnRate(
                department_id=department or None,
                rate_oere=rate,
                share_below=share_below(rate, all_rates[key]) if len(tilbud[key]) >= MIN_TILBUD else None,
            )
            for department, rate in sorted(rates)
        ]
        for key, rates in mine.items()
    }


def _key(row: RowMapping) -> BoxKey:
    return BoxKey(*(row[name] for name in BoxKey._fields))


def _box(row: RowMapping, own: list[OwnRate]) -> RateBox:
    units, basis = vocabulary("rate-units"), OccupancyBasis(row["occupancy_basis"])
    unit = row["rate_unit"]
    box = RateBox(
        rate_unit=unit,
        rate_unit_label=units.label(unit) if unit in units else unit,
        rate_year=row["rate_year"],
        occupancy_basis=basis,
        occupancy_label=basis.label,
        suppressed=row["tilbud_count"] < MIN_TILBUD,
        own=own,
    )
    if box.suppressed:
        return box
    points = {name: round(point) for name, point in zip(QUARTILES, row["points"], strict=True)}
    box.n, box.tilbud = row["n"], row["tilbud_count"]
    return box.model_copy(update=points)
