"""The address that an error's type is explains it."""

from typing import Any

from contracts.problems import EXPLANATIONS, PROBLEMS, TYPE_BASE
from services.portal.tests.pages import text_of


async def test_every_type_is_explained_in_two_languages(browser: Any) -> None:
    client = await browser()
    for slug, problem in PROBLEMS.items():
        answer = await client.get(problem.type.removeprefix(TYPE_BASE.removesuffix("/problems/")))
        assert answer.status_code == 200
        shown = text_of(answer.text)
        for text in (problem.title, problem.title_en, *EXPLANATIONS[slug], problem.type):
            assert text in shown


async def test_the_list_leads_to_each(browser: Any) -> None:
    text = (await (await browser()).get("/problems")).text
    assert all(f'href="/problems/{slug}"' in text for slug in PROBLEMS)


async def test_an_unknown_type_is_not_found(browser: Any) -> None:
    assert (await (await browser()).get("/problems/findes-ikke")).status_code == 404
