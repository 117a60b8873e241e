"""To whom a tilbud can be handed over, and why to them."""

from datetime import date
from typing import Any

from contracts.events.parties import RoutingFacts
from jurisdiction.authorities.rulebook import load_rulebooks
from jurisdiction.handovers.options import Option, options

DAY = date(2026, 11, 22)
BOOK = load_rulebooks()["tilbud"]
HOME, DAY_OFFER = "botilbud-laengerevarende", "aktivitets-og-samvaerstilbud"


def options_of(basis: str, current: str, municipality: str = "0851", **facts: Any) -> list[Option]:
    known = RoutingFacts(legal_bases=[basis], primary=basis, municipality=municipality, **facts)
    return options(BOOK, known, DAY, current)


def test_what_a_socialtilsyn_supervises_can_go_to_the_four_others() -> None:
    found = options_of(HOME, "socialtilsyn-nord")
    assert {each.authority for each in found} == {
        "socialtilsyn-hovedstaden", "socialtilsyn-oest", "socialtilsyn-syd", "socialtilsyn-midt",
    }  # fmt: skip
    assert all("koncern" in each.because and each.name in each.because for each in found)


def test_whom_the_rules_point_to_comes_first() -> None:
    [first, *others] = options_of(HOME, "socialtilsyn-syd")
    assert first.authority == "socialtilsyn-nord"
    assert first.because.startswith("Reglerne peger på denne myndighed.")
    assert "socialtilsyn-nord" not in {each.authority for each in others}


def test_a_kommune_can_delegate_to_its_socialtilsyn_and_give_to_who_has_all_places() -> None:
    found = options_of(DAY_OFFER, "kommune-0851")
    assert found[0].authority == "socialtilsyn-nord"
    assert "delegeret til Socialtilsyn Nord, som fører tilsyn med socialtilsynenes tilbud i Aalborg" in found[0].because
    by_id = {each.authority: each for each in found}
    assert "generel aftale om alle pladser" in by_id["kommune-0860"].because
    # Every kommune but its own, and every socialtilsyn; no region runs it, and Christiansø is no kommune.
    assert len(found) == len(by_id) == 97 + 5


def test_the_kommune_where_it_lies_is_an_option_for_who_got_it() -> None:
    found = options_of(DAY_OFFER, "socialtilsyn-nord")
    assert found[0].authority == "kommune-0851"
    assert len(found) == 98 + 4


def test_a_region_gets_what_it_runs_and_nothing_else() -> None:
    run = options_of(DAY_OFFER, "kommune-0851", operator_kind="regional", operator_region="1081")
    assert run[0].authority == "region-1081"
    assert [each.authority for each in run if each.authority.startswith("region")] == ["region-1081"]
