"""What a user wants to be told and where, and everything that is refused."""

from typing import Any

import pytest

from services.notification.tests.factories import (
    Client,
)


async def test_preferences_start_with_the_address_of_the_sign_in(client: Client, identity: Any) -> None:
    async with client(identity.token("reporter-solsikken")) as api:
        answer = await api.get("/v1/preferences")
    body = answer.json()
    assert body["email"] == "dorthe@blomsterengen.example"
    assert body["own_email"] is None
    assert set(body["mails"].values()) == {True}
    assert "tilbud-created" not in body["mails"]


async def test_preferences_are_changed_by_who_has_seen_them(client: Client, identity: Any) -> None:
    change = {"own_email": "dorthe@privat.example", "mails": {"tilsyn-published": False}}
    async with client(identity.token("reporter-solsikken")) as api:
        tag = (await api.get("/v1/preferences")).headers["etag"]
        assert (await api.put("/v1/preferences", json=change)).status_code == 428
        done = await api.put("/v1/preferences", json=change, headers={"If-Match": tag})
        stale = await api.put("/v1/preferences", json=change, headers={"If-Match": tag})
        again = await api.get("/v1/preferences")
    assert done.status_code == 200
    assert done.json()["email"] == "dorthe@blomsterengen.example"
    assert (done.json()["own_email"], done.json()["own_email_confirmed"]) == ("dorthe@privat.example", False)
    assert done.json()["mails"]["tilsyn-published"] is False
    assert done.json()["mails"]["case-returned"] is True
    assert stale.status_code == 412
    assert again.json() == done.json()
    assert again.headers["etag"] == done.headers["etag"] != tag


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"own_email": "dorthe"}, "/own_email"),
        ({"own_email": "jørgen@blomsterengen.example"}, "/own_email"),
        ({"own_email": "karen..k@blomsterengen.example"}, "/own_email"),
        ({"own_email": "k@-blomst-.example"}, "/own_email"),
        ({"own_email": "a,b@blomst.example"}, "/own_email"),
        ({"own_email": "<a_x>,c@blomst.example"}, "/own_email"),
        ({"own_email": "\u200b"}, "/own_email"),
        ({"own_email": "0101901234@blomst.example"}, "/own_email"),
        ({"own_email": 7}, "/own_email"),
        ({"own_email": "a@b.example\r\nBcc: all@b.example"}, "/own_email"),
        ({"own_email": f"{'a' * 64}@{'b' * 300}.example"}, "/own_email"),
        ({"mails": {"tilbud-created": False}}, "/mails/tilbud-created"),
        ({"mails": {"weather": False}}, "/mails/weather"),
        ({"mails": {"case-opened": "perhaps"}}, "/mails/case-opened"),
        ({"frequency": {"case-opened": "hourly"}}, "/frequency/case-opened"),
        ({"frequency": {"digest": "daily"}}, "/frequency/digest"),
        ({"paused": "perhaps"}, "/paused"),
        ({"unknown": 1}, "/unknown"),
    ],
)
async def test_preferences_that_make_no_sense(
    client: Client, identity: Any, change: dict[str, Any], pointer: str
) -> None:
    async with client(identity.token("reporter-solsikken")) as api:
        tag = (await api.get("/v1/preferences")).headers["etag"]
        answer = await api.put("/v1/preferences", json=change, headers={"If-Match": tag})
    assert answer.status_code == 422
    assert any(error["pointer"].startswith(pointer) for error in answer.json()["errors"])
    assert "Bcc" not in answer.text
