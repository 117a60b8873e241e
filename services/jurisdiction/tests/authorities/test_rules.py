"""Every rule, over all 98 kommuner and every legal basis; expectations copied from the reference on 2026-11-22."""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from contracts import reference
from contracts.events.parties import RoutingFacts
from contracts.vocabularies import vocabulary
from jurisdiction.authorities.routing_context import Move, NoAuthority
from jurisdiction.authorities.rulebook import load_rulebooks
from jurisdiction.authorities.rules import Decision, NoAuthorityFound, decide
from jurisdiction.authorities.schemas import AuthorityQuestion

FOLDER = Path(__file__).parent
DAY = date(2026, 11, 22)
BOOK = load_rulebooks()["tilbud"]
HOME = "botilbud-laengerevarende"
DAY_OFFER = "aktivitets-og-samvaerstilbud"
BOARDING = "efterskole-kostskole"


def rows(name: str) -> list[Mapping[str, str]]:
    with (FOLDER / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


KOMMUNER = rows("expected_kommuner.csv")
TYPES = rows("expected_types.csv")
SOCIALTILSYN_TYPES = [row["id"] for row in TYPES if row["standard"] == "socialtilsyn"]
LOCAL_TYPES = [row for row in TYPES if row["standard"] == "kommune"]
HOSTS = {row["region"]: row for row in KOMMUNER if row["host"] == "yes"}


def answer(bases: list[str] | str, municipality: str, at: date = DAY, **facts: Any) -> Decision | NoAuthority:
    legal_bases = [bases] if isinstance(bases, str) else bases
    facts = {"primary": next(iter(legal_bases), HOME), **facts}
    return decide(BOOK, RoutingFacts(legal_bases=legal_bases, municipality=municipality, **facts), at)


def decided(found: Decision | NoAuthority) -> Decision:
    assert isinstance(found, Decision)
    return found


def ask(bases: list[str] | str, municipality: str, at: date = DAY, **facts: Any) -> Decision:
    return decided(answer(bases, municipality, at, **facts))


def test_every_special_function_of_the_form_can_be_asked_about() -> None:
    asked = get_args(get_args(AuthorityQuestion.model_fields["features"].annotation)[0])
    assert asked == vocabulary("specialist-features").ids
    used = {pair["feature"] for rule in BOOK.rules if rule.predicate == "has_feature" for pair in rule.parameters}
    assert used == set(asked)


def test_the_tables_are_whole() -> None:
    assert len(KOMMUNER) == 98
    assert len(TYPES) == 20
    assert sorted(HOSTS) == ["1081", "1082", "1083", "1084", "1085"]


@pytest.mark.parametrize("kommune", KOMMUNER, ids=lambda row: row["code"])
def test_region_and_cross_rule_in_every_kommune(kommune: Mapping[str, str]) -> None:
    for basis in sorted({*SOCIALTILSYN_TYPES} - {BOARDING}):
        decision = ask(basis, kommune["code"])
        assert decision.authority == kommune["in_kommune"]
        assert decision.rule == ("R2" if kommune["host"] == "yes" else "R1")


@pytest.mark.parametrize("kommune", KOMMUNER, ids=lambda row: row["code"])
def test_table_one_for_the_types_of_kommune_and_region(kommune: Mapping[str, str]) -> None:
    for basis in LOCAL_TYPES:
        own = ask(basis["id"], kommune["code"])
        assert (own.authority, own.rule) == (f"kommune-{kommune['code']}", "R7")
        regional = ask(basis["id"], kommune["code"], operator_kind="regional", operator_region=kommune["region"])
        assert (regional.authority, regional.rule) == (f"region-{kommune['region']}", "R7")
        part = ask(basis["id"], kommune["code"], part_of="socialtilsyn-nord")
        expected = "socialtilsyn-nord" if basis["if_part_of"] else f"kommune-{kommune['code']}"
        assert part.authority == expected


@pytest.mark.parametrize("kommune", KOMMUNER, ids=lambda row: row["code"])
def test_the_host_of_the_region_never_supervises_its_own(kommune: Mapping[str, str]) -> None:
    host = HOSTS[kommune["region"]]
    run = ask(HOME, kommune["code"], operator_kind="municipal", operator_municipality=host["code"])
    agreed = ask(HOME, kommune["code"], operator_kind="private", agreement_municipality=host["code"])
    assert run.authority == agreed.authority == host["in_kommune"]
    assert run.rule == agreed.rule == ("R2" if kommune["host"] == "yes" else "R3")


@pytest.mark.parametrize("kommune", KOMMUNER, ids=lambda row: row["code"])
def test_a_koncern_follows_its_head_address_wherever_the_tilbud_lies(kommune: Mapping[str, str]) -> None:
    for place in ("0851", "0860", "0147"):
        decision = ask(HOME, place, operator_kind="private", group={"head_municipality": kommune["code"]})
        east = kommune["region"] in {"1084", "1085"}
        assert decision.rule == ("R5(3)" if east else "R4")
        assert decision.authority == ("socialtilsyn-hovedstaden" if east else kommune["of_region"])


@pytest.mark.parametrize(
    ("bases", "features", "authority", "rule"),
    [
        (["botilbud-laengerevarende"], ["secured"], "socialtilsyn-oest", "R5(1)"),
        (["doegninstitution"], ["secured"], "socialtilsyn-oest", "R5(1)"),
        (["opholdssted"], ["secured"], "socialtilsyn-nord", "R1"),
        (["opholdssted"], ["ship"], "socialtilsyn-syd", "R5(2)"),
        (["doegninstitution"], ["ship"], "socialtilsyn-nord", "R1"),
        (["efterskole-kostskole"], ["boarding-over-8"], "socialtilsyn-syd", "R5(2)"),
        # The type is by its own name of more than eight places.
        ([BOARDING], [], "socialtilsyn-syd", "R5(2)"),
        ([HOME, BOARDING], [], "socialtilsyn-syd", "R5(2)"),
        (["opholdssted", "doegninstitution"], ["ship", "secured"], "socialtilsyn-oest", "R5(1)"),
    ],
)
def test_specialist_functions_hold_in_the_whole_country(
    bases: list[str], features: list[str], authority: str, rule: str
) -> None:
    decision = ask(bases, "0851", features=features)
    assert (decision.authority, decision.rule) == (authority, rule)


def test_the_order_of_precedence() -> None:
    """Facts are taken away one by one; each time the next rule takes over."""
    facts: dict[str, Any] = {
        "delegated_to": "socialtilsyn-nord",
        "part_of": "socialtilsyn-midt",
        "features": ["secured", "ship"],
        "operator_kind": "private",
        "group": {"head_municipality": "0101"},
        "agreement_municipality": "0860",
    }
    bases, municipality, order = [HOME, "opholdssted"], "0851", []
    steps: list[dict[str, Any]] = [
        {"delegated_to": None},
        {"part_of": None},
        {"features": ["ship"]},
        {"features": []},
        {"group": {"head_municipality": "0751"}},
        {"group": None},
        {"agreement_municipality": None},
    ]
    for step in [{}, *steps]:
        facts |= step
        order.append(ask(bases, municipality, **facts).rule)
    order.append(ask(bases, "0860", **facts).rule)
    assert order == ["delegated_to", "part_of", "R5(1)", "R5(2)", "R5(3)", "R4", "R3", "R1", "R2"]


def test_a_koncern_counts_for_private_tilbud_only() -> None:
    municipal: dict[str, Any] = {"operator_kind": "municipal", "operator_municipality": "0851"}
    assert ask(HOME, "0851", group={"head_municipality": "0751"}, **municipal).rule == "R1"
    assert ask(HOME, "0851", group={"head_municipality": "0751"}).authority == "socialtilsyn-midt"


def test_a_host_of_another_region_changes_nothing() -> None:
    assert ask(HOME, "0851", agreement_municipality="0740").authority == "socialtilsyn-nord"


def test_the_private_operators_address_is_no_municipal_operation() -> None:
    assert ask(HOME, "0851", operator_kind="private", operator_municipality="0860").authority == "socialtilsyn-nord"


def test_a_mix_belongs_to_the_socialtilsyn_whichever_type_is_primary() -> None:
    for bases in ([HOME, DAY_OFFER], [DAY_OFFER, HOME]):
        decision = ask(bases, "0851")
        assert decision.authority == "socialtilsyn-nord"
        assert "når tilbuddet i øvrigt er godkendt til en socialtilsynstype" in decision.explanation


def test_a_friplejebolig_is_not_in_the_exception_so_the_primary_type_decides() -> None:
    assert ask(["friplejebolig", HOME], "0851").authority == "kommune-0851"
    assert ask(["friplejebolig", HOME], "0851", primary=HOME).authority == "socialtilsyn-nord"
    assert ask(["friplejebolig", HOME], "0851", at=date(2020, 1, 1)).confidence == "medium"


def test_a_region_supervises_what_it_runs_in_another_region_too() -> None:
    decision = ask(DAY_OFFER, "0851", operator_kind="regional", operator_region="1082")
    assert decision.authority == "region-1082"


@pytest.mark.parametrize(
    ("bases", "municipality", "facts", "pointer"),
    [
        (HOME, "0411", {}, "/municipality"),
        (HOME, "9999", {}, "/municipality"),
        (DAY_OFFER, "0411", {}, "/municipality"),
        ("raadhus", "0851", {}, "/legal_bases/0"),
        ([HOME, "raadhus"], "0851", {}, "/legal_bases/1"),
        ([], "0851", {}, "/legal_bases"),
        (HOME, "0851", {"primary": DAY_OFFER}, "/primary"),
        (HOME, "0851", {"delegated_to": "socialtilsyn-vest"}, "/delegated_to"),
        (HOME, "0851", {"part_of": "socialtilsyn-vest"}, "/part_of"),
        (HOME, "0851", {"group": {"head_municipality": "0411"}}, "/group/head_municipality"),
        (HOME, "0851", {"group": {"head_municipality": "9999"}}, "/group/head_municipality"),
        (HOME, "0851", {"agreement_municipality": "9999"}, "/agreement_municipality"),
        (DAY_OFFER, "0851", {"operator_kind": "regional"}, "/operator/region"),
        (DAY_OFFER, "0851", {"operator_kind": "regional", "operator_region": "9999"}, "/operator/region"),
        (DAY_OFFER, "0851", {"operator_kind": "regional", "operator_region": "oestdanmark"}, "/operator/region"),
        (HOME, "0851", {"delegated_to": "kommune-0851"}, "/delegated_to"),
        (HOME, "0851", {"delegated_to": "region-1081"}, "/delegated_to"),
        (HOME, "0851", {"at": date(2013, 12, 31)}, None),
    ],
)
def test_nothing_is_guessed(
    bases: list[str] | str, municipality: str, facts: dict[str, Any], pointer: str | None
) -> None:
    reason = answer(bases, municipality, **facts)
    assert isinstance(reason, NoAuthority)
    problem = NoAuthorityFound(reason)
    assert problem.slug == "no-authority-found"
    assert problem.detail.endswith(".")
    assert pointer is None or problem.errors[0].pointer == pointer
    assert "9999" not in problem.detail
    assert "vest" not in problem.detail


def test_the_answer_tells_every_rule_and_exactly_one_applies() -> None:
    decision = ask(HOME, "0860")
    assert [each.rule for each in decision.considered] == [
        "delegated_to", "part_of", "R5(1)", "R5(2)", "R5(3)", "R4", "R3", "R2", "R1",
    ]  # fmt: skip
    assert [each.rule for each in decision.considered if each.applies] == ["R2"]
    assert all(each.because.endswith(".") for each in decision.considered)
    assert decision.legal_source == "Lov om socialtilsyn § 2, stk. 3, nr. 1-5"
    assert "Hjørring Kommune, som selv huser Socialtilsyn Nord" in decision.explanation
    assert decision.reference_version == BOOK.version


def test_the_list_in_the_law_is_less_sure_from_2026() -> None:
    assert ask(HOME, "0851", at=date(2025, 12, 31)).confidence == "high"
    assert ask(HOME, "0851", at=date(2026, 1, 1)).confidence == "medium"
    assert ask(DAY_OFFER, "0851").confidence == "high"


def moved(at: date, **switches: date) -> Decision:
    facts = RoutingFacts(legal_bases=[HOME], primary=HOME, municipality="0851")
    return decided(decide(load_rulebooks(switches)["tilbud"], facts, at, Move("0751", date(2026, 6, 1))))


def test_the_year_of_inertia_is_off_until_it_is_switched_on() -> None:
    assert moved(DAY).authority == "socialtilsyn-nord"
    for off in (moved(DAY), moved(date(2027, 1, 1), R6=date(2027, 6, 1))):
        [year] = [each for each in off.considered if each.rule == "R6"]
        assert not year.applies
        assert "ikke slået til på den dag" in year.because
        assert [each.rule for each in off.considered][:3] == ["delegated_to", "part_of", "R6"]
    assert not [each for each in ask(HOME, "0851").considered if each.rule == "R6"]
    on = moved(DAY, R6=date(2022, 1, 1))
    assert (on.authority, on.rule) == ("socialtilsyn-midt", "R6")
    assert "Aarhus Kommune" in on.explanation
    assert moved(date(2027, 5, 31), R6=date(2022, 1, 1)).authority == "socialtilsyn-midt"
    assert moved(date(2027, 6, 1), R6=date(2022, 1, 1)).authority == "socialtilsyn-nord"
    assert moved(DAY, R6=date(2026, 12, 1)).authority == "socialtilsyn-nord"


def test_the_region_of_2027_is_off_and_cannot_be_guessed_when_it_is_on() -> None:
    facts = RoutingFacts(
        legal_bases=[DAY_OFFER],
        primary=DAY_OFFER,
        municipality="0101",
        operator_kind="regional",
        operator_region="1084",
    )
    merged = load_rulebooks({"region-oestdanmark": date(2027, 1, 1)})["tilbud"]
    for book in (BOOK, merged):
        assert decided(decide(book, facts, date(2026, 12, 31))).authority == "region-1084"
        reason = decide(book, facts, date(2027, 1, 1))
        assert isinstance(reason, NoAuthority)
        assert reason.code == "requires-decision"
        assert "Region Hovedstaden er en del af Region Østdanmark" in reason.reason
    others = facts.model_copy(update={"operator_region": "1081"})
    assert decided(decide(BOOK, others, date(2027, 1, 1))).authority == "region-1081"


def test_the_childrens_act_names_its_own_paragraphs_when_it_is_switched_on() -> None:
    facts = RoutingFacts(legal_bases=["opholdssted"], primary="opholdssted", municipality="0851")
    book = load_rulebooks({"barnets-lov": date(2024, 1, 1)})["tilbud"]
    assert "BL § 43" in decided(decide(book, facts, DAY)).explanation
    assert "SEL § 66" in decided(decide(book, facts, date(2023, 12, 31))).explanation
    assert "SEL § 66" in decided(decide(BOOK, facts, DAY)).explanation


def test_a_switch_of_no_rule_is_refused_and_every_switch_names_another_version() -> None:
    with pytest.raises(ValueError, match="R99"):
        load_rulebooks({"R99": DAY})["tilbud"]
    assert load_rulebooks({"R6": DAY})["tilbud"].version != BOOK.version
    assert load_rulebooks()["tilbud"].version == BOOK.version


def test_a_delegation_is_sure_where_the_guide_names_it() -> None:
    by_kommune = ask(DAY_OFFER, "0851", delegated_to="socialtilsyn-nord")
    assert (by_kommune.authority, by_kommune.confidence) == ("socialtilsyn-nord", "high")
    between_kommuner = ask(DAY_OFFER, "0851", delegated_to="kommune-0860")
    assert (between_kommuner.authority, between_kommuner.confidence) == ("kommune-0860", "medium")
    between_socialtilsyn = ask(HOME, "0851", delegated_to="socialtilsyn-syd")
    assert (between_socialtilsyn.authority, between_socialtilsyn.confidence) == ("socialtilsyn-syd", "medium")


def test_a_kommune_that_nobody_has_named_makes_the_answer_unsure() -> None:
    unsaid = ask(HOME, "0851", operator_kind="municipal")
    assert (unsaid.authority, unsaid.rule, unsaid.confidence) == ("socialtilsyn-nord", "R1", "low")
    [third] = [each for each in unsaid.considered if each.rule == "R3"]
    assert "ikke oplyst hvilken" in third.because
    # In the host kommune itself, and with an agreement of the host, it makes no difference who runs it.
    assert ask(HOME, "0860", operator_kind="municipal").confidence == "medium"
    assert ask(HOME, "0851", operator_kind="municipal", agreement_municipality="0860").rule == "R3"
    assert ask(DAY_OFFER, "0851", operator_kind="municipal").confidence == "high"


def test_every_legal_basis_that_was_judged_is_named() -> None:
    for bases in ([HOME, "kvindekrisecenter"], [HOME, DAY_OFFER], [DAY_OFFER, "saerligt-dagtilbud"], [DAY_OFFER]):
        explanation = ask(bases, "0851").explanation
        for basis in bases:
            assert reference.legal_basis(basis).name in explanation
    mixed = ask(["friplejebolig", HOME], "0851").explanation
    assert "Friplejebolig" in mixed
    assert "Længerevarende botilbud" in mixed


def test_the_fact_that_decided_is_named() -> None:
    run = ask(HOME, "0851", operator_kind="municipal", operator_municipality="0860").explanation
    assert "Hjørring Kommune er driftsherre for det" in run
    agreed = ask(HOME, "0851", operator_kind="private", agreement_municipality="0860").explanation
    assert "Hjørring Kommune har driftsaftale med det" in agreed
    assert "skibsprojekt." in ask("opholdssted", "0851", features=["ship"]).explanation
    assert "mere end otte pladser." in ask(BOARDING, "0851").explanation
    assert "Plejefamilien bor i Aalborg" in ask("plejefamilie-almen", "0851").explanation
