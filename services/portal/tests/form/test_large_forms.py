"""What the largest form costs that the portal takes: in proportion to its fields, whatever they are called."""

import time
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlencode

import pytest

from portal.form.form_data import MOST_FIELDS, FormData, parse
from portal.form.reading import read_step
from portal.form.rows import claims_rows_without_fields, lists_of, without_blank_rows
from services.portal.tests.factories import REPORT
from web.errors import TooLarge

STEP = REPORT.form.step("interventions")
DEPARTMENTS = [f"afd-{number}" for number in range(100)]
BUDGET_SECONDS = 2.0


def rows_of_every_department() -> Iterator[tuple[str, str]]:
    lists = list(lists_of(STEP, DEPARTMENTS))
    for pointer, field in lists:
        yield f"{pointer}#", str(field.max_items)
    for pointer, field in lists:
        for row in range(field.max_items):
            for inner in field.fields:
                yield f"{pointer}/{row}/{inner.id}", "x" if row % 2 else " "


def deep_names() -> Iterator[tuple[str, str]]:
    for number in range(MOST_FIELDS):
        yield f"/departments/afd-1/interventions/{number}" + "/x" * 10, "x"


@pytest.mark.parametrize("fields", [rows_of_every_department, deep_names])
def test_nineteen_thousand_fields_are_read_in_a_moment(fields: object) -> None:
    body = urlencode(list(islice(fields(), 19_000))).encode()  # type: ignore[operator]
    began = time.process_time()
    form_data = without_blank_rows(parse(body), STEP, DEPARTMENTS)
    read_step(STEP, form_data, DEPARTMENTS, {})
    assert time.process_time() - began < BUDGET_SECONDS


def test_more_fields_than_any_step_has_are_too_many() -> None:
    with pytest.raises(TooLarge):
        parse(b"&".join([b"a=1"] * (MOST_FIELDS + 1)))


def test_rows_that_nobody_filled_are_not_made_by_the_thousand() -> None:
    lists = list(lists_of(STEP, DEPARTMENTS))
    claimed = FormData.of((f"{pointer}#", str(field.max_items)) for pointer, field in lists)
    assert claims_rows_without_fields(claimed, STEP, DEPARTMENTS)
    assert not claims_rows_without_fields(FormData.of(rows_of_every_department()), STEP, DEPARTMENTS)
