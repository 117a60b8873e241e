"""What the demonstration's tilbud report fits the form on any day of loading, and is the same at every run."""

import hashlib
import json
import os
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from approval.inbound.parsing import parse_event
from approval.tilsyn.rules import check_ceased, check_tilsyn
from chassis.clock import day_of, now
from contracts.cpr import holds_cpr
from contracts.events.external import TilbudCeasedInbound, TilsynCompleted
from contracts.examples import days_of_change
from contracts.form import Context, check_all, department_ids, form, split
from devstack.demonstration import clock
from devstack.demonstration.authorities import body_of
from devstack.demonstration.country import Plan, plans
from devstack.demonstration.form_answers import Steps
from devstack.demonstration.histories import Outcome
from devstack.demonstration.places import latest_vacancies
from devstack.demonstration.reports import correction, creation, report, second_report
from devstack.demonstration.tilsyn import messages
from devstack.paths import PYTHON, ROOT
from reporting.fast_lane.rules import Approved, figures_of, refuse_misfit
from reporting.tilbud.schemas import CreateTilbud
from reporting.vacancies.schemas import VacanciesBody

pytestmark = pytest.mark.slow

DAYS = (date(2026, 11, 28), date(2027, 1, 1), date(2028, 2, 29), date(2029, 7, 16))
COUNTRY = tuple(plans(200))
# The whole country on the first day; what a later one changes concerns every tilbud alike.
COUNTRIES = [(day, COUNTRY if day == DAYS[0] else COUNTRY[::5]) for day in DAYS]
MOMENT = datetime(2026, 11, 28, 21, 40, tzinfo=UTC)


def days_of(plan: Plan, today: date) -> tuple[date, date]:
    return today - timedelta(days=plan.history.sent), today - timedelta(days=plan.history.sent_again)


def everything(plan: Plan, today: date) -> dict[str, Any]:
    """Return all that is generated of a tilbud when it is loaded on that day."""
    first, again = days_of(plan, today)
    changed = plan.history.outcome is not Outcome.NONE
    return {
        "creation": creation(plan),
        "report": report(plan, first),
        "second": second_report(plan, first, again) if changed else {},
        "correction": correction(plan, first, again if changed else None),
        "vacancies": latest_vacancies(plan, plan.approved_departments),
        "tilsyn": [message.body for message in messages(plan, today)],
    }


@cache
def of_the_country() -> dict[int, dict[str, Any]]:
    """Return everything of the country on the first day, by the number of its plan."""
    return {plan.number: everything(plan, DAYS[0]) for plan in COUNTRY}


