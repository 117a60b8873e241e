"""Public records side by side: what is compared, in which words, and what differs."""

from datetime import date

from chassis.clock import today
from contracts.testing.factories import sanction
from portal.public.comparison import ComparedRow, as_table, compare
from services.portal.tests.public.record.records import record


def row(rows: list[ComparedRow], title: str) -> ComparedRow:
    return next(each for each in rows if each.title == title)


def test_l4_a_rate_stands_with_unit_year_and_the_occupancy_that_it_assumes() -> None:
    rates = row(compare([record(), record()], today()), "Takst").cells[0]
    assert any("4.125 kr. pr. døgn i " in line and "97 % belægning" in line for line in rates)


def test_what_differs_is_told_and_the_order_of_lines_is_no_difference() -> None:
    assert not ComparedRow("", "", (("a", "b"), ("b", "a"))).differs
    assert ComparedRow("", "", (("a",), ("b",))).differs
    rows = compare([record(), record(municipality="0101")], today())
    assert [each.title for each in rows if each.differs] == ["Kommune"]


def test_no_answer_is_no_row_and_never_a_no() -> None:
    empty = record(steps={}, departments=[])
    assert "Takst" not in [each.title for each in compare([empty, empty], today())]
    rows = compare([record(), empty], today())
    assert row(rows, "Nattevagt").cells[1] == ()
    table = as_table(["A", "B"], rows)
    assert ["Hjælpen", "Nattevagt", "Ja"] in [line[:3] for line in table]
    assert next(line for line in table if line[1] == "Nattevagt")[4] == "Ikke besvaret"


def test_one_place_is_not_many() -> None:
    one = record()
    for department in one["departments"]:
        department["steps"]["places"] = {"approved_places": 1, "vacancies": 1, "waiting_time_weeks": 1}
    rows = compare([one, one], today())
    assert row(rows, "Godkendte pladser").cells[0][0].endswith(": 1 plads")
    assert row(rows, "Ledige pladser").cells[0][0].endswith(": 1 ledig plads")
    assert row(rows, "Ventetid").cells[0][0].endswith(": 1 uge")


def test_each_figure_has_its_own_confirmation() -> None:
    told = record(confirmed={"/departments/afd-1/steps/places/vacancies": "2026-11-20T08:00:00Z"})
    lines = row(compare([told, told], today()), "Ledige pladser").cells[0]
    assert "(bekræftet 20.11.2026)" in lines[0]
    assert "bekræftet" not in lines[1]


def test_r88_sanctions_stand_by_their_kind_with_their_dates() -> None:
    order = sanction("Ret brandplanen.").model_dump(mode="json") | {"deadline": "2020-01-31"}
    rows = compare([record(orders=[order]), record(orders=[])], today())
    assert row(rows, "Sanktioner").cells == (
        ("Påbud: Ret brandplanen. Frist 31.01.2020 (overskredet)",),
        ("Ingen",),
    )


def test_l12_one_assessment_of_the_whole_tilbud() -> None:
    themes = [{"theme": "economy", "score": 4}, {"theme": "competences", "score": 3}]
    tilsyn = {"decision": "approved", "decided_on": "2026-11-02", "themes": themes}
    cell = row(compare([record(tilsyn=tilsyn), record()], today()), "Kvalitet (1-5)").cells[0]
    assert cell[0] == "3 i gennemsnit"
    assert len(cell) == 3


def test_a_deadline_is_judged_on_the_day_that_is_looked_at() -> None:
    order = {"text": "Ret døren.", "deadline": "2026-03-31"}
    records = [record(orders=[order]), record(orders=[])]
    assert row(compare(records, date(2026, 3, 31)), "Sanktioner").cells[0] == ("Påbud: Ret døren. Frist 31.03.2026",)
    assert "overskredet" in row(compare(records, date(2026, 4, 1)), "Sanktioner").cells[0][0]
