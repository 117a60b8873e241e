"""Rows of the index with just what a match looks at."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.reference import located_postcode
from publication.search.index import IndexedRow, SearchIndex

WHEN = "2026-11-20T10:00:00Z"
Package = tuple[str, int, int]


def row(
    number: int,
    *,
    packages: Sequence[Package] = (),
    services: Sequence[str] = (),
    municipality: str = "0851",
    postcode: str | None = "9000",
    rates: Mapping[str, int] | None = None,
    accessibility: Sequence[str] = (),
    night_staff: str | None = None,
    vacancies: int | None = None,
    confirmed: str = WHEN,
) -> IndexedRow:
    """Return the row of tilbud ``number``; what is not given, nobody has told."""
    groups = [group for group, _, _ in packages]
    point = located_postcode(postcode) if postcode else None
    accessible = "wheelchair" in accessibility if accessibility else None
    facets = [
        *(f"target_group:{each}" for each in groups),
        *(f"service:{each}" for each in services),
        *(f"accessibility:{each}" for each in accessibility),
        *(["accessible:1"] if accessible else []),
        *([f"night_staff:{night_staff}"] if night_staff else []),
        f"municipality:{municipality}",
    ]
    item: dict[str, Any] = {
        "tilbud_id": f"CRV-{number}",
        "department_id": None,
        "name": f"Hus {number:03}",
        "department_name": None,
        "municipality": municipality,
        "place_approximate": bool(point and point.approximate),
        "night_staff": night_staff,
        "accessible": accessible,
        "vacancies": vacancies,
        "vacancies_confirmed_at": confirmed,
        "confirmed_at": WHEN,
    }
    return IndexedRow(
        tilbud_id=f"CRV-{number}",
        department_id="",
        sort_name=f"hus {number:03}",
        title=f"hus {number:03}",
        words="",
        facets=facets,
        ages=sorted({age for _, first, last in packages for age in range(first, last + 1)}),
        group_ages=[f"{group}:{first}-{last}" for group, first, last in packages],
        vacancies=vacancies,
        quality=None,
        rates=rates or {},
        latitude=point.latitude if point else None,
        longitude=point.longitude if point else None,
        identifiers=(),
        item=json.dumps(item),
    )


def index_of(*rows: IndexedRow) -> SearchIndex:
    """Return an index of ``rows``."""
    index = SearchIndex()
    index.fill(rows)
    index.settle()
    return index
