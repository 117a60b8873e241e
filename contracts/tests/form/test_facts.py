from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracts.examples import ExampleReport
from contracts.form import (
    fast_lane_fields,
    hides_address,
    public_data,
    routing_facts,
    with_computed,
    without_address,
    writable,
)


def test_routing_reads_all_facts_from_the_reported_steps(report: ExampleReport) -> None:
    company = report.edited(
        "company",
        operator_kind="municipal",
        operator_municipality="0751",
        in_group=True,
        group_head_municipality="0101",
        specialist_features=["secured"],
    )
    agreements = {"operating_agreement": "kommune-0147"}
    facts = routing_facts({**report.steps, "company": company, "agreements": agreements})
    assert facts.model_dump(exclude_none=True) == {
        "legal_bases": ["botilbud-laengerevarende"],
        "primary": "botilbud-laengerevarende",
        "municipality": "0851",
        "operator_kind": "municipal",
        "operator_municipality": "0751",
        "group": {"head_municipality": "0101"},
        "agreement_municipality": "0147",
        "features": ["secured"],
    }


def test_a_koncern_counts_only_when_the_tilbud_is_said_to_be_in_one(report: ExampleReport) -> None:
    company = report.edited("company", in_group=False, group_head_municipality="0101")
    assert routing_facts({**report.steps, "company": company}).group is None


def test_an_agreement_with_a_region_is_no_agreement_with_a_kommune(report: ExampleReport) -> None:
    agreements = {"operating_agreement": "region-1081"}
    assert routing_facts({**report.steps, "agreements": agreements}).agreement_municipality is None


@given(st.dictionaries(st.sampled_from(["company", "contact", "agreements"]), st.none() | st.lists(st.none())))
def test_routing_facts_of_anything_are_empty(steps: dict[str, Any]) -> None:
    facts = routing_facts(steps)
    assert facts.legal_bases == []
    assert facts.municipality == ""


def test_vacancies_and_waiting_time_go_the_fast_lane(report: ExampleReport) -> None:
    assert fast_lane_fields(report.form, "places") == ("vacancies", "waiting_time_weeks", "vacancies_note")
    assert fast_lane_fields(report.form, "contact") == ()


def test_what_only_the_authority_sees_is_not_public(report: ExampleReport) -> None:
    shown = public_data(report.form, "contact", report.steps["contact"])
    assert shown["leader"] == {"name": report.steps["contact"]["leader"]["name"]}
    assert shown["contact_person"]["email"]
    assert "revenue_oere" not in public_data(report.form, "annual-report", report.steps["annual-report"])
    assert public_data(report.form, "places", report.steps["places"]) == report.steps["places"]


def test_shares_are_computed_and_a_deficit_is_below_zero(report: ExampleReport) -> None:
    data = report.edited("annual-report", result_kind="deficit")
    whole = with_computed(report.form, "annual-report", data)
    assert whole["result_percent"] == -1.5
    assert whole["wages_percent"] == 68.0
    assert whole["solvency_percent"] == 42.9


def test_nothing_is_computed_from_nothing(report: ExampleReport) -> None:
    data = {"revenue_oere": 0, "result_oere": 0, "result_percent": 99}
    assert with_computed(report.form, "annual-report", data) == {"revenue_oere": 0, "result_oere": 0}


def test_computed_and_read_only_values_are_not_the_writers(report: ExampleReport) -> None:
    data = {**report.steps["company"], "cvr": "99000007", "company_name": "Andet navn"}
    assert writable(report.form, "company", data) == report.steps["company"]


def test_the_address_of_a_crisis_centre_is_hidden_unless_it_says_otherwise(report: ExampleReport) -> None:
    company = {"legal_bases": ["botilbud-midlertidigt", "kvindekrisecenter"]}
    assert not hides_address(report.steps)
    assert hides_address({"company": company})
    assert hides_address({"company": company, "contact": {"address_hidden": None}})
    assert not hides_address({"company": company, "contact": {"address_hidden": False}})


def test_nothing_of_a_hidden_address_is_left_but_the_kommune(report: ExampleReport) -> None:
    assert without_address(report.steps["contact"])["address"] == {"municipality": "0851"}
    departments = without_address(report.steps["departments"])["departments"]
    assert [each["address"] for each in departments] == [{"municipality": "0851"}] * 2
    assert departments[0]["name"] == "Afdeling Nord"
