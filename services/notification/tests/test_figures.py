"""What is new between two public records, as followers are told of it."""

from datetime import date
from typing import Any

import pytest

from contracts.events.publication import PublicTilbud
from contracts.testing.factories import public_tilbud
from notification.figures import Rate, SanctionTurn, Turn, Vacancies, differences, figures_of


def record(departments: dict[str, dict[str, Any]] | None = None, **steps: Any) -> PublicTilbud:
    """Return a record with these steps, and these departments by id."""
    rows = [
        {"id": each, "name": each.upper(), "municipality": "0851", "legal_bases": [], "steps": own}
        for each, own in (departments or {}).items()
    ]
    return PublicTilbud.model_validate(
        public_tilbud().model_dump(by_alias=True) | {"steps": steps, "departments": rows}
    )


def rate(oere: int, name: str = "Ophold", unit: str = "day") -> dict[str, Any]:
    return {"interventions": [{"name": name, "rate_oere": oere, "rate_unit": unit}]}


def test_each_department_has_rates_and_vacancies_of_its_own() -> None:
    old = record({"a": {"places": {"vacancies": 1}, "interventions": rate(5)}, "b": {"places": {"vacancies": 1}}})
    new = record({"a": {"places": {"vacancies": 0}, "interventions": rate(7)}, "b": {"places": {"vacancies": 1}}})
    found = differences(figures_of(old), figures_of(new))
    assert found.rates == (Rate("A", "Ophold", "day", 5, 7),)
    assert found.vacancies == (Vacancies("A", 1, 0),)
    assert found.steps == ()


@pytest.mark.parametrize(
    "new", [rate(7, name="Andet"), rate(7, unit="hour"), {"interventions": []}, {"interventions": None}, {}]
)
def test_a_rate_of_something_else_is_a_change_of_the_step(new: dict[str, Any]) -> None:
    found = differences(figures_of(record(interventions=rate(5))), figures_of(record(interventions=new)))
    assert (found.rates, found.steps) == ((), ("interventions",))


def test_a_step_that_comes_or_goes_is_a_change() -> None:
    found = differences(figures_of(record(values={"x": 1}, methods={})), figures_of(record(methods={}, budget={})))
    assert found.steps == ("budget", "values")


def with_sanctions(*, overdue: bool = False, **fields: Any) -> PublicTilbud:
    order = {"text": "x", "deadline": "2026-11-01", "overdue": overdue}
    return PublicTilbud.model_validate(record().model_dump(by_alias=True) | {"orders": [order]} | fields)


def test_the_days_begin_and_end_sanctions_and_pass_deadlines() -> None:
    period = {"from": "2026-11-20", "until": "2027-05-19"}
    announced, running, over = (
        figures_of(with_sanctions(announced=[period])),
        figures_of(with_sanctions(intensified=period)),
        figures_of(with_sanctions(overdue=True)),
    )
    last, deadline = date(2027, 5, 19), date(2026, 11, 1)
    assert differences(announced, running).sanctions == (SanctionTurn(Turn.BEGAN, last),)
    assert differences(running, over).sanctions == (
        SanctionTurn(Turn.ENDED, last), SanctionTurn(Turn.OVERDUE, deadline),
    )  # fmt: skip
    # A tilsyn that gives it tells of it itself.
    assert differences(figures_of(with_sanctions()), running).sanctions == ()
    assert differences(over, over).sanctions == ()


def test_what_was_not_known_before_is_no_change() -> None:
    assert differences(None, figures_of(record(values={}))) == differences(figures_of(record()), None)
    assert not any(vars(differences(None, figures_of(record(values={})))).values())
