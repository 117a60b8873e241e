import re

from hypothesis import given
from hypothesis import strategies as st

from contracts.examples import DAY, ExampleReport
from contracts.form import department_ids, form, join, parse_key, split, step_keys

IDS = st.lists(st.from_regex(re.compile(r"[a-z0-9-]{1,40}"), fullmatch=True), max_size=5, unique=True)
PER_DEPARTMENT = st.sampled_from(["target-groups", "interventions", "places", "staffing"])
PART = st.dictionaries(st.text(max_size=5), st.integers(), max_size=3)


@given(PER_DEPARTMENT, IDS, st.data())
def test_what_is_split_joins_to_the_same(step: str, ids: list[str], data: st.DataObject) -> None:
    definition = form("botilbud-laengerevarende", DAY)
    answered = [each for each in ids if data.draw(st.booleans())]
    whole = {"departments": {each: data.draw(PART) for each in answered}} if ids else data.draw(PART)
    parts = split(definition, step, whole, ids)
    assert set(parts) <= set(step_keys(definition, ids))
    assert all(parse_key(key)[0] == step for key in parts)
    assert join(definition, step, parts, ids) == whole


def test_a_whole_step_is_its_own_key(report: ExampleReport) -> None:
    data = report.steps["contact"]
    assert split(report.form, "contact", data, ("afd-1",)) == {"contact": data}
    assert join(report.form, "contact", {"contact": data}, ("afd-1",)) == data


def test_a_department_that_is_not_reported_is_left_out(report: ExampleReport) -> None:
    parts = split(report.form, "places", report.steps["places"], ("afd-2", "afd-3"))
    assert list(parts) == ["places/afd-2"]


def test_unusable_departments_are_no_departments() -> None:
    unusable: tuple[object, ...] = (
        None,
        [],
        {},
        {"departments": None},
        {"departments": [None, {"id": 1}, {"id": "A B"}]},
    )
    for data in unusable:
        assert department_ids(data) == ()


def test_keys_are_read_back() -> None:
    assert parse_key("places/afd-1") == ("places", "afd-1")
    assert parse_key("contact") == ("contact", None)
