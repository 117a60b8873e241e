"""What a set of reference data has to be, and how it differs from another one. Pure."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from contracts.reference import (
    Authority,
    Municipality,
    Region,
    find_authority,
    find_region,
    known_municipalities,
    known_regions,
    known_socialtilsyn,
)
from contracts.reference.models import Row
from jurisdiction.authorities.reference_data import ReferenceData
from jurisdiction.reference_sets.files import FILES, Fault, Placed, Reading

MUNICIPALITIES, REGIONS, SOCIALTILSYN = FILES
DIVISION = ("region", "socialtilsyn", "ground_rule_socialtilsyn")
RANGES = {"latitude": (54.0, 84.0), "longitude": (-74.0, 16.0)}
ONE_DAY = timedelta(days=1)

Content = Mapping[str, Sequence[Mapping[str, Any]]]


def find_faults(reading: Reading) -> list[Fault]:
    """Return everything that is wrong with a set; what could not be read hides what else is wrong with it."""
    if reading.faults:
        return reading.faults
    return [*_of_periods(reading), *_of_known_keys(reading), *_of_kommuner(reading), *_of_authorities(reading)]


def data_of(reading: Reading) -> ReferenceData:
    """Return a set without faults as the rules look it up."""
    rows = {name: [each.row for each in placed] for name, placed in reading.rows.items()}
    return ReferenceData.of(rows[MUNICIPALITIES], rows[REGIONS], rows[SOCIALTILSYN])


def content_of(data: ReferenceData) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each file, as they are stored."""
    files = zip(FILES, (data.municipalities, data.regions, data.socialtilsyn), strict=True)
    return {name: [row.model_dump(mode="json") for rows in periods.values() for row in rows] for name, periods in files}


def data_from(content: Content) -> ReferenceData:
    """Return a set that was stored."""
    return ReferenceData.of(
        [Municipality.model_validate(row) for row in content[MUNICIPALITIES]],
        [Region.model_validate(row) for row in content[REGIONS]],
        [Authority.model_validate(row) for row in content[SOCIALTILSYN]],
    )


def digest_of(content: Content) -> str:
    """Return the sha256 of a set: the same for the same rows, in whatever order they and their columns stand."""
    rows = {name: sorted(json.dumps(row, sort_keys=True) for row in found) for name, found in content.items()}
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


def differences(before: Content, after: Content) -> list[str]:
    """Return a line for each row that was added (+), removed (-) or changed (~), with the days of its period."""
    lines: list[str] = []
    for name, kind in FILES.items():
        old, new = ({(row[kind.key], row["valid_from"]): row for row in rows[name]} for rows in (before, after))
        for place in sorted(old.keys() | new.keys()):
            lines += _difference(name, kind.key, old.get(place), new.get(place))
    return lines


