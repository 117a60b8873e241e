"""The guidance: a page for each step, with an anchor for each field that the form links to (R44, P2, P8)."""

import re
from typing import Any

import pytest

from chassis.clock import today
from contracts.form.loading import steps_of
from portal.field_explanations import explained_fields
from services.portal.tests.pages import text_of

STEPS = steps_of("tilbud")


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)
async def test_every_field_of_a_step_is_explained_at_its_anchor(browser: Any, step: Any) -> None:
    answer = await (await browser()).get(step.guidance)
    assert answer.status_code == 200
    anchors = re.findall(r'<h2 class="h3" id="([^"]+)"', answer.text)
    assert anchors == [each.field.guidance.partition("#")[2] for each in explained_fields(step.fields, today())]
    text = text_of(answer.text)
    for each in explained_fields(step.fields, today()):
        assert each.field.help in text
        assert each.field.legal_source in text


async def test_the_guidance_lists_its_steps_and_knows_no_others(browser: Any) -> None:
    client = await browser()
    text = (await client.get("/vejledning")).text
    assert all(f'<a href="{step.guidance}">{step.title}</a>' in text for step in STEPS)
    assert (await client.get("/vejledning/tilbud/findes-ikke")).status_code == 404
    assert (await client.get("/vejledning/ukendt/places")).status_code == 404
