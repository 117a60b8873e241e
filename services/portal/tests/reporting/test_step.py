"""The page of a step: saved, refused, locked, blocked, with rows added and removed."""

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest

from devstack.personas import PERSONAS
from services.portal.tests.pages import hidden_value, submitted_by
from services.portal.tests.reporting.stand_in import FORM_HEADERS, STEPS, STEPS_URL, ReportingStandIn, post_step


async def test_a_step_is_saved_with_the_etag_that_was_shown(browser: Any, reporting: ReportingStandIn) -> None:
    answer = await post_step(await browser("reporter-solsikken"), "values", ("/values", "Respekt"), ("do", "next"))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{STEPS_URL}/accreditation")
    assert reporting.saved == [("/v1/tilbud/CRV-1/draft/steps/values", {"values": "Respekt"}, '"one"')]


async def test_two_reporters_never_overwrite_each_other_unseen(browser: Any, reporting: ReportingStandIn) -> None:
    reporting.refusal = (412, "stale", [])
    answer = await post_step(await browser("reporter-solsikken"), "values", ("/values", "Mit svar"), ("do", "save"))
    assert answer.status_code == 412
    assert "Jørgen Bach gemte trinnet" in answer.text
    assert reporting.data["values"]["values"][:20] in answer.text
    assert 'name="choice:/values" value="theirs"' in answer.text
    assert "Mit svar</textarea>" in answer.text
    assert hidden_value(answer.text, "etag") == '"one"'


async def test_what_is_refused_stands_at_its_field(browser: Any, reporting: ReportingStandIn) -> None:
    detail = "Teksten ser ud til at indeholde et CPR-nummer. Fjern det."
    reporting.refusal = (422, "invalid", [{"pointer": "/values", "code": "cpr-number", "detail": detail}])
    answer = await post_step(
        await browser("reporter-solsikken"), "values", ("/values", "<b>hemmeligt</b>"), ("do", "save")
    )
    assert answer.status_code == 422
    assert '<a href="#f.values">' in answer.text
    assert 'id="f.values-fejl"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "&lt;b&gt;hemmeligt&lt;/b&gt;" in answer.text


async def test_a_locked_step_can_be_read_only(browser: Any, reporting: ReportingStandIn) -> None:
    reporting.locked = [{"step": "values", "submission_id": "s1"}]
    client = await browser("reporter-solsikken")
    text = (await client.get(f"{STEPS_URL}/values")).text
    assert "afventer godkendelse hos tilsynsmyndigheden" in text
    assert 'name="/values"' not in text
    assert 'value="save"' not in text


async def test_one_locked_department_leaves_the_other_open(browser: Any, reporting: ReportingStandIn) -> None:
    reporting.locked = [{"step": "places/afd-1", "submission_id": "s1"}]
    client = await browser("reporter-solsikken")
    text = (await client.get(f"{STEPS_URL}/places")).text
    assert 'name="/departments/afd-1/vacancies"' not in text
    assert 'name="/departments/afd-2/vacancies"' in text
    await post_step(client, "places", ("/departments/afd-2/vacancies", "3"), ("do", "save"))
    sent = reporting.saved[-1][1]["departments"]
    assert sent["afd-1"] == reporting.data["places"]["departments"]["afd-1"]
    assert sent["afd-2"]["vacancies"] == 3


async def test_a_step_that_was_locked_meanwhile(browser: Any, reporting: ReportingStandIn) -> None:
    reporting.refusal = (409, "step-locked", [])
    answer = await post_step(await browser("reporter-solsikken"), "values", ("/values", "x"), ("do", "save"))
    assert answer.status_code == 409
    assert "Afvist." in answer.text


async def test_a_blocked_step_says_which_are_missing(browser: Any, reporting: ReportingStandIn) -> None:
    reporting.blocked = ["departments"]
    text = (await (await browser("reporter-solsikken")).get(f"{STEPS_URL}/target-groups")).text
    assert "Trinnet kan ikke udfyldes endnu" in text
    assert f'<a href="{STEPS_URL}/departments">Afdelinger</a>' in text


