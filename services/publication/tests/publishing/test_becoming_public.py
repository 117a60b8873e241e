"""From what the other services send to what the public sees."""

import itertools
import json
from typing import Any

import httpx2
import pytest

from chassis.database import Database
from contracts.events.approval import TilsynDecision, TilsynKind
from contracts.testing.factories import (
    authority_assigned,
    example_steps,
    moment,
    tilbud_ceased,
    tilbud_created,
    tilsyn_published,
    vacancies_changed,
)
from devstack.in_process import emitted
from publication.records import queries
from publication.records.schemas import PublicChange
from services.publication.tests.factories import approved_case
from web.pagination import Page

ID = "CRV-6324"
FACTS = [tilbud_created(), authority_assigned(), approved_case(), tilsyn_published()]


async def feed(client: httpx2.AsyncClient, after: int = 0) -> list[dict[str, Any]]:
    answer = await client.get("/v1/feed", params={"lastEventId": after, "limit": 1000})
    assert answer.headers["content-type"] == "application/cloudevents-batch+json"
    entries: list[dict[str, Any]] = answer.json()
    return entries


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
async def test_it_is_public_whatever_comes_last(
    client: httpx2.AsyncClient, deliver_facts: Any, order: tuple[int, ...]
) -> None:
    await deliver_facts(*(FACTS[index] for index in order))

    record = (await client.get(f"/v1/tilbud/{ID}")).json()
    assert (record["id"], record["name"], record["municipality"]) == (ID, "Solsikken", "0851")
    assert record["authority"] == {"id": "socialtilsyn-nord", "name": "Socialtilsyn Nord"}
    assert record["operator_name"] == "Blomsterengen ApS"
    assert [each["id"] for each in record["departments"]] == ["afd-1", "afd-2"]
    assert record["tilsyn"]["decision"] == "approved"
    entries = await feed(client)
    assert [entry["id"] for entry in entries] == [str(index + 1) for index in range(len(entries))]
    assert entries[-1]["data"]["tilbud"] == record


