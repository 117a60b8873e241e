"""What the answer of the search says of a query: what was understood, what else there is, and the same in the past."""

from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest

from contracts.testing.factories import OPERATOR_CVR, example_steps, tilsyn_published, without_departments
from publication.search.schemas import SearchPage
from publication.search.suggestions import nothing_found
from services.publication.tests.factories import approved_case

NOW: dict[str, str] = {}
PAST = {"as_of": "2126-01-01"}


def steps(name: str, group: str, ages: tuple[int, int], **contact: Any) -> dict[str, dict[str, Any]]:
    found = without_departments(example_steps(name))
    package = {"target_groups": [group], "age_from": ages[0], "age_to": ages[1]}
    found["target-groups"]["packages"][0] |= package
    found["contact"] |= contact
    return found


@pytest.fixture
async def three(deliver_facts: Any) -> None:
    """Asken takes autism and misuse in Aalborg, Birken autism in Ærø Kommune, Cypressen young people in Aalborg."""
    asken = steps("Asken", "autism", (18, 65), phone="+45 98 11 22 33", website="https://www.asken.example/om")
    asken["target-groups"]["packages"][0]["target_groups"].append("drug-abuse")
    asken["contact"]["leader"] = {"name": "Åse Toft"}
    place = {"street": "Havnen 1", "postcode": "5970", "city": "Ærøskøbing", "municipality": "0492"}
    birken = steps("Birken", "autism", (30, 65), address=place)
    for number, content in enumerate((asken, birken, steps("Cypressen", "anxiety", (14, 20))), 1):
        await deliver_facts(approved_case(f"CRV-{number}", content=content), tilsyn_published(f"CRV-{number}"))


async def search(client: httpx2.AsyncClient, q: str, **params: Any) -> dict[str, Any]:
    answer = await client.get("/v1/search", params={"q": q, **params})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert SearchPage.model_validate(found).model_dump(mode="json") == found
    return found


def names(found: dict[str, Any]) -> list[str]:
    return [item["name"] for item in found["items"]]


@pytest.mark.usefixtures("three")
async def test_it_says_what_was_understood(client: httpx2.AsyncClient) -> None:
    found = await search(client, "Autisme uden misbrug i Ærø Kommune")
    assert (names(found), found["relaxed"]) == (["Birken"], False)
    assert found["understood"] == [
        {
            "text": "Autisme",
            "as": "target_group",
            "value": "autism",
            "values": ["autism"],
            "unit": None,
            "label": "Autismespektrum",
            "excluded": False,
            "query_without": "uden misbrug i Ærø Kommune",
        },
        {
            "text": "misbrug",
            "as": "target_group",
            "value": "substance-abuse",
            "values": ["substance-abuse"],
            "unit": None,
            "label": "Misbrug",
            "excluded": True,
            "query_without": "Autisme i Ærø Kommune",
        },
        {
            "text": "Ærø Kommune",
            "as": "municipality",
            "value": "0492",
            "values": ["0492"],
            "unit": None,
            "label": "Ærø Kommune",
            "excluded": False,
            "query_without": "Autisme uden misbrug",
        },
    ]
    assert {"field": "target_group", "value": "autism", "label": "Autismespektrum"} in found["items"][0]["matched"]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("moment", [NOW, PAST])
@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("autisme", ["Asken", "Birken"]),
        ("autisme uden misbrug", ["Birken"]),
        ("25-årig med autisme", ["Asken"]),
        ("unge", ["Cypressen", "Asken"]),
        ("autisme på Ærø", ["Birken"]),
        ("autsime", ["Asken", "Birken"]),
        ("98112233", ["Asken"]),
        ("+45 98 11 22 33", ["Asken"]),
        ("asken.example", ["Asken"]),
        ("https://asken.example/", ["Asken"]),
        ("Toft", ["Asken"]),
        ("åse toft", ["Asken"]),
        ("hverken autisme eller angst", []),
    ],
)
async def test_the_past_understands_the_same(
    client: httpx2.AsyncClient, q: str, expected: list[str], moment: dict[str, str]
) -> None:
    assert names(await search(client, q, **moment)) == expected


@pytest.mark.usefixtures("three")
async def test_a_name_that_few_have_comes_beside_what_is_meant(client: httpx2.AsyncClient) -> None:
    assert names(await search(client, "cypressen autisme")) == ["Cypressen", "Asken", "Birken"]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("moment", [NOW, PAST])
async def test_what_has_most_comes_when_nothing_has_all(client: httpx2.AsyncClient, moment: dict[str, str]) -> None:
    found = await search(client, "angst på Ærø", **moment)
    assert set(names(found)) == {"Birken", "Cypressen"}
    assert names(found)[0] == "Cypressen"
    assert found["relaxed"] is True
    assert found["notice"] == "Ingen tilbud passer på det hele. Her er dem, der passer på det meste."


