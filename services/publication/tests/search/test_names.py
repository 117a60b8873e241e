"""Every public tilbud is found by its own name: whatever signs it holds, and however it is typed."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from chassis.database import Database
from contracts.testing.factories import example_steps, without_departments
from devstack.demonstration.country import plans
from publication.search.criteria import SearchCriteria
from publication.search.evaluation import Evaluation
from publication.search.index import SearchIndex
from publication.search.live import LiveIndex
from publication.search.words import plain
from services.publication.tests.factories import publishing_facts

DEMONSTRATION = [plan.name for plan in plans(140)]
OTHERS = [
    *("H.C. Andersens Hus", "www.huset.dk", "post@huset.dk", "https://huset.dk/om", "Hus 1.2.3", "Hus -5", "1e5"),
    *("<b>Fed</b>", "Ask&amp;Elm", "A-B", "108/b-c", "S/I", "i", "Os og Jer", "Ad Astra", "Villa 2½", "C# & C++"),
    *(
        "a\u0345\u0334b",
        "Noelshøj",
        "Poesiøen",
        "Bo\u2011Huset",
        "Mor's",
        "Aeroe",
        "Møllehøjs Sø/Sø",
        "हिन्दी",
        "東京 Hus",
        "Ўд",
        "Å/Ø/Æ",
    ),
]
NAMES = list(dict.fromkeys((*DEMONSTRATION, *OTHERS)))
WITHOUT_KEYBOARD = str.maketrans({"å": "aa", "Å": "Aa", "ø": "oe", "Ø": "Oe", "æ": "ae", "Æ": "Ae"})


def typed(name: str) -> Iterator[str]:
    """Give ``name`` in the ways in which somebody types it."""
    yield from (name, name.upper(), name.lower(), name.translate(WITHOUT_KEYBOARD))


def is_of_word(character: str) -> bool:
    """Return whether it is a letter, a digit, or a mark that stands on one."""
    return character.isalnum() or unicodedata.category(character).startswith("M")


def words(name: str) -> Iterator[str]:
    """Give each word of ``name`` that has a letter or a digit, and how it is typed without a Danish keyboard."""
    for word in "".join(each if is_of_word(each) else " " for each in plain(name)).split():
        yield from (word, word.translate(WITHOUT_KEYBOARD))


def ids(index: SearchIndex, q: str) -> set[str]:
    found = Evaluation(index, SearchCriteria(q=plain(q), sort="relevance", limit=len(NAMES)))
    return {hit.tilbud_id for hit in found.page()}


async def test_every_name_finds_its_tilbud_whole_and_by_each_word(database: Database, deliver_facts: Any) -> None:
    facts = [
        fact
        for number, name in enumerate(NAMES, 1)
        for fact in publishing_facts(f"CRV-{number}", without_departments(example_steps(name)))
    ]
    await deliver_facts(*facts)
    expected: dict[str, set[str]] = {}
    for number, name in enumerate(NAMES, 1):
        for q in (*typed(name), *words(name)):
            expected.setdefault(q, set()).add(f"CRV-{number}")

    index = (await LiveIndex(database).current()).index
    missed = {q: lost for q, of in expected.items() if (lost := of - ids(index, q))}
    assert missed == {}


async def publish(deliver_facts: Any, *names: str) -> None:
    for number, name in enumerate(names, 1):
        await deliver_facts(*publishing_facts(f"CRV-{number}", without_departments(example_steps(name))))


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("v/Søen", {"Lærkebo v/Søen"}),
        ("v/soeen", {"Lærkebo v/Søen"}),
        ("h c a", {"H.C.A. Fjordglimt"}),
        ("nu", {"Nu"}),
        ("Ærø", {"Ærøhus", "Ærø Bo"}),
        ("aeroe", {"Ærøhus", "Ærø Bo"}),
        ("Aerø", {"Ærøhus", "Ærø Bo"}),
        ("æroe", {"Ærøhus", "Ærø Bo"}),
        ("ÆROE", {"Ærøhus", "Ærø Bo"}),
    ],
)
async def test_short_words_are_found_as_words(
    client: httpx2.AsyncClient, deliver_facts: Any, q: str, expected: set[str]
) -> None:
    await publish(
        deliver_facts, "Lærkebo v/Søen", "Mosebakken § 107/108", "H.C.A. Fjordglimt", "Nu", "Ærøhus", "Ærø Bo"
    )
    answer = await client.get("/v1/search", params={"q": q})
    assert answer.status_code == 200
    assert {item["name"] for item in answer.json()["items"]} == expected


async def test_a_name_that_takes_something_away_is_found(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await publish(deliver_facts, "Huset uden Autisme & Angst", "Askebo")
    for moment in ({}, {"as_of": "2126-01-01"}):
        answer = await client.get("/v1/search", params={"q": "Huset uden autisme & angst", **moment})
        assert [item["name"] for item in answer.json()["items"]] == ["Huset uden Autisme & Angst"]


async def test_a_name_comes_before_what_its_words_mean(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await publish(deliver_facts, "Askebo", "Mosebakken § 107/108")
    answer = (await client.get("/v1/search", params={"q": "107/108"})).json()
    assert [item["name"] for item in answer["items"]] == ["Mosebakken § 107/108", "Askebo"]
