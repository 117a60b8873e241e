"""Where the map of a tilbud has its dots: in the postal district and, of a secret address, in the kommune."""

from typing import Any

from contracts.reference import located_postcode, municipality
from devstack.paths import ROOT
from portal.public.denmark_map import map_with
from portal.public.record.location import location_of
from services.portal.tests.public.record.records import single

COPENHAGEN, NUUK = (12.57, 55.68), (-51.7, 64.2)


def placed(address: dict[str, Any], **changes: Any) -> dict[str, Any]:
    found = single(**changes)
    return {**found, "steps": {**found["steps"], "contact": {**found["steps"]["contact"], "address": address}}}


def test_a_dot_stands_in_the_middle_of_the_postal_district() -> None:
    found = location_of(placed({"postcode": "9280", "municipality": "0851", "street": "Torvet 1"}))
    district = located_postcode("9280")
    assert found.points == [(district.longitude, district.latitude)]
    assert not found.is_approximate


def test_of_a_secret_address_the_map_knows_the_kommune() -> None:
    found = location_of(placed({"municipality": "0851"}, address_hidden=True))
    assert found.points == [(municipality("0851").longitude, municipality("0851").latitude)]
    assert found.is_approximate


def test_what_lies_off_the_map_has_no_dot() -> None:
    drawn = map_with(ROOT / "node_modules", [COPENHAGEN, NUUK, COPENHAGEN])
    ((x, y),) = drawn.dots
    assert 0 < x < drawn.width
    assert 0 < y < drawn.height
    assert drawn.outline.startswith("M")
