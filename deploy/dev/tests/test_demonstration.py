"""The demonstration's country differs as a real one does: every value, type, authority, state and sign comes up."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from contracts.form import hides_address, routing_facts
from contracts.reference import authorities, authority, legal_bases, regions
from contracts.vocabularies import vocabulary
from devstack.demonstration import supervision
from devstack.demonstration.country import Plan, plans
from devstack.demonstration.form_answers import Steps
from devstack.demonstration.histories import Change, Outcome, ReportStage, TilsynPattern
from devstack.demonstration.places import latest_vacancies
from devstack.demonstration.reports import creation, report, second_report
from devstack.demonstration.tilsyn import messages
from devstack.personas import AARHUS, BLOMSTERENGEN, HAVBLIK, SKOVBRYNET
from jurisdiction.authorities.rulebook import load_rulebooks
from jurisdiction.authorities.rules import Decision, decide
from jurisdiction.kinds import TILBUD

TODAY = date(2026, 11, 28)
COUNTRY = tuple(plans(200))
GENERATED = COUNTRY[4:]
PUBLIC = [plan for plan in COUNTRY if plan.history.stage is ReportStage.PUBLIC]
OF_OTHER_SUPERVISION = {"plejefamilie-almen", "plejefamilie-forstaerket", "plejefamilie-specialiseret"}

# A sign, and how a name is known that has it.
SIGNS = {
    "æ": r"æ|Æ",
    "ø": r"ø|Ø",
    "å": r"å|Å",
    "é": r"é",
    "ü": r"ü",
    "ö": r"ö",
    "ampersand": r"\w & \w",
    "straight apostrophe": r"\w'\w",
    "curved apostrophe": r"\w’\w",
    "straight quotes": r'"\w+"',
    "curved quotes": r"“\w+”",
    "low quotes": r"„\w+“",
    "angle quotes": r"»\w+«",
    "slash": r"\w/\w",
    "round brackets": r"\(.+\)",
    "square brackets": r"\[.+\]",
    "digits": r"\d",
    "fraction": r"½",
    "hyphen": r"\w-\w",
    "dash": r" [–—] ",
    "dots": r"\w\.\w|\w\. ",
    "ellipsis": r"…",
    "comma": r",",
    "colon": r":",
    "semicolon": r";",
    "exclamation mark": r"!",
    "question mark": r"\?",
    "percent": r"%",
    "paragraph": r"§",
    "plus": r"\+",
    "at": r"@",
    "underscore": r"_",
    "capitals": r"\b[A-ZÆØÅ]{3,}\b",
    "small letters only": r"^[a-zæøå.]+$",
    "a for å": r"[Aa]a",
    "ApS": r"\bApS\b",
    "I/S": r"\bI/S\b",
    "A/S": r"\bA/S\b",
    "S/I": r"\bS/I\b",
    "very short": r"^.{1,2}$",
    "long": r"^.{150,200}$",
}
# Where each closed list is answered: all of its terms are there.
LISTS = {
    ("target-groups", "target_groups"): "target-groups",
    ("interventions", "services"): "services",
    ("interventions", "rate_unit"): "rate-units",
    ("methods", "method"): "methods",
    ("methods", "evidence"): "evidence-levels",
    ("approaches", "approach"): "approaches",
    ("accreditation", "scheme"): "accreditation-schemes",
    ("supplementary", "accessibility"): "accessibility",
    ("departments", "accessibility"): "accessibility",
    ("supplementary", "housing_forms"): "housing-forms",
    ("supplementary", "internal_school"): "school-kinds",
    ("staff-groups", "staff_groups"): "staff-groups",
    ("staffing", "staff_group"): "staff-groups",
    ("staffing", "night_staff"): "night-staff",
    ("places", "kind"): "place-kinds",
    ("company", "operator_kind"): "operator-kinds",
    ("company", "specialist_features"): "specialist-features",
    ("annual-report", "result_kind"): "result-kinds",
    ("budget", "schema"): "budget-schemas",
}


@cache
def reported(plan: Plan) -> Steps:
    return report(plan, TODAY - timedelta(days=plan.history.sent))


def answers(value: Any, field: str) -> Iterator[Any]:
    """Yield every answer to a field at any depth, those of a list one by one."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name == field:
                yield from each if isinstance(each, list) else (each,)
            else:
                yield from answers(each, field)
    elif isinstance(value, list):
        for each in value:
            yield from answers(each, field)


