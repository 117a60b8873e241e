"""The mail catcher keeps what it is sent."""

import os
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx2
import pytest

from devstack.mail.store import Store
from devstack.ports import answers, free_ports
from devstack.processes import wait_until


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[tuple[int, str]]:
    base = free_ports(1)[0]
    settings = {**os.environ, "PORT_BASE": str(base), "TP_ROOT": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-m", "devstack.mail.app"], env=settings) as process:
        assert wait_until(lambda: answers(base + 7), 10)
        yield base + 8, f"http://127.0.0.1:{base + 7}/messages"
        process.terminate()


def mail(to: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "advis@example.dk", to, "Sagen er afgjort: æøå"
    message["Message-ID"], message["X-Delivery"] = "<1@example.dk>", "77"
    message.set_content("Læs mere: http://127.0.0.1/")
    message.add_alternative("<p>Læs mere</p>", subtype="html")
    return message


async def test_a_mail_is_shown_with_all_that_is_in_it(catcher: tuple[int, str]) -> None:
    smtp, address = catcher
    await aiosmtplib.send(mail("dorthe@blomsterengen.example"), hostname="127.0.0.1", port=smtp)
    await aiosmtplib.send(mail("rasmus@nord.example"), hostname="127.0.0.1", port=smtp)
    async with httpx2.AsyncClient() as client:
        assert len((await client.get(address)).json()) == 2
        (found,) = (await client.get(address, params={"to": "Dorthe@blomsterengen.example"})).json()
        assert found["subject"] == "Sagen er afgjort: æøå"
        assert found["text"].startswith("Læs mere: http")
        assert found["html"].strip() == "<p>Læs mere</p>"
        assert (found["message_id"], found["headers"]["X-Delivery"]) == ("<1@example.dk>", "77")
        assert (await client.delete(address)).status_code == 204
        assert (await client.get(address)).json() == []


def test_mails_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "mails.jsonl"
    Store(path).add("a@example.dk", ["b@example.dk", "c@example.dk"], b"Subject: hej\r\nDate: nonsense\r\n\r\n\xff")
    kept = Store(path).find("c@example.dk")
    assert [(each["subject"], each["date"]) for each in kept] == [("hej", None)]
