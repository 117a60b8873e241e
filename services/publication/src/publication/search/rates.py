"""Rates that can be compared: what the departments of one kind ask for, as quartiles."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Float, RowMapping, Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from publication.search.facets import keys
from publication.search.models import SearchRow
from publication.search.schemas import RateBox

# With fewer, a quartile would be the rate of one of them.
MIN_TILBUD = 5
QUARTILES = {"min_oere": 0.0, "q1_oere": 0.25, "median_oere": 0.5, "q3_oere": 0.75, "max_oere": 1.0}


async def rate_boxes(session: AsyncSession, chosen: Mapping[str, Sequence[str]]) -> list[RateBox]:
    """Return one box of each unit of rates: every department counts once, with its lowest rate.

    ``chosen`` are values of facets, as in the search. A box of fewer than five tilbud has its unit only.
    """
    unit = cast(SearchRow.item["rate_unit"].astext, Text).label("rate_unit")
    rate = cast(SearchRow.rate_oere, Float(53))
    points = [func.percentile_cont(share).within_group(rate).label(name) for name, share in QUARTILES.items()]
    tilbud = func.count(SearchRow.tilbud_id.distinct()).label("tilbud")
    statement = select(unit, func.count().label("n"), tilbud, *points).group_by(unit).order_by(unit)
    statement = statement.where(SearchRow.valid_to.is_(None), SearchRow.rate_oere.is_not(None))
    for name, values in chosen.items():
        if values:
            statement = statement.where(SearchRow.facets.overlap(keys(name, values)))
    return [_box(row) for row in (await session.execute(statement)).mappings()]


def _box(row: RowMapping) -> RateBox:
    if row["tilbud"] < MIN_TILBUD:
        return RateBox(rate_unit=row["rate_unit"], suppressed=True)
    points = {name: round(row[name]) for name in QUARTILES}
    return RateBox(rate_unit=row["rate_unit"], suppressed=False, n=row["n"], **points)
