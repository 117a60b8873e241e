import pytest

from contracts.addresses import address_problems, postcode
from contracts.reference import find_located_postcode, municipalities, outside_division, postal_districts
from contracts.text import RefusedText


@pytest.mark.parametrize(
    ("code", "city", "municipality"),
    [
        ("9000", "Aalborg", "0851"),
        ("9000", "Ålborg", "0851"),
        ("8000", "Aarhus", "0751"),
        ("8000", "århus c.", "0751"),
        ("2200", "Kbh. N", "0101"),
        ("2000", "Frederiksberg", "0147"),
        ("2000", "FREDERIKSBERG", "0101"),
        ("7200", "Grindsted", "0573"),
        ("3760", "Gudhjem", "0411"),
        ("100", "Tórshavn", "0955"),
        ("3900", "Nuuk", "0955"),
        ("3900", "Nuuk", "0956"),
    ],
)
def test_what_belongs_together_is_taken(code: str, city: str, municipality: str) -> None:
    assert list(address_problems(code, city, municipality)) == []


@pytest.mark.parametrize(
    ("code", "city", "municipality", "field", "right"),
    [
        ("9000", "Aalborg", "0101", "municipality", "Aalborg (0851)"),
        ("2000", "Frederiksberg", "0851", "municipality", "København (0101) eller Frederiksberg (0147)"),
        ("9000", "Aarhus", "0851", "city", "Aalborg"),
        ("9000", "", "0851", "city", "Aalborg"),
        ("0001", "Aalborg", "0851", "postcode", "findes ikke"),
        ("3900", "Nuuk", "0851", "municipality", "Grønland"),
        ("9000", "Aalborg", "0955", "municipality", "Aalborg (0851)"),
    ],
)
def test_what_does_not_belong_together_is_answered_with_what_does(
    code: str, city: str, municipality: str, field: str, right: str
) -> None:
    [problem] = address_problems(code, city, municipality)
    assert problem.field == field
    assert right in problem.detail


@pytest.mark.parametrize("typed", ["", "90", "90000", "9OOO", "９０００", "DK-9000"])
def test_what_is_no_postcode_is_refused(typed: str) -> None:
    with pytest.raises(RefusedText):
        postcode(typed)


def test_every_postcode_has_a_place_and_kommuner_that_exist() -> None:
    codes = {each.code for each in (*municipalities(), *outside_division())}
    assert len(postal_districts()) > 1_100
    for district in postal_districts():
        assert set(district.municipalities) <= codes
        place = find_located_postcode(district.postcode)
        assert place
        assert place.municipality in district.municipalities


@pytest.mark.parametrize(
    ("code", "name"),
    [("100", "Tórshavn"), ("970", "Tórshavn"), ("3900", "Nuuk"), ("3992", "Nuuk"), ("8100", "Aarhus C")],
)
def test_a_postcode_far_away_or_for_a_large_receiver_has_a_place(code: str, name: str) -> None:
    place = find_located_postcode(code)
    assert place
    assert place.name.split()[0] == name.split(maxsplit=1)[0]


@pytest.mark.parametrize("code", ["0000", "099", "00", "39000", "3９00", "", "findes-ikke"])
def test_what_is_no_postcode_has_no_place(code: str) -> None:
    assert find_located_postcode(code) is None