@pytest.mark.usefixtures("three")
async def test_it_suggests_what_finds_something(client: httpx2.AsyncClient) -> None:
    found = await search(client, "angst på Ærø", vacancies=1)
    suggested = {each["text"]: parse_qs(each["query"]) for each in found["suggestions"]}
    assert suggested == {
        "Søg uden »angst«": {"q": ["Ærø"], "vacancies": ["1"]},
        "Søg uden »Ærø«": {"q": ["angst"], "vacancies": ["1"]},
        "Søg i Aalborg Kommune i stedet": {"q": ["angst"], "vacancies": ["1"], "municipality": ["0851"]},
    }
    for each in found["suggestions"]:
        answer = await client.get(f"/v1/search?{each['query']}")
        assert answer.json()["total"] > 0
    found = await search(client, "cypressen", municipality="0492", near="9000", sort="distance")
    assert found["total"] == 0
    assert found["notice"] == "Ingen tilbud passer på søgningen."
    (less, next_door) = found["suggestions"]
    assert less["text"] == "Søg uden »Ærø Kommune«"
    assert parse_qs(less["query"]) == {"q": ["cypressen"], "near": ["9000"], "sort": ["distance"]}
    assert next_door["text"] == "Søg i Aalborg Kommune i stedet"


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("moment", [NOW, PAST])
async def test_another_spelling_is_told(client: httpx2.AsyncClient, moment: dict[str, str]) -> None:
    found = await search(client, "autsime", **moment)
    assert found["notice"] == "Ingen tilbud har ordene, som de er skrevet. Der er søgt på »autisme«."
    (spelling,) = [each for each in found["suggestions"] if each["text"].startswith("Mente")]
    assert spelling["text"] == "Mente du »autisme«?"
    assert parse_qs(spelling["query"]) == {"q": ["autisme"], **{name: [value] for name, value in moment.items()}}


@pytest.mark.usefixtures("three")
async def test_pages_of_a_sentence_give_every_result_once(client: httpx2.AsyncClient) -> None:
    for moment in (NOW, PAST):
        seen: list[str] = []
        cursor: dict[str, Any] = {}
        while True:
            page = await search(client, "unge og ældre med autisme eller angst", limit=1, **moment, **cursor)
            seen += names(page)
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        assert sorted(seen) == ["Asken", "Birken", "Cypressen"]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("moment", [NOW, PAST])
async def test_of_those_who_fit_alike_the_nearest_comes_first(
    client: httpx2.AsyncClient, moment: dict[str, str]
) -> None:
    assert names(await search(client, "autisme", near="5970", **moment)) == ["Birken", "Asken"]
    assert names(await search(client, "autisme", near="9000", **moment)) == ["Asken", "Birken"]
    # What somebody asks for by its name comes first, however far away it is.
    assert names(await search(client, "Asken", near="5970", **moment))[0] == "Asken"
    first = await search(client, "autisme", near="5970", limit=1, **moment)
    second = await search(client, "autisme", near="5970", limit=1, cursor=first["next"], **moment)
    assert names(second) == ["Asken"]


@pytest.mark.usefixtures("three")
async def test_a_topic_in_a_name_does_not_win_over_what_is_near(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    far = steps("Autisme og angst i Aalborg", "autism", (18, 65))
    await deliver_facts(approved_case("CRV-4", content=far), tilsyn_published("CRV-4"))
    assert names(await search(client, "autisme"))[0] == "Autisme og angst i Aalborg"
    assert names(await search(client, "autisme", near="5970"))[0] == "Birken"
    whole = await search(client, "Autisme og angst i Aalborg", near="5970")
    assert names(whole)[0] == "Autisme og angst i Aalborg"


@pytest.mark.parametrize("written", ["{}", "cvr {}", "CVR-nr. {}", "DK{}"])
@pytest.mark.usefixtures("three")
async def test_a_cvr_number_finds_what_its_operator_runs(client: httpx2.AsyncClient, written: str) -> None:
    assert len(names(await search(client, written.format(OPERATOR_CVR)))) == 3
    assert names(await search(client, written.format("10101010"))) == []


@pytest.mark.parametrize("query", ["plejefamilie", "familiepleje til et barn", "Plejeforældre i Skive"])
def test_foster_families_are_not_here_and_it_says_so(query: str) -> None:
    assert "privatpersoner" in nothing_found(query)
    assert "privatpersoner" not in nothing_found("pleje af ældre")


@pytest.mark.usefixtures("three")
async def test_without_a_query_nothing_is_understood(client: httpx2.AsyncClient) -> None:
    found = (await client.get("/v1/search", params={"municipality": "0492"})).json()
    assert (names(found), found["understood"], found["suggestions"], found["notice"]) == (["Birken"], [], [], None)
