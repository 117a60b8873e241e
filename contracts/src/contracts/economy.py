"""Budget and annual report of the same year beside each other (P7).

All amounts are in øre. In the form every amount is positive; here a deficit is below zero. A deviation is the annual
report minus the budget: above zero means that the accounts show more than was budgeted, of income and of costs alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

BUDGET, ANNUAL_REPORT = "budget", "annual-report"
Answers = Mapping[str, Any]
Amount = Callable[[Answers], int | None]

SHARED_COSTS = (
    "staff_wages_oere",
    "leader_wages_oere",
    "board_fees_oere",
    "competence_costs_oere",
    "property_costs_oere",
)
# Who has no board pays it nothing; every other amount is asked of everybody.
NOT_ALWAYS_ASKED = frozenset({"board_fees_oere"})
INCOME = ("rate_income_oere", "other_income_oere")
OTHER_COSTS = ("administration_costs_oere", "other_costs_oere")
SIGNS = {"surplus": 1, "balance": 1, "deficit": -1}


@dataclass(frozen=True)
class ComparedLine:
    """One amount of a year as budgeted and as it became; None where it is not known.

    ``deviation_percent`` is the deviation as a share of the budgeted amount, None where that is zero or not known.
    """

    id: str
    budget_oere: int | None
    report_oere: int | None

    @property
    def deviation_oere(self) -> int | None:
        """How much more the annual report has than the budget."""
        if self.budget_oere is None or self.report_oere is None:
            return None
        return self.report_oere - self.budget_oere

    @property
    def deviation_percent(self) -> float | None:
        """The deviation in percent of the budgeted amount, whose sign does not count; one decimal."""
        if self.deviation_oere is None or not self.budget_oere:
            return None
        return round(100 * self.deviation_oere / abs(self.budget_oere), 1)


def compared_lines(budget: Answers | None, report: Answers | None) -> tuple[ComparedLine, ...]:
    """The lines of a year in the order of a page; a side that is not there has no amounts."""
    return tuple(
        ComparedLine(each, of_budget(budget or {}), of_report(report or {})) for each, of_budget, of_report in _LINES
    )


def signed_result(report: Answers) -> int | None:
    """The result of an annual report, a deficit below zero."""
    amount, sign = _amount(report, "result_oere"), SIGNS.get(str(report.get("result_kind")))
    return None if amount is None or sign is None else sign * amount


def _amount(answers: Answers, name: str) -> int | None:
    value = answers.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _sum(*names: str) -> Amount:
    def total(answers: Answers) -> int | None:
        found = [0 if each is None and name in NOT_ALWAYS_ASKED else each for name, each in _amounts(answers, names)]
        known = [each for each in found if each is not None]
        return sum(known) if len(known) == len(found) else None

    return total


def _amounts(answers: Answers, names: tuple[str, ...]) -> list[tuple[str, int | None]]:
    return [(name, _amount(answers, name)) for name in names]


def _single(name: str) -> Amount:
    return lambda answers: _amount(answers, name)


def _budgeted_result(budget: Answers) -> int | None:
    income, costs = _sum(*INCOME)(budget), _sum(*SHARED_COSTS, *OTHER_COSTS)(budget)
    return None if income is None or costs is None else income - costs


def _remaining_costs(report: Answers) -> int | None:
    """What an annual report does not ask for by itself: its revenue without its result and its other costs."""
    revenue, result, costs = _amount(report, "revenue_oere"), signed_result(report), _sum(*SHARED_COSTS)(report)
    return None if revenue is None or result is None or costs is None else revenue - result - costs


_LINES: tuple[tuple[str, Amount, Amount], ...] = (
    ("income", _sum(*INCOME), _single("revenue_oere")),
    *((name.removesuffix("_oere").replace("_", "-"), _single(name), _single(name)) for name in SHARED_COSTS),
    ("remaining-costs", _sum(*OTHER_COSTS), _remaining_costs),
    ("result", _budgeted_result, signed_result),
)