def every(step: str, field: str) -> Counter[Any]:
    return Counter(each for plan in PUBLIC for each in answers(reported(plan)[step], field))


@cache
def supervisor(plan: Plan) -> Decision:
    answer = decide(load_rulebooks()[TILBUD.id], routing_facts(reported(plan)), TODAY)
    assert isinstance(answer, Decision), answer
    return answer


def test_the_named_tilbud_are_as_the_guides_tell() -> None:
    named = {plan.name: (plan.operator.cvr, plan.operator.name, plan.legal_basis.id) for plan in COUNTRY[:4]}
    assert named == {
        "Solsikken": (*BLOMSTERENGEN, "botilbud-laengerevarende"),
        "Valmuen": (*BLOMSTERENGEN, "botilbud-midlertidigt"),
        "Violen": (*HAVBLIK, "botilbud-laengerevarende"),
        "Fyrtårnet": (*HAVBLIK, "kvindekrisecenter"),
    }
    assert [len(reported(plan)["departments"]["departments"]) for plan in COUNTRY[:4]] == [2, 0, 0, 0]
    assert {plan.history.stage for plan in COUNTRY[:4]} == {ReportStage.PUBLIC}
    assert {supervisor(plan).authority for plan in COUNTRY[:4]} == {"socialtilsyn-nord"}


def test_nobody_gets_a_tilbud_who_must_have_none_and_the_economy_department_has_many() -> None:
    runs = Counter(plan.operator.cvr for plan in COUNTRY)
    assert runs[SKOVBRYNET[0]] == 0
    assert runs[AARHUS[0]] >= 10
    assert len(runs) >= 60


@pytest.mark.parametrize(
    ("place", "name"), LISTS.items(), ids=lambda each: each if isinstance(each, str) else "-".join(each)
)
def test_every_term_of_every_list_is_public_somewhere(place: tuple[str, str], name: str) -> None:
    assert set(every(*place)) == set(vocabulary(name).ids)


def test_every_legal_basis_is_public_at_every_kind_of_authority_that_may_supervise_it() -> None:
    allowed = {
        (basis.id, by)
        for basis in legal_bases()
        if basis.id not in OF_OTHER_SUPERVISION
        for by in (basis.supervised_by, basis.supervised_if_regional, basis.supervised_if_part_of_socialtilsyn)
        if by
    }
    assert {(each.basis.id, each.by.value) for each in supervision.combinations()} == allowed
    found = Counter((plan.legal_basis.id, authority(supervisor(plan).authority).kind.value) for plan in PUBLIC)
    assert set(found) == allowed
    assert min(found.values()) >= 2


def test_every_rule_and_every_socialtilsyn_and_region_has_tilbud() -> None:
    rules = Counter(supervisor(plan).rule for plan in GENERATED)
    assert set(rules) >= {"R1", "R2", "R3", "R4", "R5(1)", "R5(2)", "R5(3)", "R7", "part_of"}
    found = {supervisor(plan).authority for plan in GENERATED}
    kommuner = {each for each in found if each.startswith("kommune-")}
    others = {each.id for each in authorities() if each.kind.value != "kommune"}
    assert found - kommuner == others
    assert len(kommuner) >= 15
    assert {"kommune-0851", "kommune-0751"} <= kommuner
    assert len({plan.place.postcode.municipality for plan in GENERATED}) >= 60
    assert {plan.operator.region for plan in GENERATED} >= {each.id for each in regions()}


