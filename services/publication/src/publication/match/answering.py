"""The answer to a need, as JSON: the best rows of the index, each with its reasons. Pure."""

import json
from typing import Any

from pydantic_core import from_json

from publication.match.reasons import Row, reasons_of
from publication.match.rules import Matching, Need, Ranked
from publication.search.index import SearchIndex
from web.pagination import encode_cursor


def match_page(index: SearchIndex, need: Need, limit: int, place: list[Any] | None) -> bytes:
    """Return a ``schemas.MatchPage``: ``limit`` suggestions behind ``place``."""
    matching = Matching(index, need)
    ranked = matching.page(limit + 1, place)
    shown, more = ranked[:limit], len(ranked) > limit
    page = {
        "items": [_item(matching, index, need, each) for each in shown],
        "next": encode_cursor(need.mark, shown[-1].rank, *index.key(shown[-1].row)[:3]) if more else None,
        "total": len(matching.found),
        "near": {"label": need.near.label, "approximate": need.near.approximate} if need.near else None,
    }
    return json.dumps(page, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _item(matching: Matching, index: SearchIndex, need: Need, ranked: Ranked) -> dict[str, Any]:
    shown = index.shown(ranked.row)
    item: dict[str, Any] = from_json(shown.item)
    reasons = reasons_of(Row(index, ranked.row, item), need, matching.answers)
    yes = sum(ranked.row in each.yes for each in matching.answers.values())
    # A number that is not equal to itself is none.
    is_near = ranked.kilometres == ranked.kilometres
    approximate = shown.place_approximate or (need.near is not None and need.near.approximate)
    return {
        **item,
        "score": round(yes / len(matching.answers), 2) if matching.answers else 1.0,
        "distance_km": ranked.kilometres if is_near else None,
        "distance_approximate": is_near and approximate,
        **{name: [each._asdict() for each in said] for name, said in reasons._asdict().items()},
    }