def digest() -> str:
    whole = json.dumps(list(of_the_country().values()), sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()


def wrong(plan: Plan, steps: Steps, day: date) -> dict[str, Any]:
    definition = form(plan.legal_basis.id, day, [basis.id for basis in plan.legal_bases])
    checks = check_all(definition, Context(steps))
    return {step: check.findings for step, check in checks.items() if not check.complete}


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            # The leader's number is given at the creation and stays in the vault.
            yield from texts(each) if name != "cpr" else ()
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


@pytest.mark.parametrize(("today", "country"), COUNTRIES, ids=map(str, DAYS))
def test_every_report_is_complete_whenever_it_is_loaded(today: date, country: tuple[Plan, ...]) -> None:
    for plan in country:
        first, again = days_of(plan, today)
        before = report(plan, first)
        assert wrong(plan, before, first) == {}, plan.name
        assert wrong(plan, before | correction(plan, first, None), first) == {}, plan.name
        if plan.history.outcome is not Outcome.NONE:
            after = before | second_report(plan, first, again)
            assert wrong(plan, after, again) == {}, plan.name
            assert after != before


def test_a_larger_country_is_complete_too_and_begins_with_the_smaller_one() -> None:
    larger = tuple(plans(2_000))
    assert larger[: len(COUNTRY)] == COUNTRY
    for plan in larger[len(COUNTRY) :: 25]:
        first = days_of(plan, DAYS[0])[0]
        assert wrong(plan, report(plan, first), first) == {}, plan.name


def test_what_is_told_beside_the_form_is_accepted() -> None:
    for plan in COUNTRY:
        CreateTilbud.model_validate(creation(plan))
        body = VacanciesBody.model_validate({"departments": latest_vacancies(plan, plan.departments)})
        whole = report(plan, DAYS[0])
        if plan.departments != plan.reported_departments:
            whole |= second_report(plan, DAYS[0], DAYS[0])
        departments = department_ids(whole["departments"])
        definition = form(plan.legal_basis.id, DAYS[0], [basis.id for basis in plan.legal_bases])
        places = split(definition, "places", whole["places"], departments)
        approved = {
            key: Approved(data, MOMENT) for key, data in {**places, "departments": whole["departments"]}.items()
        }
        refuse_misfit([each.model_dump() for each in body.departments], figures_of(approved, []))


@pytest.mark.parametrize("today", DAYS)
def test_every_tilsyn_is_one_that_a_supervision_system_may_send(today: date) -> None:
    for plan in COUNTRY:
        for message in messages(plan, today):
            event = parse_event(message.ce_type, json.dumps(body_of(message, "CRV-1")).encode())
            if isinstance(event, TilsynCompleted):
                check_tilsyn(event, today)
            else:
                assert isinstance(event, TilbudCeasedInbound)
                check_ceased(event, today)


def test_nothing_happens_before_what_it_follows_from() -> None:
    for plan in COUNTRY:
        history = plan.history
        assert history.created >= history.sent >= history.decided >= history.sent_again >= history.decided_again >= 0
        latest = history.decided if history.outcome is Outcome.NONE else history.decided_again
        assert history.vacancies_updated is None or history.vacancies_updated <= latest
        visits = [body["decided_on"] for body in of_the_country()[plan.number]["tilsyn"] if "decided_on" in body]
        if not plan.is_named:
            assert min(visits, default="9999") >= (DAYS[0] - timedelta(days=history.created)).isoformat(), plan.name


def test_no_text_holds_what_looks_like_a_cpr_number() -> None:
    written = [text for whole in of_the_country().values() for text in texts(whole)]
    assert [text for text in written if holds_cpr(text)] == []
    # Nor would it in any other spelling: no text has ten digits that are no number of a register.
    numbers = re.compile(r"(?:\d[ ./-]?){10,}")
    digits = {match[0] for text in written for match in numbers.finditer(text)}
    assert all(re.match(r"1099|57989999|45 ?98|20\d\d-", each) for each in digits), digits


def test_the_same_country_comes_at_every_run() -> None:
    program = f"from {__name__} import digest; print(digest())"
    # Python orders sets by a seed that is another one in every process.
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    done = subprocess.run(
        [PYTHON, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == digest()


def test_the_order_of_asking_changes_nothing() -> None:
    backwards = {plan.number: everything(plan, DAYS[0]) for plan in reversed(tuple(plans(200)))}
    assert of_the_country() == backwards


def test_another_day_of_loading_changes_dates_and_years_only() -> None:
    # The first reports are up to three years older, and the form changes with the law.
    settled = days_of_change()[-1] + timedelta(days=3 * 366)
    for plan in COUNTRY:
        one, other = everything(plan, settled), everything(plan, settled + timedelta(days=961))
        assert undated(one) == undated(other), plan.name


def undated(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: None if name.endswith("year") else undated(each) for name, each in value.items()}
    if isinstance(value, list):
        return [undated(each) for each in value]
    return re.sub(r"^\d{4}-\d\d-\d\d$", "", value) if isinstance(value, str) else value


@pytest.fixture
def loading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.clock.datetime", datetime)
    clock.install()


@pytest.mark.usefixtures("loading")
def test_what_is_done_days_ago_happens_then_and_what_is_done_today_happens_now() -> None:
    before = now()
    with clock.days_ago(40, 95, MOMENT):
        then = now()
        assert then == datetime(2026, 10, 19, 7, 35, tzinfo=UTC)
        with clock.days_ago(0, 95, MOMENT):
            assert now() >= before
        assert now() == then
        assert then.isoformat().endswith("+00:00")
    assert day_of(now()) >= day_of(before)
