"""CVR and the register of EAN numbers: found, unknown, silent, slow, and asked again when they answer (R40-R42)."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import text

from chassis.database import Database
from reporting.look_again import ask_registers
from reporting.registers import look_ups as module
from reporting.registers.look_ups import LookUps, look_ups, use_registers
from reporting.registers.port import Company, EanOwner, ProductionUnit, RegisterSilentError
from reporting.registers.tables import TableRegisters, companies
from services.reporting.tests.http_requests import Client, count_rows, edit, events, with_value

REAL_CVR, NOBODYS_CVR = "24256790", "99999993"
KNOWN_EAN, OTHER_EAN = "5798999900009", "5798003652085"


SOME_TIME_AGO = text("UPDATE tilbud SET registers_asked_at = now() - interval '1 hour'")


class Registers:
    """Registers that answer what a test says; None is silence, and ``seconds`` how long they take."""

    def __init__(self, name: str | None = None, seconds: float = 0) -> None:
        self.name, self.seconds, self.asked = name, seconds, 0

    async def company(self, cvr: str) -> Company | None:
        return Company(cvr, await self._answer(), "Aktieselskab", "private")

    async def production_units(self, cvr: str) -> Sequence[ProductionUnit] | None:
        return [ProductionUnit("1099000015", await self._answer(), cvr)]

    async def ean_owner(self, ean: str) -> EanOwner | None:
        return EanOwner(ean, await self._answer(), REAL_CVR)

    async def _answer(self) -> str:
        self.asked += 1
        await asyncio.sleep(self.seconds)
        if self.name is None:
            raise RegisterSilentError
        return self.name


@pytest.fixture(autouse=True)
def _tables_afterwards() -> Iterator[None]:
    yield
    use_registers(TableRegisters())


async def create(officer: Client, cvr: str) -> str:
    response = await officer.post("/v1/tilbud", json=with_value("operator.cvr", cvr))
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def test_the_table_is_silent_about_the_real_world_and_knows_what_is_fictional() -> None:
    assert (await look_ups().company("99000015")).found == companies()["99000015"]
    assert (await look_ups().company(NOBODYS_CVR)).does_not_exist
    assert (await look_ups().company(REAL_CVR)).is_silent
    assert (await look_ups().ean_owner(OTHER_EAN)).is_silent
    assert (await look_ups().ean_owner(KNOWN_EAN)).found == EanOwner(KNOWN_EAN, "Blomsterengen ApS", "99000015")


async def test_an_answer_is_remembered_and_a_slow_register_is_left_alone() -> None:
    quick, slow = Registers("Novo"), Registers("Novo", seconds=30)
    asking = LookUps(quick)
    assert [(await asking.company(REAL_CVR)).found for _ in range(2)] == [await quick.company(REAL_CVR)] * 2
    assert quick.asked == 2
    async with asyncio.timeout(5):
        assert (await LookUps(slow, limit=0.01).company(REAL_CVR)).is_silent


async def test_the_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_REMEMBERED", 2)
    monkeypatch.setattr(module, "SILENT_SECONDS", 0.0)
    silent, quick = Registers(), Registers("Novo")
    for asking in (LookUps(silent), LookUps(quick)):
        for number in ("1", "2", "3", "1"):
            await asking.company(number)
    assert (silent.asked, quick.asked) == (4, 4)


async def test_a_number_that_cvr_does_not_know_is_refused_at_its_field(officer: Client, database: Database) -> None:
    refused = await officer.post("/v1/tilbud", json=with_value("operator.cvr", NOBODYS_CVR))
    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/operator/cvr", "unknown-value")
    assert error["detail"] == "CVR-nummeret findes ikke i CVR. Se efter, om det er skrevet rigtigt."
    assert await count_rows(database, "tilbud") == 0


async def test_a_number_that_cvr_cannot_answer_for_is_taken_and_never_becomes_a_name(
    officer: Client, database: Database
) -> None:
    tilbud_id = await create(officer, REAL_CVR)
    operator = (await officer.get(f"/v1/tilbud/{tilbud_id}")).json()["operator"]
    assert (operator["name"], operator["form"], operator["looked_up"]) == ("", "", False)
    step = (await officer.get(f"/v1/tilbud/{tilbud_id}/draft/steps/company")).json()["data"]
    assert step["cvr"] == REAL_CVR
    assert not {"company_name", "company_form"} & step.keys()
    assert (await officer.get("/v1/tilbud")).json()["items"][0]["operator_name"] == ""
    [event] = await events(database, "tilbud-created")
    assert event["tilbud"]["operator"]["name"] == ""


async def test_the_worker_asks_again_and_tells_everybody_once(officer: Client, database: Database) -> None:
    tilbud_id = await create(officer, REAL_CVR)
    await ask_registers(database)
    assert len(await events(database, "tilbud-created")) == 1
    use_registers(Registers("Novo Nordisk A/S"))
    await ask_registers(database)
    assert len(await events(database, "tilbud-created")) == 1, "it was asked a moment ago"
    async with database.begin() as session:
        await session.execute(SOME_TIME_AGO)
    await asyncio.gather(ask_registers(database), ask_registers(database))
    first, second = await events(database, "tilbud-created")
    assert (first["tilbud"]["operator"]["name"], first["republished"]) == ("", False)
    assert (second["tilbud"]["operator"]["name"], second["republished"]) == ("Novo Nordisk A/S", True)
    operator = (await officer.get(f"/v1/tilbud/{tilbud_id}")).json()["operator"]
    assert (operator["name"], operator["form"], operator["looked_up"]) == ("Novo Nordisk A/S", "Aktieselskab", True)


async def test_the_production_units_of_the_company_are_listed(
    officer: Client, reporter: Client, client_as: Any, tilbud_id: str
) -> None:
    path = f"/v1/tilbud/{tilbud_id}/production-units"
    found = (await reporter.get(path)).json()
    assert found["looked_up"] is True
    assert found["items"][0] == {
        "p_number": "1099000015",
        "name": "Blomsterengen ApS",
        "address": "Engvej 1, 9000 Aalborg",
    }
    use_registers(Registers())
    assert (await officer.get(path)).json() == {"looked_up": False, "items": []}
    stranger = await client_as("reporter-other")
    assert (await stranger.get(path)).status_code == 404


async def test_the_owner_of_an_ean_number_is_looked_up_when_it_is_saved(reporter: Client, tilbud_id: str) -> None:
    saved = await edit(reporter, tilbud_id, "agreements", ean=KNOWN_EAN)
    assert saved.status_code == 200, saved.text
    path = f"/v1/tilbud/{tilbud_id}/draft/steps/agreements"
    assert (await reporter.get(path)).json()["data"]["ean_name"] == "Blomsterengen ApS, CVR 99000015"
    await edit(reporter, tilbud_id, "agreements", ean=OTHER_EAN)
    assert "ean_name" not in (await reporter.get(path)).json()["data"]
    await edit(reporter, tilbud_id, "agreements", ean=None)
    assert "ean_name" not in (await reporter.get(path)).json()["data"]


async def test_an_ean_number_of_a_silent_register_is_saved_and_asked_for_again(
    reporter: Client, database: Database, tilbud_id: str
) -> None:
    use_registers(Registers("for sent", seconds=30), limit=0.01)
    assert (await edit(reporter, tilbud_id, "agreements", ean=OTHER_EAN)).status_code == 200
    use_registers(Registers("Region Nordjylland"))
    await ask_registers(database)
    data = (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft/steps/agreements")).json()["data"]
    assert data["ean_name"] == f"Region Nordjylland, CVR {REAL_CVR}"