def test_several_legal_bases_stand_on_one_tilbud() -> None:
    counts = Counter(len(plan.legal_bases) for plan in PUBLIC)
    assert counts[2] >= 15
    assert counts[3] + counts[4] >= 3


def test_there_are_departments_from_none_to_six_some_of_them_elsewhere() -> None:
    departments = [reported(plan)["departments"]["departments"] for plan in PUBLIC]
    assert set(map(len, departments)) == set(range(7))
    places = [{tuple(row["address"].values()) for row in rows} for rows in departments if rows]
    assert sum(len(each) > 1 for each in places) >= 20
    assert len({row["name"] for rows in departments for row in rows}) >= 30


def test_packages_have_ages_of_every_kind() -> None:
    packages = [each for plan in PUBLIC for each in answers(reported(plan)["target-groups"], "packages")]
    ages = Counter((package["age_from"], package["age_to"]) for package in packages)
    assert len(ages) >= 30
    assert any(oldest < 7 for _, oldest in ages)
    assert any(youngest >= 60 for youngest, _ in ages)
    assert any(youngest < 18 < oldest for youngest, oldest in ages)
    per_part = Counter(len(rows) for plan in PUBLIC for rows in lists(reported(plan)["target-groups"], "packages"))
    assert set(per_part) >= {1, 2, 3, 4}


def lists(value: Any, field: str) -> Iterator[list[Any]]:
    if isinstance(value, dict):
        yield from ([value[field]] if field in value else [])
        for each in value.values():
            yield from lists(each, field)


def test_rates_are_for_several_years_and_of_every_size() -> None:
    years, rates = every("interventions", "rate_year"), every("interventions", "rate_oere")
    assert set(years) >= {TODAY.year - 1, TODAY.year, TODAY.year + 1}
    assert min(rates) < 20_000
    assert max(rates) > 10_000_000
    assert any(each % 100 for each in rates)
    assert {"rent_oere", "entry_fee_oere"} <= {
        name for plan in PUBLIC for row in answers(reported(plan)["interventions"], "interventions") for name in row
    }


def test_there_are_free_places_full_houses_and_waiting_lists() -> None:
    vacancies, weeks = every("places", "vacancies"), every("places", "waiting_time_weeks")
    assert vacancies[0] >= 50
    assert sum(vacancies.values()) - vacancies[0] >= 50
    assert len(weeks) >= 8
    sizes = every("places", "approved_places")
    assert min(sizes) <= 4
    assert max(sizes) >= 100
    assert len(every("staffing", "occupancy_percent")) >= 6


def test_vacancies_were_told_on_days_of_every_distance() -> None:
    days = [plan.history.vacancies_updated for plan in PUBLIC if plan.history.vacancies_updated is not None]
    spans = [(0, 0), (1, 7), (8, 30), (31, 90), (91, 365), (366, 900)]
    assert all(sum(first <= each <= last for each in days) >= 3 for first, last in spans)
    assert sum(plan.history.vacancies_updated is None for plan in PUBLIC) >= 10
    parts = [
        latest_vacancies(plan, plan.approved_departments)
        for plan in PUBLIC
        if plan.history.vacancies_updated is not None
    ]
    assert len({len(each) for each in parts}) == 6
    ages = [plan.history.decided for plan in GENERATED if plan.history.is_approved]
    assert min(ages) <= 7
    assert max(ages) >= 700


def test_crisis_centres_are_secret_unless_they_say_they_are_not() -> None:
    centres = [plan for plan in PUBLIC if "kvindekrisecenter" in reported(plan)["company"]["legal_bases"]]
    hidden = Counter((hides_address(reported(plan)), "address_hidden" in reported(plan)["contact"]) for plan in centres)
    assert set(hidden) == {(True, False), (True, True), (False, True)}
    secret = [plan for plan in centres if hides_address(reported(plan))]
    assert any(plan.departments for plan in secret)
    for plan in secret:
        open_texts = str(
            {step: data for step, data in reported(plan).items() if step not in {"contact", "departments"}}
        )
        assert plan.place.street not in open_texts