async def test_the_buttons_at_rows_save_and_show_the_row(browser: Any, reporting: ReportingStandIn) -> None:
    client = await browser("reporter-solsikken")
    fields = [("/departments#", "1"), ("/departments/0/name", "Afdeling Øst"), ("do", "add:/departments")]
    answer = await post_step(client, "departments", *fields)
    assert answer.status_code == 303
    assert reporting.saved[-1][1] == {"departments": [{"name": "Afdeling Øst"}]}
    shown = (await client.get(answer.headers["location"])).text
    assert 'name="/departments/2/name" value=""' in shown
    assert "autofocus" in shown.partition('name="/departments/2/name"')[2].partition(">")[0]
    fields = [("/departments#", "2"), ("/departments/0/name", "Væk"), ("/departments/1/name", "Blivende")]
    answer = await post_step(client, "departments", *fields, ("do", "remove:/departments/0"))
    assert reporting.saved[-1][1] == {"departments": [{"name": "Blivende"}]}
    assert "Rækken er fjernet, og kladden er gemt" in (await client.get(answer.headers["location"])).text
    await post_step(client, "departments", *fields, ("do", "down:/departments/0"))
    assert [each["name"] for each in reporting.saved[-1][1]["departments"]] == ["Blivende", "Væk"]


@pytest.mark.parametrize("place", ["", "/nowhere", "/departments/x", "/departments/999999999", "//", "/departments/-1"])
async def test_a_button_at_no_row_changes_no_row(browser: Any, reporting: ReportingStandIn, place: str) -> None:
    client = await browser("reporter-solsikken")
    for action in ("add", "remove", "copy", "up", "down"):
        answer = await post_step(
            client, "departments", ("/departments#", "1"), ("/departments/0/name", "Øst"), ("do", f"{action}:{place}")
        )
        assert reporting.saved[-1][1] == {"departments": [{"name": "Øst"}]}
        assert (await client.get(answer.headers["location"])).status_code == 200


async def test_two_who_change_different_answers_are_put_together(browser: Any, reporting: ReportingStandIn) -> None:
    client = await browser("reporter-solsikken")
    page = await client.get(f"{STEPS_URL}/values")
    typed = dict(submitted_by(page)) | {"/values": "Mit svar", "do": "save"}
    reporting.data["values"] = {**reporting.data["values"], "professional_goals": "Deres svar"}
    reporting.refusals = [(412, "stale", [])]
    answer = await client.post(f"{STEPS_URL}/values", data=typed)
    assert answer.headers["location"] == f"{STEPS_URL}/values?saved=merged"
    assert reporting.saved[-1][1] == {"values": "Mit svar", "professional_goals": "Deres svar"}


async def test_what_both_changed_is_chosen(browser: Any, reporting: ReportingStandIn) -> None:
    client = await browser("reporter-solsikken")
    typed = dict(submitted_by(await client.get(f"{STEPS_URL}/values"))) | {"/values": "Mit svar", "do": "save"}
    goals = reporting.data["values"]["professional_goals"]
    reporting.data["values"] = {**reporting.data["values"], "values": "Deres svar"}
    reporting.refusals = [(412, "stale", [])]
    asked = await client.post(f"{STEPS_URL}/values", data=typed)
    assert asked.status_code == 412
    chosen = dict(submitted_by(asked)) | {"choice:/values": "theirs", "do": "save"}
    assert chosen["/values"] == "Mit svar"
    await client.post(f"{STEPS_URL}/values", data=chosen)
    assert reporting.saved[-1][1] == {"values": "Deres svar", "professional_goals": goals}


async def test_ones_own_second_window_is_named(browser: Any, reporting: ReportingStandIn) -> None:
    client = await browser("reporter-solsikken")
    reporting.refusals = [(412, "stale", [])]
    assert "af en anden" in (await post_step(client, "values", ("/values", "Mit"), ("do", "save"))).text
    reporting.saved_by = {"sub": PERSONAS["reporter-solsikken"].claims["sub"], "name": "Dorthe Kragh"}
    reporting.refusals = [(412, "stale", [])]
    answer = await post_step(client, "values", ("/values", "Mit svar"), ("do", "save"))
    assert "Du har selv gemt trinnet i et andet vindue" in answer.text


async def test_next_shows_what_is_wrong_once(browser: Any, reporting: ReportingStandIn) -> None:
    client = await browser("reporter-solsikken")
    typed = dict(submitted_by(await client.get(f"{STEPS_URL}/values"))) | {"/values": "Nyt", "do": "next"}
    reporting.errors = [{"pointer": "/professional_goals", "code": "missing", "detail": "Skal udfyldes."}]
    answer = await client.post(f"{STEPS_URL}/values", data=typed)
    assert answer.headers["location"] == f"{STEPS_URL}/values?saved=errors"
    shown = await client.get(answer.headers["location"])
    assert "Trinnet er gemt, men ikke færdigt" in shown.text
    again = await client.post(f"{STEPS_URL}/values", data=dict(submitted_by(shown)) | {"do": "next"})
    assert again.headers["location"] == f"{STEPS_URL}/accreditation"


