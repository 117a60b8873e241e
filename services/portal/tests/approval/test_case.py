"""Deciding a case: what is saved, what stays on the page, and what colleagues do meanwhile."""

import re
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from services.portal.tests.approval.stand_in import CASE, STEPS, ApprovalStandIn
from services.portal.tests.pages import csrf_token, text_of
from services.portal.tests.reporting.stand_in import FORM_HEADERS

DECISION = "/v1/cases/s1/decisions/"


async def send(officer: httpx2.AsyncClient, path: str, *fields: tuple[str, str]) -> httpx2.Response:
    """Send the one form of the page to an address below the case, with what is typed."""
    etags = [(f"etag:{step}", f'"{step}-1"') for step in STEPS]
    pairs = [("csrf", await csrf_token(officer, CASE)), *etags, *fields]
    return await officer.post(f"{CASE}{path}", content=urlencode(pairs), headers=FORM_HEADERS)


def reason_of(page: str, step: str) -> str:
    """Return what stands in the text field of a step."""
    found = re.search(rf'<textarea[^>]*name="reason:{step}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found, step
    return found[1]


def titles(page: str) -> list[str]:
    """Return the sections of a page."""
    return re.findall(r'<details class="fold" id="trin[^>]*>\s*<summary><h2>(.*?)</h2>', page)


async def test_a_choice_is_saved_and_leads_back_to_its_step_and_the_same_view(
    officer: httpx2.AsyncClient, approval: ApprovalStandIn
) -> None:
    answer = await send(officer, "/afgoerelse/contact?fold=open", ("verdict", "approve"))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{CASE}?fold=open#trin.contact")
    body: dict[str, Any] = {"verdict": "approve", "reason": None, "fields": []}
    assert approval.seen == [("PUT", f"{DECISION}contact", body, '"contact-1"')]


async def test_what_is_typed_at_other_steps_stays_when_one_is_decided(
    officer: httpx2.AsyncClient, approval: ApprovalStandIn
) -> None:
    typed = [("reason:values", "  Uddyb <b>målene</b>.\n\nTak."), ("reason:contact", "Forkert nummer.")]
    ticked = [("fields:values", "/values"), ("fields:contact", "/phone")]
    answer = await send(officer, "/afgoerelse/contact", ("verdict", "reject"), *typed, *ticked)
    assert answer.status_code == 200
    assert approval.seen[0][2] == {"verdict": "reject", "reason": "Forkert nummer.", "fields": ["/phone"]}
    assert reason_of(answer.text, "values") == "  Uddyb &lt;b&gt;målene&lt;/b&gt;.\n\nTak."
    assert re.search(r'name="fields:values" value="/values" checked', answer.text)
    assert "Valget er gemt" in answer.text
    assert '<a href="#trin.values">Værdigrundlag</a>' in answer.text.partition("ikke gemt endnu")[2]


@pytest.mark.parametrize(("status", "slug"), [(412, "stale"), (422, "reason-required"), (422, "invalid")])
async def test_a_refused_choice_loses_nothing_that_is_typed(
    officer: httpx2.AsyncClient, approval: ApprovalStandIn, status: int, slug: str
) -> None:
    approval.refusal = (status, slug)
    typed = [("reason:values", "Uddyb."), ("reason:contact", "Adressen passer ikke.")]
    answer = await send(officer, "/afgoerelse/contact", ("verdict", "perhaps"), *typed)
    assert answer.status_code == status
    assert [reason_of(answer.text, step) for step in ("values", "contact")] == ["Uddyb.", "Adressen passer ikke."]
    assert "Valget er ikke gemt" in answer.text


async def test_what_is_typed_comes_back_when_a_colleague_was_faster_with_the_whole_case(
    officer: httpx2.AsyncClient, approval: ApprovalStandIn
) -> None:
    approval.refusal, approval.facts["can_decide"] = (409, "wrong-state"), True
    token = ("csrf", await csrf_token(officer, CASE))
    approval.facts["can_decide"] = False
    fields = [token, ("verdict", "approve"), ("reason:values", "Uddyb målene.")]
    answer = await officer.post(f"{CASE}/afgoerelse/contact", content=urlencode(fields), headers=FORM_HEADERS)
    assert answer.status_code == 409
    assert "Værdigrundlag: Uddyb målene." in text_of(answer.text)


async def test_an_approval_points_at_nothing(officer: httpx2.AsyncClient, approval: ApprovalStandIn) -> None:
    await send(officer, "/afgoerelse/contact", ("verdict", "approve"), ("fields:contact", "/phone"))
    assert approval.seen[0][2]["fields"] == []


async def test_a_choice_is_taken_back(officer: httpx2.AsyncClient, approval: ApprovalStandIn) -> None:
    approval.choose("contact", "reject", "Forkert nummer.")
    assert 'value="withdraw"' in (await officer.get(CASE)).text
    fields = [("etag:contact", '"contact-2"'), ("verdict", "withdraw")]
    answer = await send(officer, "/afgoerelse/contact", *fields, ("reason:contact", ""))
    assert answer.status_code == 303
    assert approval.seen == [("DELETE", f"{DECISION}contact", None, '"contact-2"')]


async def test_the_reason_of_a_choice_that_is_taken_back_stays(
    officer: httpx2.AsyncClient, approval: ApprovalStandIn
) -> None:
    approval.choose("contact", "reject", "Forkert nummer.")
    answer = await send(
        officer, "/afgoerelse/contact", ("verdict", "withdraw"), ("reason:contact", "Forkert nummer, se note.")
    )
    assert (answer.status_code, reason_of(answer.text, "contact")) == (200, "Forkert nummer, se note.")
    assert "Valget er fortrudt" in answer.text


async def test_the_rest_is_approved_in_one_go(officer: httpx2.AsyncClient, approval: ApprovalStandIn) -> None:
    approval.choose("contact", "approve")
    shown = (await officer.get(CASE)).text
    assert "Godkend resten (2 trin)" in shown
    assert "Bekræft alle uændrede" not in shown
    answer = await send(officer, "/godkendelser?context=1", ("steps", "rest"), ("etag", approval.etag))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{CASE}?context=1#indsend")
    assert approval.seen == [("POST", "/v1/cases/s1/approvals", {"steps": "rest"}, '"case-2"')]


async def test_what_is_typed_stays_when_the_rest_is_not_approved(
    officer: httpx2.AsyncClient, approval: ApprovalStandIn
) -> None:
    approval.refusal = (412, "stale")
    answer = await send(officer, "/godkendelser", ("steps", "rest"), ("reason:values", "Uddyb."))
    assert (answer.status_code, reason_of(answer.text, "values")) == (412, "Uddyb.")
    assert "Trinnene er ikke godkendt" in answer.text


async def test_enter_in_a_box_presses_no_button(officer: httpx2.AsyncClient, approval: ApprovalStandIn) -> None:  # noqa: ARG001
    form = (await officer.get(CASE)).text.partition(f'action="{CASE}/godkendelser"')[2]
    assert form.partition("<button")[2].partition(">")[0].split() == ['type="submit"', "disabled", "hidden"]


async def test_the_index_leads_to_every_step_and_says_its_state(
    officer: httpx2.AsyncClient, approval: ApprovalStandIn
) -> None:
    approval.choose("values", "reject", "Uddyb.")
    index = (await officer.get(CASE)).text.partition('<nav class="case-index"')[2].partition("</nav>")[0]
    assert re.findall(r'href="#(trin[^"]*)"', index) == ["trin.contact", "trin.values", "trin.places.afd-1"]
    said = " ".join(text_of(index).split())
    assert "Kontaktoplysninger Ikke afgjort Værdigrundlag Afvist Nanna Vestergaard" in said


@pytest.mark.parametrize(("fold", "open_ones"), [("open", 3), ("closed", 0), ("", 2)])
async def test_sections_fold_all_without_scripts(
    officer: httpx2.AsyncClient, approval: ApprovalStandIn, fold: str, open_ones: int
) -> None:
    approval.choose("values", "approve")
    query = f"?fold={fold}" if fold else ""
    text = (await officer.get(f"{CASE}{query}")).text
    assert len(re.findall(r'<details class="fold" id="trin[^>]* open>', text)) == open_ones
    assert f'formaction="{CASE}/visning?fold=open"' in text
    answer = await send(officer, f"/visning{query}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{CASE}{query}")


async def test_what_is_typed_comes_along_into_another_view(
    officer: httpx2.AsyncClient, approval: ApprovalStandIn
) -> None:
    answer = await send(officer, "/visning?fold=closed", ("reason:values", "Uddyb."))
    assert (answer.status_code, reason_of(answer.text, "values")) == (200, "Uddyb.")
    assert '<details class="fold" id="trin.contact">' in answer.text
    assert approval.seen == []


async def test_only_what_changed_hides_sections_and_fields(
    officer: httpx2.AsyncClient, approval: ApprovalStandIn
) -> None:
    approval.facts["initial"] = False
    for section in approval.sections:
        section |= {"old": section["new"], "changed": False}
    approval.section("contact").update(changed=True, old=approval.section("contact")["new"] | {"phone": "98000077"})
    whole = (await officer.get(CASE)).text
    assert titles(whole) == ["Kontaktoplysninger", "Værdigrundlag", "Pladser: Afdeling Nord"]
    changed = (await officer.get(f"{CASE}?only_changed=1")).text
    assert titles(changed) == ["Kontaktoplysninger"]
    assert re.findall(r'<th scope="row"[^>]*>(.*?)</th>', changed) == ["Telefon"]
    assert f'href="{CASE}#trin.values"' in changed


async def test_unchanged_steps_of_the_subject_are_shown_for_context(
    officer: httpx2.AsyncClient, approval: ApprovalStandIn
) -> None:
    approval.facts["initial"] = False
    approval.steps.pop("values")
    approval.section("values").update(reported=False, changed=False)
    assert "Værdigrundlag" not in (await officer.get(CASE)).text
    around = (await officer.get(f"{CASE}?context=1")).text
    assert "Værdigrundlag" in titles(around)
    assert 'name="reason:values"' not in around
    assert "Ikke i sagen" in around


async def test_departments_that_come_and_go_are_marked(officer: httpx2.AsyncClient, approval: ApprovalStandIn) -> None:
    approval.facts["initial"] = False
    departments = {"step": "departments", "title": "Afdelinger", "new": {"departments": [{"id": "afd-2"}]}}
    approval.sections.append(approval.section("contact") | departments)
    approval.section("values").update(old=approval.section("values")["new"], changed=False)
    coming = approval.section("places/afd-1") | {"step": "places/afd-2", "department": {"id": "afd-2", "name": "Syd"}}
    approval.sections.append(coming)
    approval.section("places/afd-1").update(reported=False, changed=False, old=coming["new"])
    approval.steps["places/afd-2"] = approval.steps.pop("places/afd-1") | {"step": "places/afd-2"}
    said = " ".join(text_of((await officer.get(CASE)).text).split())
    assert "Pladser: Afdeling Nord Afdelingen fjernes" in said
    assert "Pladser: Syd Ny Ikke afgjort" in said
    assert "Værdigrundlag Ikke afgjort" in said


async def test_a_first_case_has_nothing_to_compare_with(officer: httpx2.AsyncClient, approval: ApprovalStandIn) -> None:  # noqa: ARG001
    text = (await officer.get(CASE)).text
    assert "Vis kun sektioner med ændringer" not in text
    assert "Tidligere godkendt" not in text
    assert "Vis også trin" not in text


async def test_a_resubmission_is_compared_with_the_round_before(
    officer: httpx2.AsyncClient, approval: ApprovalStandIn
) -> None:
    approval.resubmitted()
    earlier: dict[str, Any] = {"revision": 1, "fields": [], "decided_by": {"name": "Rasmus Toft"}}
    earlier["decided_at"] = "2026-11-20T10:00:00Z"
    approval.steps["contact"]["earlier"] = earlier | {"verdict": "approve", "reason": None}
    approval.steps["values"]["earlier"] = earlier | {"verdict": "reject", "reason": "Beskriv målene."}
    approval.steps["places/afd-1"] |= {"earlier": earlier | {"verdict": "approve", "reason": None}}
    approval.steps["places/afd-1"]["proposed"] = {"verdict": "approve", "decided_by": None, "decided_at": None}
    contact = approval.section("contact")
    contact |= {"previous": contact["new"] | {"phone": "98000077"}, "edited": True}
    shown = await officer.get(CASE)
    said = " ".join(text_of(shown.text).split())
    assert "Kontaktoplysninger Ændret efter godkendelse" in said
    assert "Trinnet er ændret, efter at det blev godkendt." in said
    assert "Afvist i den forrige omgang af Rasmus Toft" in said
    assert "Begrundelse: Beskriv målene." in said
    assert "Trinnet er ikke ændret siden." in said
    assert "Bekræft alle uændrede (1 trin)" in said
    assert re.search(r"Telefon Sendt sidst98 ?00 ?00 ?77", said)
    changed = (await officer.get(f"{CASE}?only_changed=1")).text
    assert titles(changed) == ["Kontaktoplysninger"]
    assert "Hele trinnet" not in changed


async def test_an_open_page_learns_what_colleagues_chose_and_nothing_typed_is_touched(
    officer: httpx2.AsyncClient, approval: ApprovalStandIn
) -> None:
    address = f"{CASE}/valg"
    assert f'hx-get="{address}"' in (await officer.get(CASE)).text
    assert (await officer.get(address, params={"etag": approval.etag})).status_code == 204
    seen = approval.etag
    approval.choose("values", "reject", "Uddyb <målene>.")
    news = await officer.get(address, params={"etag": seen})
    assert news.status_code == 200
    assert "Uddyb &lt;målene&gt;." in news.text
    assert 'name="etag:values" value="&#34;values-2&#34;"' in news.text
    assert not re.search(r"<(textarea|details|html)|checkbox", news.text)
    outermost = set(re.findall(r'^ {0,2}<\w+ [^>]*id="([^"]+)"', news.text, re.MULTILINE))
    shown = (await officer.get(CASE)).text
    assert outermost
    assert all(f'id="{each}"' in shown for each in outermost)


async def test_an_open_page_learns_that_the_case_was_sent_off(
    officer: httpx2.AsyncClient, approval: ApprovalStandIn
) -> None:
    approval.facts |= {"can_decide": False, "decided_by": {"name": "Nanna"}, "decided_at": "2026-11-22T11:00:00Z"}
    news = (await officer.get(f"{CASE}/valg")).text
    assert "Sagen kan ikke afgøres her længere." in news
    assert "Indsend</button>" not in news


async def test_a_step_whose_content_stays_elsewhere_can_be_decided(
    officer: httpx2.AsyncClient, approval: ApprovalStandIn
) -> None:
    approval.sections.clear()
    text = (await officer.get(CASE)).text
    assert titles(text) == list(STEPS.values())
    assert text.count('value="reject"') == len(STEPS)


async def test_numbers_texts_and_rows_say_what_differs(officer: httpx2.AsyncClient, approval: ApprovalStandIn) -> None:
    approval.facts["initial"] = False
    places = approval.section("places/afd-1")
    row = places["new"]["distribution"][0]
    places["old"] = places["new"] | {"vacancies": 4, "distribution": [row | {"kind": "emergency", "places": 77}]}
    values = approval.section("values")
    words = "Vi møder alle mennesker med respekt og tid."
    values |= {"old": {"values": words}, "new": {"values": words.replace("tid", "ro")}}
    text = (await officer.get(CASE)).text
    assert '<span class="difference">−2 pladser (−50 %)</span>' in text
    assert re.search(r"<del><span class=\"sr-only\">\[slettet: </span>tid\.<", text)
    assert re.search(r"<ins><span class=\"sr-only\">\[tilføjet: </span>ro\.<", text)
    assert "Ny række" in text
    assert "Fjernet række" in text