@pytest.mark.parametrize(("kinds", "least"), [(ReportStage, 5), (Outcome, 3), (Change, 6), (TilsynPattern, 2)])
def test_every_turn_of_a_story_comes_up(kinds: Any, least: int) -> None:
    second = [plan.history for plan in GENERATED if plan.history.outcome is not Outcome.NONE]
    histories: dict[Any, list[Any]] = {
        ReportStage: [plan.history.stage for plan in GENERATED],
        Outcome: [plan.history.outcome for plan in GENERATED],
        Change: [each.change for each in second],
        TilsynPattern: [plan.history.tilsyn_pattern for plan in PUBLIC],
    }
    found = Counter(histories[kinds])
    assert all(found[each] >= least for each in kinds), found


def test_departments_were_added_later() -> None:
    added = [
        plan
        for plan in PUBLIC
        if plan.history.outcome is Outcome.APPROVED and plan.history.change is Change.DEPARTMENT_ADDED
    ]
    assert len(added) >= 5
    for plan in added:
        later = second_report(plan, TODAY - timedelta(days=plan.history.sent), TODAY)
        before = reported(plan)["departments"]["departments"]
        assert later["departments"]["departments"][:-1] == before
        assert len(later["places"]["departments"]) == len(before) + 1


def test_tilsyn_say_all_that_tilsyn_can_say() -> None:
    bodies = [message.body for plan in PUBLIC for message in messages(plan, TODAY)]
    deadlines = [date.fromisoformat(each["deadline"]) for body in bodies for each in body.get("orders", ())]
    assert sum(each < TODAY for each in deadlines) >= 5
    assert sum(each > TODAY for each in deadlines) >= 5
    periods = [body["intensified"] for body in bodies if "intensified" in body]
    days = [(date.fromisoformat(each["from"]), date.fromisoformat(each["until"])) for each in periods]
    running = sum(first <= TODAY <= last for first, last in days)
    assert (running >= 3, any(first > TODAY for first, _ in days), any(last < TODAY for _, last in days)) == (True,) * 3
    conditions = [each for body in bodies for each in body.get("conditions", ())]
    assert {"deadline" in each for each in conditions} == {True, False}
    assert {body["version"] for body in bodies} == {1, 2}
    assert {body["kind"] for body in bodies} == {"announced", "unannounced", "approval", "follow-up"}
    scores = [theme.get("score") for body in bodies for theme in body["themes"]]
    assert len(set(scores)) >= 30
    assert {theme["theme"] for body in bodies for theme in body["themes"]} == set(vocabulary("quality-themes").ids)
    assert any(not body["themes"] for body in bodies)


def test_what_is_not_approved_and_what_has_ceased_was_approved_before() -> None:
    for progress, last in ((ReportStage.NOT_APPROVED, "decision"), (ReportStage.CEASED, "ceased_on")):
        of_fate = [messages(plan, TODAY) for plan in GENERATED if plan.history.stage is progress]
        assert of_fate
        assert all(sent[0].body["decision"] == "approved" and last in sent[-1].body for sent in of_fate)
    assert not any(messages(plan, TODAY) for plan in GENERATED if not plan.history.is_inspected)


@pytest.mark.parametrize("sign", SIGNS)
def test_names_hold_every_sign_that_providers_use(sign: str) -> None:
    assert any(re.search(SIGNS[sign], plan.name) for plan in PUBLIC), sign


def test_names_are_as_different_as_a_countrys() -> None:
    assert len({plan.name for plan in COUNTRY}) >= 190
    assert len({creation(plan)["leader"]["name"] for plan in COUNTRY}) >= 150
    assert len({plan.operator.name for plan in COUNTRY}) >= 60