async def test_what_cannot_be_read_stands_in_its_field_again(browser: Any, reporting: ReportingStandIn) -> None:
    client = await browser("reporter-solsikken")
    reporting.unread = {"/rate_income_oere": "ca. 12 mio."}
    reporting.errors = [
        {"pointer": "/rate_income_oere", "code": "wrong-type", "detail": "Feltet skal være et helt tal."}
    ]
    text = (await client.get(f"{STEPS_URL}/budget")).text
    assert 'name="/rate_income_oere" value="ca. 12 mio."' in text
    assert "Skriv et beløb i kroner" in text
    typed = dict(submitted_by(await client.get(f"{STEPS_URL}/budget"))) | {"do": "save"}
    await client.post(f"{STEPS_URL}/budget", data=typed)
    assert reporting.saved[-1][1]["rate_income_oere"] == "ca. 12 mio."


async def test_a_cpr_number_is_shown_once_more_and_the_rest_is_saved(browser: Any, reporting: ReportingStandIn) -> None:
    client = await browser("reporter-solsikken")
    reporting.unread = {"/values": None}
    reporting.errors = [{"pointer": "/values", "code": "cpr-number", "detail": "Et CPR-nummer er ikke gemt."}]
    answer = await post_step(client, "values", ("/values", "Borger 010180-1234"), ("do", "next"))
    assert answer.status_code == 422
    assert "Borger 010180-1234</textarea>" in answer.text
    assert "Alt andet end det, der er nævnt nedenfor, er gemt." in answer.text
    assert '<a href="#f.values">' in answer.text


async def test_a_kommune_is_typed_and_the_page_suggests_all_of_them(browser: Any, reporting: ReportingStandIn) -> None:
    client = await browser("reporter-solsikken")
    page = await client.get(f"{STEPS_URL}/contact")
    assert re.search(r'name="/address/municipality" value="Aalborg"[^>]* list="kommuner"', page.text)
    assert page.text.count('<option value="Aabenraa"></option>') == 1
    typed = dict(submitted_by(page)) | {"do": "save"}
    await client.post(f"{STEPS_URL}/contact", data=typed | {"/address/municipality": "ærø kommune"})
    assert reporting.saved[-1][1]["address"]["municipality"] == "0492"
    # What no kommune is called is saved as it was typed, and comes back with what may be meant.
    await client.post(f"{STEPS_URL}/contact", data=typed | {"/address/municipality": "Aalbrog"})
    assert reporting.saved[-1][1]["address"]["municipality"] == "Aalbrog"
    reporting.unread = {"/address/municipality": "Aalbrog"}
    reporting.errors = [{"pointer": "/address/municipality", "code": "unknown-value", "detail": "Står ikke på listen."}]
    text = (await client.get(f"{STEPS_URL}/contact")).text
    assert "Kommunen findes ikke. Mente du Aalborg" in text
    assert "kommuner" not in (await client.get(f"{STEPS_URL}/values")).text.partition("<main")[2]


async def test_errors_name_the_department_and_the_row(browser: Any, reporting: ReportingStandIn) -> None:
    pointer = "/departments/afd-1/distribution/0/places"
    reporting.errors = [{"pointer": pointer, "code": "missing", "detail": "“Antal” skal udfyldes."}]
    text = (await (await browser("reporter-solsikken")).get(f"{STEPS_URL}/places")).text
    line = text.partition('<a href="#f.departments.afd-1.distribution.0.places">')[2].partition("</a>")[0]
    name = reporting.data["departments"]["departments"][0]["name"]
    assert line.startswith(f"{name}: ")
    assert line.endswith("“Antal” skal udfyldes.")
    assert line.count(": ") == 2


async def test_typing_is_saved_on_the_way_to_another_step(browser: Any, reporting: ReportingStandIn) -> None:
    client = await browser("reporter-solsikken")
    answer = await post_step(client, "values", ("/values", "Nyt"), ("do", "go:budget"))
    assert (answer.headers["location"], reporting.saved[-1][1]) == (f"{STEPS_URL}/budget", {"values": "Nyt"})
    answer = await post_step(client, "values", ("/values", "Nyt"), ("do", "go://ond.example"))
    assert answer.headers["location"] == f"{STEPS_URL}/values?saved=1"


