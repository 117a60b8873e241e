"""What two people made of the same step, put together answer by answer; only what both changed is asked."""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LARGEST_BASE = 2_000_000


@dataclass(frozen=True)
class Clash:
    """An answer that both have changed, each in another way. ``pointer`` leads to it in the merged data."""

    pointer: str
    mine: Any
    theirs: Any


def merge(base: Any, mine: Any, theirs: Any) -> tuple[Any, list[Clash]]:
    """Return what both made of ``base``, with my answer where they clash, and the clashes.

    Rows with an id are the same row wherever they stand; others only while no row came or went.
    """
    clashes: list[Clash] = []
    return _merged(base, mine, theirs, "", clashes), clashes


def packed(data: Any) -> str:
    """Return the data as a short text for a hidden field."""
    return base64.b64encode(zlib.compress(json.dumps(data, ensure_ascii=False).encode())).decode()


def unpacked(text: str) -> dict[str, Any]:
    """Return the data of ``packed``; nothing where a browser sent something else."""
    try:
        data = json.loads(zlib.decompressobj().decompress(base64.b64decode(text, validate=True), LARGEST_BASE))
    except (ValueError, RecursionError, binascii.Error, zlib.error):
        return {}
    return data if isinstance(data, dict) else {}


def _merged(base: Any, mine: Any, theirs: Any, pointer: str, clashes: list[Clash]) -> Any:
    if mine in (base, theirs) or (_is_nothing(mine) and _is_nothing(base)):
        return theirs
    if theirs == base or (_is_nothing(theirs) and _is_nothing(base)):
        return mine
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        return _objects(base, mine, theirs, pointer, clashes)
    if isinstance(base, list) and isinstance(mine, list) and isinstance(theirs, list) and _are_rows(mine, theirs):
        if _have_ids(base, mine, theirs):
            return _rows_with_ids(base, mine, theirs, pointer, clashes)
        if len(base) == len(mine) == len(theirs):
            rows = zip(base, mine, theirs, strict=True)
            return [_merged(*row, f"{pointer}/{index}", clashes) for index, row in enumerate(rows)]
    clashes.append(Clash(pointer, mine, theirs))
    return mine


def _objects(
    base: Any, mine: Mapping[str, Any], theirs: Mapping[str, Any], pointer: str, clashes: list[Clash]
) -> dict[str, Any]:
    before = base if isinstance(base, Mapping) else {}
    found = {
        name: _merged(before.get(name), mine.get(name), theirs.get(name), f"{pointer}/{name}", clashes)
        for name in {**mine, **theirs}
    }
    return {name: value for name, value in found.items() if value is not None or mine.get(name, "") is None}


def _rows_with_ids(
    base: list[Any], mine: list[Any], theirs: list[Any], pointer: str, clashes: list[Clash]
) -> list[Any]:
    """Return the rows of both. A row that one removed stays where the other has changed it."""
    before, other = ({row["id"]: row for row in rows} for rows in (base, theirs))
    rows: list[Any] = []
    for row in mine:
        old, new = before.get(row["id"]), other.get(row["id"])
        if new is not None:
            rows.append(_merged(old, row, new, f"{pointer}/{len(rows)}", clashes))
        elif row != old:
            rows.append(row)
    known = {row["id"] for row in mine}
    return rows + [row for row in theirs if row["id"] not in known and row != before.get(row["id"])]


def _is_nothing(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _are_rows(*lists: list[Any]) -> bool:
    return all(isinstance(row, Mapping) for rows in lists for row in rows)


def _have_ids(*lists: list[Any]) -> bool:
    ids = [[row.get("id") if isinstance(row, Mapping) else None for row in rows] for rows in lists]
    return all(all(isinstance(each, str) for each in found) and len(set(found)) == len(found) for found in ids)
