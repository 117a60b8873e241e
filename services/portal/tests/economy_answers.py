"""What reporting answers about the economy of a tilbud."""

from typing import Any

from contracts.economy import compared_lines

BUDGET = {
    "year": 2025,
    "rate_income_oere": 100_000_00,
    "other_income_oere": 0,
    "staff_wages_oere": 60_000_00,
    "leader_wages_oere": 10_000_00,
    "competence_costs_oere": 0,
    "property_costs_oere": 15_000_00,
    "administration_costs_oere": 5_000_00,
    "other_costs_oere": 6_000_00,
    "wages_percent": 70.0,
}
REPORT = {
    "year": 2025,
    "revenue_oere": 110_000_00,
    "result_kind": "deficit",
    "result_oere": 2_000_00,
    "staff_wages_oere": 70_000_00,
    "leader_wages_oere": 10_000_00,
    "competence_costs_oere": 1_000_00,
    "property_costs_oere": 15_000_00,
    "wages_percent": 72.7,
    "result_percent": -1.8,
}


def economy(case_id: str = "s1") -> dict[str, Any]:
    """Return one year with both sides, of which a case reports the accounts, and one with a budget alone."""
    approved = {"state": "approved", "at": "2025-01-10T10:00:00Z", "submission_id": None}
    sent = {"state": "sent", "at": "2026-04-10T10:00:00Z", "submission_id": case_id}
    return {
        "tilbud_id": "CRV-1",
        "years": [
            _year(2026, approved | {"data": BUDGET}, None),
            _year(2025, approved | {"data": BUDGET}, sent | {"data": REPORT}),
        ],
    }


def _year(year: int, budget: Any, report: Any) -> dict[str, Any]:
    lines = compared_lines(budget and budget["data"], report and report["data"])
    shown = [
        {
            "id": line.id,
            "label": line.id,
            "budget_oere": line.budget_oere,
            "report_oere": line.report_oere,
            "deviation_oere": line.deviation_oere,
            "deviation_percent": line.deviation_percent,
        }
        for line in lines
    ]
    return {"year": year, "budget": budget, "report": report, "lines": shown}