async def test_every_way_off_a_step_saves_first_without_a_script(browser: Any, reporting: ReportingStandIn) -> None:
    client = await browser("reporter-solsikken")
    text = (await client.get(f"{STEPS_URL}/values")).text
    # Enter in a field presses the first button: that one leads nowhere.
    assert "name=" not in text.partition('form="step-form"')[2].partition(">")[0]
    ways = re.findall(r'form="step-form"[^>]*value="((?:go|leave|sign)[^"]*)"', text)
    assert {f"go:{step.id}" for step in STEPS} | {"go:opsummering", "sign-out"} <= set(ways)
    assert {"leave:/indberet", "leave:/indberet/tilbud/CRV-1", "leave:/mit-overblik", "leave:/soeg"} <= set(ways)
    for way, target in (("leave:/mit-overblik", "/mit-overblik"), ("leave://ond.example", "/indberet/tilbud/CRV-1")):
        answer = await post_step(client, "values", ("/values", way), ("do", way))
        assert (answer.status_code, answer.headers["location"]) == (303, target)
        assert reporting.saved[-1][1] == {"values": way}
    answer = await post_step(client, "values", ("/values", "Til sidst"), ("do", "sign-out"))
    assert (answer.status_code, answer.headers["location"]) == (307, "/logout")
    assert reporting.saved[-1][1] == {"values": "Til sidst"}


async def test_a_locked_step_has_links_since_nothing_is_typed(browser: Any, reporting: ReportingStandIn) -> None:
    reporting.locked = [{"step": "values", "submission_id": "s1"}]
    text = (await (await browser("reporter-solsikken")).get(f"{STEPS_URL}/values")).text
    assert 'value="leave:' not in text
    assert f'href="{STEPS_URL}/budget"' in text


@pytest.mark.parametrize("step", [step.id for step in STEPS])
async def test_every_answer_of_radios_can_be_taken_back(browser: Any, reporting: ReportingStandIn, step: str) -> None:
    client = await browser("reporter-solsikken")
    page = await client.get(f"{STEPS_URL}/{step}")
    names = set(re.findall(r'<input class="form-radio"[^>]* name="([^"]+)"', page.text))
    assert all(f'name="{name}" value=""' in page.text for name in names)
    kept = [(name, value) for name, value in submitted_by(page) if name not in names]
    await client.post(
        f"{STEPS_URL}/{step}",
        content=urlencode([*kept, *((name, "") for name in names), ("do", "save")]),
        headers=FORM_HEADERS,
    )
    assert not any(f'"{name.rpartition("/")[2]}": ' in json.dumps(reporting.saved[-1][1]) for name in names)


