"""The towns that a field for a place offers."""

from functools import cache

from contracts.reference import located_postcode, postal_districts

# Below it each street of inner Copenhagen has a postcode of its own.
FIRST_OF_A_TOWN = "2000"


@cache
def town_labels() -> tuple[str, ...]:
    """Return every town with its postcode, as publication reads it: the first one where a town has several."""
    first: dict[str, str] = {}
    for district in sorted(postal_districts(), key=lambda each: each.postcode):
        if not located_postcode(district.postcode).approximate:
            first.setdefault(district.name, district.postcode)
    return tuple(name if code < FIRST_OF_A_TOWN else f"{code} {name}" for name, code in first.items())
