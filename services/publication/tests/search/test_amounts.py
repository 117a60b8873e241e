"""Prices and figures in a sentence are filters: now and in the past, told, and taken away again."""

from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest

from contracts.testing.factories import example_steps, tilsyn_published, without_departments
from services.publication.tests.factories import approved_case
from services.publication.tests.search.test_understanding import NOW, PAST, names, search


def steps(name: str, rate_kroner: int, unit: str, vacancies: int) -> dict[str, dict[str, Any]]:
    found = without_departments(example_steps(name))
    for row in found["interventions"]["interventions"]:
        row |= {"rate_oere": rate_kroner * 100, "rate_unit": unit}
    found["places"]["vacancies"] = vacancies
    return found


@pytest.fixture
async def priced(deliver_facts: Any) -> None:
    """Askebo costs 1,800 a day and night, Birkebo 2,500, Cedervej 700 a day; they have 1, 3 and 5 vacancies."""
    for number, content in enumerate(
        (
            steps("Askebo", 1_800, "day-and-night", 1),
            steps("Birkebo", 2_500, "day-and-night", 3),
            steps("Cedervej", 700, "day", 5),
        ),
        1,
    ):
        await deliver_facts(approved_case(f"CRV-{number}", content=content), tilsyn_published(f"CRV-{number}"))


@pytest.mark.usefixtures("priced")
@pytest.mark.parametrize("moment", [NOW, PAST])
@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("under 2000 kr i døgnet", {"Askebo"}),
        ("højst 2.500 kr. pr. døgn", {"Askebo", "Birkebo"}),
        ("billigere end 900 kroner om dagen", {"Cedervej"}),
        ("billigere end 1.900 kroner om dagen", {"Askebo", "Cedervej"}),
        ("mindst 3 ledige pladser", {"Birkebo", "Cedervej"}),
        ("mindst 3 ledige pladser, højst 3.000 kr. pr. døgn", {"Birkebo"}),
        ("ledige pladser", {"Askebo", "Birkebo", "Cedervej"}),
    ],
)
async def test_what_is_typed_is_a_filter(
    client: httpx2.AsyncClient, q: str, expected: set[str], moment: dict[str, str]
) -> None:
    found = await search(client, q, **moment)
    assert (set(names(found)), found["relaxed"]) == (expected, False)


@pytest.mark.usefixtures("priced")
@pytest.mark.parametrize("moment", [NOW, PAST])
async def test_what_has_most_of_it_comes_where_nothing_is_so_cheap(
    client: httpx2.AsyncClient, moment: dict[str, str]
) -> None:
    found = await search(client, "mindst 3 ledige pladser under 100 kr. pr. døgn", **moment)
    assert (set(names(found)), found["relaxed"]) == ({"Birkebo", "Cedervej"}, True)


@pytest.mark.usefixtures("priced")
async def test_a_rate_is_told_with_its_unit_and_can_be_taken_away(client: httpx2.AsyncClient) -> None:
    found = await search(client, "mindst 3 ledige pladser under 3000 kr i døgnet")
    assert [(each["as"], each["value"], each["unit"], each["label"]) for each in found["understood"]] == [
        ("vacancies", "3", None, "Mindst 3 ledige pladser"),
        ("rate_max", "300000", "day-and-night", "højst 3.000 kr. pr. døgn"),
    ]
    assert [each["query_without"] for each in found["understood"]] == [
        "under 3000 kr i døgnet",
        "mindst 3 ledige pladser",
    ]
    # It says the same as the parameters.
    (_, rate) = found["understood"]
    same = {"rate_max": rate["value"], "rate_unit": rate["unit"], "vacancies": 3}
    assert names(found) == names((await client.get("/v1/search", params=same)).json())


@pytest.mark.usefixtures("priced")
async def test_a_rate_without_a_unit_is_no_filter_and_the_unit_is_asked_for(client: httpx2.AsyncClient) -> None:
    found = await search(client, "botilbud under 2000 kr", vacancies=1)
    assert len(names(found)) == 3
    assert [each["as"] for each in found["understood"]] == ["legal_basis"]
    (asked,) = found["suggestions"]
    assert asked["text"] == "Mente du »højst 2.000 kr. pr. døgn«?"
    assert parse_qs(asked["query"]) == {"q": ["botilbud højst 2.000 kr. pr. døgn"], "vacancies": ["1"]}
    assert names((await client.get(f"/v1/search?{asked['query']}")).json()) == ["Askebo"]
