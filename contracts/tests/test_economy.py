"""Budget and annual report beside each other: amounts, signs and deviations (P7)."""

from typing import Any

import pytest

from contracts.economy import ComparedLine, compared_lines, signed_result

BUDGET = {
    "rate_income_oere": 1_000_00,
    "other_income_oere": 0,
    "staff_wages_oere": 600_00,
    "leader_wages_oere": 100_00,
    "board_fees_oere": None,
    "competence_costs_oere": 0,
    "property_costs_oere": 150_00,
    "administration_costs_oere": 50_00,
    "other_costs_oere": 60_00,
}
REPORT = {
    "revenue_oere": 1_100_00,
    "result_kind": "deficit",
    "result_oere": 20_00,
    "staff_wages_oere": 700_00,
    "leader_wages_oere": 100_00,
    "competence_costs_oere": 10_00,
    "property_costs_oere": 150_00,
}


def lines(budget: Any, report: Any) -> dict[str, tuple[int | None, float | None]]:
    return {each.id: (each.deviation_oere, each.deviation_percent) for each in compared_lines(budget, report)}


def test_p7_each_line_has_its_deviation_in_amount_and_percent() -> None:
    assert lines(BUDGET, REPORT) == {
        "income": (100_00, 10.0),
        "staff-wages": (100_00, 16.7),
        "leader-wages": (0, 0.0),
        "board-fees": (None, None),
        # Nothing was budgeted: there is no share of nothing.
        "competence-costs": (10_00, None),
        "property-costs": (0, 0.0),
        # What is left of the accounts: 1,100 and the deficit of 20, less the costs that are named.
        "remaining-costs": (50_00, 45.5),
        # A surplus of 40 was budgeted and a deficit of 20 came.
        "result": (-60_00, -150.0),
    }


def test_p7_a_smaller_deficit_than_budgeted_is_above_zero() -> None:
    planned = {**BUDGET, "staff_wages_oere": 740_00}
    (result,) = [each for each in compared_lines(planned, REPORT) if each.id == "result"]
    assert result == ComparedLine("result", -100_00, -20_00)
    assert (result.deviation_oere, result.deviation_percent) == (80_00, 80.0)


@pytest.mark.parametrize(("budget", "report"), [(None, REPORT), (BUDGET, None), (None, None), ({}, {})])
def test_p7_a_side_that_is_not_there_has_no_deviation(budget: Any, report: Any) -> None:
    assert set(lines(budget, report).values()) == {(None, None)}


def test_p7_what_is_no_amount_is_not_known() -> None:
    assert lines({**BUDGET, "other_income_oere": "0", "board_fees_oere": True}, REPORT)["income"] == (None, None)
    assert signed_result({"result_oere": 5}) is None
    assert signed_result({"result_oere": 0, "result_kind": "balance"}) == 0