async def test_nothing_is_public_before_both_hold(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(tilbud_created(), approved_case())
    assert (await client.get(f"/v1/tilbud/{ID}")).status_code == 404
    assert (await client.get("/v1/search")).json()["total"] == 0
    assert await feed(client) == []


async def test_a_missing_mandatory_step_keeps_it_off(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    content = example_steps()
    places = content.pop("places/afd-2")
    await deliver_facts(approved_case(content=content), tilsyn_published())
    assert (await client.get(f"/v1/tilbud/{ID}")).status_code == 404

    await deliver_facts(approved_case(number=2, content={"places/afd-2": places}))
    assert (await client.get(f"/v1/tilbud/{ID}")).status_code == 200


async def test_only_what_is_for_the_public_is_shown(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(*FACTS)
    text = (await client.get(f"/v1/tilbud/{ID}")).text
    assert "Karen Eksempel" in text
    assert "karen@blomsterengen.example" not in text
    assert "revenue_oere" not in text


async def test_a_negative_tilsyn_takes_it_off_at_once(
    client: httpx2.AsyncClient, deliver_facts: Any, database: Database
) -> None:
    await deliver_facts(*FACTS)
    await deliver_facts(tilsyn_published(number=2, decision=TilsynDecision.NOT_APPROVED))

    gone = await client.get(f"/v1/tilbud/{ID}")
    assert (gone.status_code, gone.json()["type"].rpartition("/")[2]) == (410, "tilbud-gone")
    assert (await client.get("/v1/search")).json()["total"] == 0
    last = (await feed(client))[-1]
    assert (last["method"], last["data"]["reason"], last["data"]["tilbud"]) == ("DELETE", "tilsyn", None)
    state = [row for row in await emitted(database) if row["topic"] == "publication.tilbud.v1"]
    assert state[-1]["value"] is None
    assert [row["sequence"] for row in state] == sorted({row["sequence"] for row in state})


async def test_a_correction_brings_it_back(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(*FACTS, tilsyn_published(number=2, decision=TilsynDecision.NOT_APPROVED))
    await deliver_facts(tilsyn_published(number=2, decision=TilsynDecision.APPROVED_WITH_CONDITIONS, version=2))
    last = (await feed(client))[-1]
    assert (last["method"], last["data"]["reason"]) == ("PUT", "corrected")

    await deliver_facts(tilsyn_published(number=2, decision=TilsynDecision.NOT_APPROVED))
    assert (await client.get(f"/v1/tilbud/{ID}")).status_code == 200


async def test_a_visit_without_decision_changes_no_approval(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(*FACTS, tilsyn_published(number=2, decision=TilsynDecision.NO_DECISION))
    record = (await client.get(f"/v1/tilbud/{ID}")).json()
    assert record["tilsyn"]["tilsyn_id"] == "tilsyn-1"


async def test_what_has_ceased_stays_away(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(*FACTS, tilbud_ceased())
    assert (await feed(client))[-1]["data"]["reason"] == "ceased"

    later = tilbud_ceased().ceased_on.replace(day=28)
    await deliver_facts(
        tilsyn_published(number=2, decided_on=later), approved_case(number=2), vacancies_changed(), tilsyn_published()
    )
    assert (await client.get(f"/v1/tilbud/{ID}")).status_code == 410

    await deliver_facts(tilsyn_published(number=3, decided_on=later, kind=TilsynKind.APPROVAL))
    assert (await client.get(f"/v1/tilbud/{ID}")).status_code == 200


async def test_an_older_case_never_overwrites_a_newer(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    newer = approved_case(
        number=3,
        content={"values": {"values": "Nyt", **example_steps()["values"]}, "contact": example_steps("Ny")["contact"]},
    )
    older = approved_case(number=2, content={"contact": example_steps("Gammel")["contact"]})
    await deliver_facts(approved_case(), tilsyn_published(), newer, older)
    assert (await client.get(f"/v1/tilbud/{ID}")).json()["name"] == "Ny"


async def test_a_dropped_department_takes_its_steps_along(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(*FACTS)
    rows = example_steps()["departments"]["departments"]
    await deliver_facts(approved_case(number=2, content={"departments": {"departments": rows[:1]}}))
    record = (await client.get(f"/v1/tilbud/{ID}")).json()
    assert [each["id"] for each in record["departments"]] == ["afd-1"]
    assert "Engvej" not in json.dumps(record)
    assert (await client.get("/v1/search")).json()["total"] == 1


async def test_vacancies_are_shown_at_once_and_marked(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(*FACTS)
    await deliver_facts(
        vacancies_changed(version=2, free={"afd-1": 1}), vacancies_changed(version=1, free={"afd-1": 9})
    )
    record = (await client.get(f"/v1/tilbud/{ID}")).json()
    path = "/departments/afd-1/steps/places/vacancies"
    assert record["departments"][0]["steps"]["places"]["vacancies"] == 1
    assert record["not_approved_yet"] == [path]
    last = (await feed(client))[-1]["data"]
    assert last["reason"] == "vacancies"
    assert {"path": path, "old": 2, "new": 1} in last["changes"]

    places = example_steps()["places/afd-1"] | {"vacancies": 3}
    await deliver_facts(
        approved_case(
            number=2, content={"places/afd-1": places}, approved_at=moment(days=40), submitted_at=moment(days=40)
        )
    )
    record = (await client.get(f"/v1/tilbud/{ID}")).json()
    assert record["departments"][0]["steps"]["places"]["vacancies"] == 3
    assert record["not_approved_yet"] == []


async def test_vacancies_newer_than_the_approved_report_stay(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(*FACTS, vacancies_changed())
    stale = approved_case(
        number=2,
        content={"places/afd-1": example_steps()["places/afd-1"]},
        approved_at=moment(days=40),
        submitted_at=moment(days=27),
    )
    await deliver_facts(stale)
    record = (await client.get(f"/v1/tilbud/{ID}")).json()
    assert record["departments"][0]["steps"]["places"]["vacancies"] == 1


async def test_a_new_authority_is_shown(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(*FACTS, authority_assigned(version=2, authority="socialtilsyn-midt"))
    last = (await feed(client))[-1]["data"]
    assert last["reason"] == "handover"
    assert {"path": "/authority/id", "old": "socialtilsyn-nord", "new": "socialtilsyn-midt"} in last["changes"]


async def test_repeated_facts_make_no_entry(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(*FACTS, vacancies_changed())
    count = len(await feed(client))
    again = [fact.model_copy(update={"republished": True}) for fact in [*FACTS, vacancies_changed()]]
    await deliver_facts(*again)
    assert len(await feed(client)) == count


async def test_a_change_of_a_name_has_its_path_only(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(*FACTS)
    contact = example_steps()["contact"] | {"leader": {"name": "Nanna Ny", "email": "n@b.example", "phone": "98000009"}}
    await deliver_facts(approved_case(number=2, content={"contact": contact | {"phone": "98111111"}}))
    changes = (await feed(client))[-1]["data"]["changes"]
    assert {"path": "/steps/contact/leader/name"} in changes
    assert {"path": "/steps/contact/phone", "old": "98000000", "new": "98111111"} in changes
    assert "Nanna" not in json.dumps(changes)


async def test_the_past_can_be_asked_for(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(*FACTS)
    then = (await feed(client))[-1]["time"]
    await deliver_facts(approved_case(number=2, content={"contact": example_steps("Nyt navn")["contact"]}))
    await deliver_facts(tilsyn_published(number=2, decision=TilsynDecision.NOT_APPROVED))

    assert (await client.get(f"/v1/tilbud/{ID}", params={"as_of": then})).json()["name"] == "Solsikken"
    assert (await client.get(f"/v1/tilbud/{ID}", params={"as_of": "2020-01-01"})).status_code == 404
    found = (await client.get("/v1/search", params={"as_of": then})).json()
    assert (found["total"], found["items"][0]["name"]) == (2, "Solsikken")
    changes = (await client.get(f"/v1/tilbud/{ID}/changes", params={"limit": 2})).json()
    assert [each["method"] for each in changes["items"]] == ["DELETE", "PUT"]
    rest = (await client.get(f"/v1/tilbud/{ID}/changes", params={"cursor": changes["next"]})).json()
    assert rest["next"] is None
    assert rest["items"][-1]["version"] == 1


async def test_the_history_is_given_in_pages_of_any_size(
    client: httpx2.AsyncClient, deliver_facts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await deliver_facts(*FACTS, *(vacancies_changed(version=each, free={"afd-1": each}) for each in range(2, 40)))
    await deliver_facts(tilsyn_published(number=2, decision=TilsynDecision.NOT_APPROVED))
    count = (await client.get(f"/v1/tilbud/{ID}/changes", params={"limit": 1})).json()["items"][0]["version"]
    for limit, max_bytes in ((100, 1_000_000), (7, 1_000_000), (100, 500), (100, 1)):
        monkeypatch.setattr(queries, "MAX_PAGE_BYTES", max_bytes)
        seen: list[dict[str, Any]] = []
        cursor: dict[str, Any] = {}
        while True:
            page = (await client.get(f"/v1/tilbud/{ID}/changes", params={"limit": limit, **cursor})).json()
            assert Page[PublicChange].model_validate(page).model_dump(mode="json") == page
            assert 0 < len(page["items"]) <= limit
            seen += page["items"]
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        assert [each["version"] for each in seen] == list(range(count, 0, -1))
        assert (seen[0]["method"], seen[1]["method"]) == ("DELETE", "PUT")
