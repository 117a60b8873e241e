from collections.abc import Callable
from datetime import date
from math import cos, hypot, radians

import pytest

from contracts.reference import (
    AuthorityKind,
    Municipality,
    Postcode,
    authorities,
    authority,
    authority_name,
    find_authority,
    find_legal_basis,
    find_located_postcode,
    find_municipality,
    find_region,
    is_tilbud_basis,
    legal_bases,
    legal_basis,
    located_postcode,
    municipalities,
    municipality,
    postal_districts,
    postcode,
    postcodes,
    region,
    regions,
)


def test_the_country_is_whole() -> None:
    by_region = {each.id: sum(of.region == each.id for of in municipalities()) for each in regions()}
    assert by_region == {"1081": 11, "1082": 19, "1083": 22, "1084": 29, "1085": 17}
    assert len({each.code for each in municipalities()}) == 98


def test_christiansoe_is_an_address_outside_the_division() -> None:
    island = municipality("0411")
    assert not island.inside_division
    assert island.socialtilsyn is None
    assert island not in municipalities()


def test_the_cross_rule_holds_for_the_five_host_kommuner() -> None:
    crossed = {each.code: each.socialtilsyn for each in municipalities() if each.is_host}
    assert crossed == {
        "0147": "socialtilsyn-syd",
        "0316": "socialtilsyn-hovedstaden",
        "0430": "socialtilsyn-midt",
        "0740": "socialtilsyn-nord",
        "0860": "socialtilsyn-oest",
    }
    others = [each for each in municipalities() if not each.is_host]
    assert all(each.socialtilsyn == each.ground_rule_socialtilsyn for each in others)


def test_there_are_108_authorities_with_the_names_of_the_interface() -> None:
    kinds = [each.kind for each in authorities()]
    assert [kinds.count(each) for each in AuthorityKind] == [5, 98, 5]
    assert authority("kommune-0851").name == "Aalborg Kommune"
    assert authority("kommune-0101").name == "Københavns Kommune"
    assert authority("region-1081").name == "Region Nordjylland"
    assert authority("socialtilsyn-nord").municipality == "0860"
    assert authority_name("socialtilsyn-nord") == "Socialtilsyn Nord"
    assert authority_name("socialtilsyn-vest") == "socialtilsyn-vest"


def test_every_socialtilsyn_that_a_kommune_names_exists() -> None:
    assert {authority(each.socialtilsyn or "").kind for each in municipalities()} == {AuthorityKind.SOCIALTILSYN}


def test_the_region_of_2027_is_data_and_switched_off() -> None:
    later = region("oestdanmark")
    assert (later.code, later.enabled, later.holds(date(2026, 12, 31))) == (None, False, False)


def test_legal_bases_say_who_supervises() -> None:
    assert len(legal_bases()) == 20
    assert sum(each.is_plejefamilie for each in legal_bases()) == 3
    day = legal_basis("aktivitets-og-samvaerstilbud")
    assert (day.supervised_by, day.supervised_if_regional) == ("kommune", "region")
    assert day.supervised_if_part_of_socialtilsyn == "socialtilsyn"
    assert legal_basis("friplejebolig").supervised_if_part_of_socialtilsyn is None
    assert legal_basis("kvindekrisecenter").label == "Kvindekrisecenter (SEL § 109)"
    assert all(each.source for each in legal_bases())


@pytest.mark.parametrize("look_up", [municipality, region, legal_basis, authority, postcode, located_postcode])
def test_an_unknown_id_is_a_key_error(look_up: Callable[[str], object]) -> None:
    with pytest.raises(KeyError):
        look_up("findes-ikke")


@pytest.mark.parametrize(
    ("find", "look_up", "known"),
    [
        (find_municipality, municipality, "0411"),
        (find_region, region, "1081"),
        (find_legal_basis, legal_basis, "kvindekrisecenter"),
        (find_authority, authority, "kommune-0851"),
        (find_located_postcode, located_postcode, "9230"),
    ],
)
def test_what_somebody_else_wrote_is_found_or_not(
    find: Callable[[str], object], look_up: Callable[[str], object], known: str
) -> None:
    assert find(known) == look_up(known)
    for unknown in ("findes-ikke", "", "0000"):
        assert find(unknown) is None


def test_a_tilbud_has_a_known_legal_basis_that_is_no_foster_family() -> None:
    assert is_tilbud_basis("kvindekrisecenter")
    assert not is_tilbud_basis("plejefamilie-almen")
    assert not is_tilbud_basis("findes-ikke")


def test_every_kommune_has_a_middle_inside_denmark() -> None:
    assert all(_is_in_denmark(each.latitude, each.longitude) for each in municipalities())
    assert _is_in_denmark(municipality("0411").latitude, municipality("0411").longitude)
    assert len({(each.latitude, each.longitude) for each in municipalities()}) == 98


def _is_in_denmark(latitude: float, longitude: float) -> bool:
    return 54.5 < latitude < 57.8 and 8 < longitude < 15.2


def test_every_kommune_has_a_postcode_inside_denmark() -> None:
    assert {each.municipality for each in postcodes()} == {each.code for each in municipalities()}
    assert all(_is_in_denmark(each.latitude, each.longitude) for each in postcodes())


def test_every_postcode_has_a_point_near_its_kommune() -> None:
    for district in postal_districts():
        point = located_postcode(district.postcode)
        middles = [municipality(code) for code in district.municipalities]
        nearest = min(_kilometres(point, middle) for middle in middles)
        # Anholt, an island in the Kattegat, is the one that lies far from its kommune.
        assert nearest < (33 if district.postcode != "8592" else 60), district
        assert _is_in_denmark(point.latitude, point.longitude)
        assert nearest == 0 or not point.approximate


def test_postcodes_of_the_same_town_lie_together() -> None:
    by_name: dict[str, list[Postcode]] = {}
    for each in map(located_postcode, (district.postcode for district in postal_districts())):
        if not each.approximate:
            by_name.setdefault(each.name, []).append(each)
    for points in by_name.values():
        # The sea forts of Copenhagen (1433) lie eight kilometres out.
        assert all(_kilometres(points[0], other) < 9 for other in points)


def test_a_postcode_has_its_own_point_and_not_its_neighbours() -> None:
    assert located_postcode("9000").name == "Aalborg"
    storvorde = located_postcode("9280")
    assert storvorde.municipality == "0851"
    assert 8 < _kilometres(storvorde, located_postcode("9220")) < 16
    with pytest.raises(KeyError):
        located_postcode("0000")
    # There is none of that number, however near Skagen's it is.
    assert find_located_postcode("9999") is None


def test_only_postcodes_of_large_receivers_have_no_point_of_their_own() -> None:
    approximate = [each for each in postal_districts() if located_postcode(each.postcode).approximate]
    assert len(approximate) == 34
    assert all(each.postcode < "2000" for each in approximate)
    assert all(located_postcode(code).approximate for code in ("100", "970", "3900", "3992"))


def _kilometres(one: Postcode, other: Postcode | Municipality) -> float:
    north = other.latitude - one.latitude
    east = (other.longitude - one.longitude) * cos(radians(one.latitude))
    return hypot(north, east) * 111.2