def _difference(name: str, key: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[str]:
    row = new or old or {}
    label = f"{name} {row[key]} ({row['name']}, {row['valid_from']} to {row['valid_to'] or 'further notice'})"
    if old is None or new is None:
        told = ", ".join(f"{field}={value}" for field, value in row.items() if _is_told(field, value))
        yield f"{'+' if old is None else '-'} {label}: {told}"
    elif old != new:
        fields = [field for field in new if new[field] != old.get(field)]
        yield f"~ {label}: " + ", ".join(f"{field} {old.get(field)} -> {new[field]}" for field in fields)


def _is_told(field: str, value: object) -> bool:
    return value is not None and field in {"region", "socialtilsyn", "ground_rule_socialtilsyn", "host_of", "code"}


def _of_periods(reading: Reading) -> Iterator[Fault]:
    """Find periods of one key that overlap, are there twice, or leave days between them out."""
    for name, kind in FILES.items():
        by_key: defaultdict[str, list[Placed]] = defaultdict(list)
        for placed in reading.rows[name]:
            by_key[getattr(placed.row, kind.key)].append(placed)
        for key, periods in by_key.items():
            ordered = sorted(periods, key=lambda each: each.row.valid_from)
            for one, other in pairwise(ordered):
                yield from _between(name, key, one, other)


def _between(name: str, key: str, one: Placed, other: Placed) -> Iterator[Fault]:
    end, begin = one.row.valid_to, other.row.valid_from
    if one.row == other.row:
        yield Fault(name, other.line, "", f"{key} stands in line {one.line} already")
    elif end is None or end >= begin:
        yield Fault(name, other.line, "valid_from", f"the period of {key} overlaps the one in line {one.line}")
    elif end + ONE_DAY < begin:
        yield Fault(name, other.line, "valid_from", f"{key} has no row for the days since line {one.line} ended")


def _of_known_keys(reading: Reading) -> Iterator[Fault]:
    """Find what is missing, and what other services, which have this release's names, would not know."""
    known: Mapping[str, set[str]] = {
        MUNICIPALITIES: {each.code for each in known_municipalities()},
        REGIONS: {each.id for each in known_regions()},
        SOCIALTILSYN: {each.id for each in known_socialtilsyn()},
    }
    for name, kind in FILES.items():
        found = {getattr(each.row, kind.key) for each in reading.rows[name]}
        for key in sorted(known[name] - found):
            yield Fault(name, 0, "", f"{key} is missing; what ends has its last day in valid_to")
        for placed in reading.rows[name]:
            if getattr(placed.row, kind.key) not in known[name]:
                yield Fault(name, placed.line, kind.key, "is unknown to this release; its name comes with an upgrade")


def _of_kommuner(reading: Reading) -> Iterator[Fault]:
    regions, socialtilsyn = _rows(reading, REGIONS), _rows(reading, SOCIALTILSYN)
    inside = {each.code for each in known_municipalities() if each.inside_division}
    for placed in reading.rows[MUNICIPALITIES]:
        kommune: Municipality = placed.row
        for column in (*DIVISION, "host_of"):
            named = getattr(kommune, column)
            rows = regions if column == "region" else socialtilsyn
            if named is not None and (wrong := _wrong_reference(kommune, named, rows)):
                yield Fault(MUNICIPALITIES, placed.line, column, wrong)
        missing = [column for column in DIVISION if getattr(kommune, column) is None]
        if kommune.code in inside or len(missing) < len(DIVISION):
            yield from (Fault(MUNICIPALITIES, placed.line, column, "is missing") for column in missing)
        for column, (least, most) in RANGES.items():
            if not least <= getattr(kommune, column) <= most:
                yield Fault(MUNICIPALITIES, placed.line, column, f"is not between {least} and {most}")


def _of_authorities(reading: Reading) -> Iterator[Fault]:
    kommuner = _rows(reading, MUNICIPALITIES)
    for placed in reading.rows[SOCIALTILSYN]:
        tilsyn: Authority = placed.row
        if tilsyn.municipality is None:
            yield Fault(SOCIALTILSYN, placed.line, "municipality", "is missing")
        elif wrong := _wrong_reference(tilsyn, tilsyn.municipality, kommuner):
            yield Fault(SOCIALTILSYN, placed.line, "municipality", wrong)
    used = {each.region for periods in kommuner.values() for each in periods}
    for placed in reading.rows[REGIONS]:
        region: Region = placed.row
        known = find_region(region.id)
        if region.enabled and region.code is None:
            yield Fault(REGIONS, placed.line, "code", "is missing in a region that is enabled")
        elif region.enabled and find_authority(f"region-{region.code}") is None:
            yield Fault(REGIONS, placed.line, "code", "is unknown to this release; its name comes with an upgrade")
        if known and known.enabled and region.id not in used:
            yield Fault(REGIONS, placed.line, "id", "has no kommune")


def _rows(reading: Reading, name: str) -> dict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for placed in reading.rows[name]:
        found[getattr(placed.row, FILES[name].key)].append(placed.row)
    return dict(found)


def _wrong_reference(row: Row, named: str, rows: Mapping[str, Sequence[Row]]) -> str | None:
    """Return what is wrong with the name of another row, which has to hold on every day on which this one does."""
    periods = rows.get(named)
    if not periods:
        return f"{named} does not exist"
    begins = min(each.valid_from for each in periods) <= row.valid_from
    ends = max(each.valid_to or date.max for each in periods) >= (row.valid_to or date.max)
    return None if begins and ends else f"{named} does not exist on every day of this row"