@pytest.mark.parametrize("step", [step.id for step in STEPS])
async def test_every_step_has_a_page_with_its_fields_and_a_token_in_every_form(browser: Any, step: str) -> None:
    answer = await (await browser("reporter-solsikken")).get(f"{STEPS_URL}/{step}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    forms = re.findall(r'<form[^>]*method="post".*?</form>', answer.text, re.DOTALL)
    assert forms
    assert all('name="csrf"' in each for each in forms)
    for field in next(each for each in STEPS if each.id == step).fields:
        assert field.label in answer.text.replace("&#34;", '"')


async def test_an_unknown_step_is_not_found(browser: Any) -> None:
    assert (await (await browser("reporter-solsikken")).get(f"{STEPS_URL}/findes-ikke")).status_code == 404


async def test_a_long_text_is_shown_as_it_was_written(browser: Any, reporting: ReportingStandIn) -> None:
    reporting.data["values"] = {"values": "Respekt.\n\n  Indrykket."}
    text = (await (await browser("reporter-solsikken")).get(f"{STEPS_URL}/values")).text
    # A browser drops the one line end that stands directly behind the tag.
    assert re.search(r"<textarea[^>]*>\nRespekt\.\n\n  Indrykket\.</textarea>", text)


@pytest.mark.parametrize("slug", ["step-locked", "step-blocked"])
async def test_a_step_that_was_closed_meanwhile_shows_what_was_typed(
    browser: Any, reporting: ReportingStandIn, slug: str
) -> None:
    client = await browser("reporter-solsikken")
    text = (await client.get(f"{STEPS_URL}/values")).text
    reporting.refusal = (409, slug, [])
    reporting.locked = [{"step": "values", "submission_id": "s1"}] if slug == "step-locked" else []
    reporting.blocked = ["contact"] if slug == "step-blocked" else []
    typed = {"csrf": hidden_value(text, "csrf"), "etag": '"one"', "/values": "Min lange tekst", "do": "save"}
    answer = await client.post(f"{STEPS_URL}/values", data=typed)
    assert answer.status_code == 409
    assert ">Dit svar</span>Min lange tekst<" in answer.text
    assert "Det, du skrev, er ikke gemt" in answer.text


async def test_going_back_saves_what_was_typed_and_nothing_else(browser: Any, reporting: ReportingStandIn) -> None:
    client = await browser("reporter-solsikken")
    before = f"{STEPS_URL}/{STEPS[[step.id for step in STEPS].index('values') - 1].id}"
    untouched = [(f"/{name}", text) for name, text in reporting.data["values"].items()]
    answer = await post_step(client, "values", *untouched, ("do", "back"))
    assert (answer.status_code, answer.headers["location"], reporting.saved) == (303, before, [])
    answer = await post_step(client, "values", ("/values", "Nyt"), ("do", "back"))
    assert (answer.status_code, answer.headers["location"]) == (303, before)
    assert reporting.saved[-1][1] == {"values": "Nyt"}
    reporting.refusal = (422, "invalid", [{"pointer": "/values", "code": "x", "detail": "Fejl."}])
    refused = await post_step(client, "values", ("/values", "Kan ikke gemmes"), ("do", "back"))
    assert (refused.status_code, "Kan ikke gemmes</textarea>" in refused.text) == (422, True)


@pytest.mark.parametrize("step", [step.id for step in STEPS])
async def test_a_step_that_nobody_touched_is_not_saved_by_going_back(
    browser: Any, reporting: ReportingStandIn, step: str
) -> None:
    client = await browser("reporter-solsikken")
    shown = submitted_by(await client.get(f"{STEPS_URL}/{step}"))
    answer = await client.post(f"{STEPS_URL}/{step}", content=urlencode([*shown, ("do", "back")]), headers=FORM_HEADERS)
    assert (answer.status_code, reporting.saved) == (303, [])


async def test_a_rejected_step_says_why_and_leads_to_its_fields(browser: Any, reporting: ReportingStandIn) -> None:
    department = "/departments/afd-1"
    reporting.rejected = [
        {
            "step": "places/afd-1",
            "submission_id": "0193",
            "reason": "Tallet <er> forkert.",
            "fields": [f"{department}/vacancies", f"{department}/distribution/0/places", f"{department}/gone"],
            "decided_by": {"name": "Rasmus Toft"},
        }
    ]
    client = await browser("reporter-solsikken")
    text = (await client.get(f"{STEPS_URL}/places")).text
    alert = text.partition("Afvist af myndigheden: ")[2].partition("</div>")[0]
    assert "Tallet &lt;er&gt; forkert.</span> (Rasmus Toft)" in alert
    assert re.findall(r'<a href="(#[^"]+)">(.*?)</a>', alert) == [
        ("#f.departments.afd-1.vacancies", "Ledige pladser"),
        ("#f.departments.afd-1.distribution.0.places", "Antal"),
    ]
    assert text.count("Afvist af myndigheden: ") == 1
    marks = re.findall(r'id="(f[^"]+)-afvist"><strong>Afvist af myndigheden:</strong> Tallet &lt;er&gt; forkert', text)
    assert marks == ["f.departments.afd-1.distribution.0.places", "f.departments.afd-1.vacancies"]
    assert (
        text.count(' aria-describedby="f.departments.afd-1.vacancies-hjaelp f.departments.afd-1.vacancies-afvist"') == 1
    )
    assert "Afvist af myndigheden" not in (await client.get(f"{STEPS_URL}/contact")).text


async def test_a_field_tells_folded_who_sees_it_and_why(browser: Any) -> None:
    page = (await (await browser("reporter-solsikken")).get(f"{STEPS_URL}/annual-report")).text
    part = page.partition('id="f.result_percent-navn"')[2].partition("</details>")[0]
    assert "<summary>Vises offentligt" in part
    assert "»Årets resultat« / »Omsætning« × 100" in part
    assert 'href="/vejledning/tilbud/annual-report#result_percent" target="_blank"' in part
    assert "<summary>Kun tilsynsmyndigheden ser det" in page
    # The rows of a list are explained once, at the list.
    page = (await (await browser("reporter-solsikken")).get(f"{STEPS_URL}/departments")).text
    assert page.count('<details class="about-field">') == 1


async def test_what_the_form_asks_since_the_last_report_is_listed(browser: Any, reporting: ReportingStandIn) -> None:
    new = ("/vacancies", "Ledige pladser"), ("/distribution/kind", "Art")
    reporting.new_fields = [{"path": path, "label": label, "since": "2026-11-01"} for path, label in new]
    text = (await (await browser("reporter-solsikken")).get(f"{STEPS_URL}/places")).text
    alert = text.partition("Nyt i skemaet siden jeres sidste indberetning")[2].partition("</div>")[0]
    assert re.findall(r'<a href="(#[^"]+)">(.*?)</a>', alert) == [
        ("#f.departments.afd-1.vacancies", "Ledige pladser"),
        ("#f.departments.afd-1.distribution.0.kind", "Art"),
    ]
