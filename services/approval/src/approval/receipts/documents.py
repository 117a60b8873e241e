"""Receipts as tagged PDF documents (PDF/UA): what people wrote goes in as data and never as source."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

import typst

from approval.cases.rules import in_danish_time
from approval.cases.schemas import ActorView, OnBehalf
from approval.kinds import KINDS
from approval.receipts.schemas import Receipt, Round
from approval.receipts.words import VERDICTS

TEMPLATE = files("approval.receipts").joinpath("receipt.typ").read_bytes()
COLUMNS = ("Trin", "Valg", "Begrundelse", "Af")
# A page takes a core for a tenth of a second: other requests go on meanwhile.
_AT_ONCE = asyncio.Semaphore(2)

Fact = dict[str, str]


async def as_pdf(receipt: Receipt) -> bytes:
    """Return ``receipt`` as a document; the same receipt is the same document, byte for byte."""
    document = json.dumps(_document(receipt))
    async with _AT_ONCE:
        return await asyncio.to_thread(_compiled, document, int(receipt.decided_at.timestamp()))


def _compiled(document: str, timestamp: int) -> bytes:
    try:
        return _pdf(document, timestamp, ["ua-1"])
    except typst.TypstError:
        # A sign that no font has, such as a smiley, keeps the document from the standard; its tags are the same.
        return _pdf(document, timestamp, [])


def _pdf(document: str, timestamp: int, standards: list[Any]) -> bytes:
    inputs = {"receipt": document}
    return typst.compile(
        TEMPLATE,
        format="pdf",
        sys_inputs=inputs,
        ignore_system_fonts=True,
        pdf_standards=standards,
        timestamp=timestamp,
    )


def _document(receipt: Receipt) -> dict[str, Any]:
    noun = KINDS[receipt.kind].noun
    rounds: Sequence[Round] = [receipt, *receipt.earlier]
    names = KINDS[receipt.kind].name_field is not None
    subject = f"{receipt.tilbud_name} ({receipt.tilbud_id})" if names else receipt.tilbud_id
    return {
        "title": f"Kvittering: {subject}",
        "facts": [
            _fact(noun.singular.capitalize(), subject),
            _fact(
                "Sag",
                f"{'Første indberetning' if receipt.initial else 'Ændring'}, {receipt.reference or receipt.case_id}",
            ),
        ],
        "columns": COLUMNS,
        "rounds": [_round(each) for each in rounds],
    }


def _round(each: Round) -> dict[str, Any]:
    return {
        "heading": f"Afgjort {in_danish_time(each.decided_at)}",
        "summary": each.summary,
        "facts": list(_facts(each)),
        "steps": [
            [step.title, VERDICTS[step.verdict], step.reason or "", _who(step.decided_by, step.decided_at)]
            for step in each.steps
        ],
    }


def _facts(each: Round) -> Iterator[Fact]:
    if each.authority_name:
        yield _fact("Myndighed", each.authority_name)
    yield _fact("Indberettet", _who(each.sent_by, each.sent_at))
    if each.on_behalf:
        yield _fact("Indberettet af myndigheden", _on_behalf(each.on_behalf))
    yield _fact("Afgjort", _who(each.decided_by, each.decided_at))
    if each.reason:
        yield _fact("Begrundelse", each.reason)


def _on_behalf(sender: OnBehalf) -> str:
    return f"{sender.authority_name}{f': {sender.reason}' if sender.reason else ''}"


def _who(actor: ActorView | None, at: Any) -> str:
    when = in_danish_time(at) if at else ""
    return ", ".join(filter(None, (*((actor.name, actor.org_name) if actor else ()), when)))


def _fact(name: str, value: str) -> Fact:
    return {"name": name, "value": value}
