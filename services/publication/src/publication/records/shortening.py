"""A public record that is too large for one entry of the feed, with its longest texts cut. Pure.

Nothing that was accepted may keep a tilbud as it was: what does not fit is shown in part, and says so.
"""

from typing import Any

from contracts.events.publication import PublicTilbud

# The longest text that stays whole, in characters: the first of these is taken with which the record fits.
LENGTHS = (10_000, 2_000, 500, 200)
MARK = " … (forkortet)"


def size(record: PublicTilbud) -> int:
    """Return the bytes of ``record`` as JSON."""
    return len(record.model_dump_json(by_alias=True).encode())


def shortened(record: PublicTilbud, max_bytes: int) -> PublicTilbud:
    """Return ``record`` with its texts cut until it fits, as far as cutting helps; itself where it fits."""
    fitting = record
    for length in LENGTHS:
        if size(fitting) <= max_bytes:
            break
        whole = record.model_dump(mode="json", by_alias=True)
        fitting = PublicTilbud.model_validate(_cut(whole, length))
    return fitting


def _cut(value: Any, length: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= length else value[: length - len(MARK)] + MARK
    if isinstance(value, dict):
        return {name: _cut(each, length) for name, each in value.items()}
    if isinstance(value, list):
        return [_cut(each, length) for each in value]
    return value
