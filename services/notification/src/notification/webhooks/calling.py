"""Calls webhooks.

A webhook is claimed for a while, so that several workers do not call it at once; a call that was made and not noted is
made again with the same id. Each webhook is called once at a time, and one that does not answer rests: it holds up none
of the others. The address of the host is looked up, checked and then called itself: a name that leads elsewhere a
moment later leads nowhere else.
"""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from socket import SOCK_STREAM, getaddrinfo
from urllib.parse import urlsplit, urlunsplit

import httpx2
from sqlalchemy import delete, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.clock import now
from chassis.database import Database, lock
from notification.webhooks.models import Webhook, WebhookCall
from notification.webhooks.rules import OFF_AFTER, address_to_call, pause_after, signature

TIMEOUT_SECONDS = 10
AT_ONCE = 30
LEASE = timedelta(minutes=2)
REST = timedelta(seconds=30)
RETENTION = timedelta(days=30)
GONE = 410
# Names that hang take threads of their own: those of the process go on to serve everything else.
RESOLVERS = ThreadPoolExecutor(AT_ONCE, "webhook-names")


@dataclass(frozen=True)
class Outcome:
    """What a call met: the status of the answer, None where there was none."""

    status: int | None

    @property
    def is_delivered(self) -> bool:
        """Return whether the call was taken."""
        return self.status is not None and httpx2.codes.is_success(self.status)


class WebhookCaller:
    """The caller of one process; ``is_development`` lets it call plain HTTP and addresses of our own networks."""

    def __init__(self, *, is_development: bool) -> None:
        self._is_development = is_development

    async def run(self, database: Database) -> None:
        """Make every call that is due, each webhook's one after the other and all of them beside each other."""
        running: set[asyncio.Task[None]] = set()
        try:
            while True:
                due = await _claim(database, AT_ONCE - len(running))
                running |= {asyncio.create_task(self._make(database, webhook, call)) for webhook, call in due}
                if not running:
                    return
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            for task in running:
                task.cancel()

    async def _make(self, database: Database, webhook: Webhook, call: WebhookCall) -> None:
        outcome = await self.call(webhook, call.message_id, call.body)
        async with database.begin() as session:
            await _settle(session, webhook.id, call.id, outcome)

    async def call(self, webhook: Webhook, message_id: str, body: dict[str, object]) -> Outcome:
        """Call a webhook and return what it met; nothing of an answer is read but its status."""
        content = json.dumps(body, ensure_ascii=False).encode()
        moment = int(now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Tilbudsportalen",
            "webhook-id": message_id,
            "webhook-timestamp": str(moment),
            "webhook-signature": signature(webhook.secret, message_id, moment, content),
        }
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                return Outcome(await self._post(webhook.url, content, headers))
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, TimeoutError, ValueError):
            return Outcome(None)

    async def _post(self, url: str, content: bytes, headers: dict[str, str]) -> int | None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = await asyncio.get_running_loop().run_in_executor(RESOLVERS, getaddrinfo, host, port, 0, SOCK_STREAM)
        address = address_to_call([str(each[4][0]) for each in found], is_development=self._is_development)
        if address is None:
            return None
        literal = f"[{address}]" if ":" in address else address
        target = urlunsplit((parts.scheme, f"{literal}:{port}", parts.path or "/", parts.query, ""))
        async with httpx2.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
            request = client.build_request(
                "POST",
                target,
                content=content,
                headers={**headers, "Host": parts.netloc},
                extensions={"sni_hostname": host},
            )
            answer = await client.send(request, stream=True, follow_redirects=False)
            await answer.aclose()
        return answer.status_code


async def _claim(database: Database, most: int) -> list[tuple[Webhook, WebhookCall]]:
    """Return the oldest call that is due to each of the webhooks that may be called now."""
    if most <= 0:
        return []
    moment = now()
    of_webhook = (WebhookCall.webhook_id == Webhook.id, WebhookCall.next_at <= moment)
    oldest = select(WebhookCall).where(*of_webhook).order_by(WebhookCall.next_at, WebhookCall.id).limit(1).lateral()
    statement = (
        select(Webhook, aliased(WebhookCall, oldest))
        .join(oldest, true())
        .where(Webhook.off_at.is_(None), or_(Webhook.rests_until.is_(None), Webhook.rests_until <= moment))
        .order_by(oldest.c.next_at)
        .limit(most)
        .with_for_update(skip_locked=True, of=Webhook)
    )
    async with database.begin() as session:
        rows = [(webhook, call) for webhook, call in await session.execute(statement)]
        for webhook, _ in rows:
            webhook.rests_until = moment + LEASE
    return rows


async def _settle(session: AsyncSession, webhook_id: str, call_id: int, outcome: Outcome) -> None:
    """Note what a call met: it is done, tried again later, or the webhook is off after several."""
    webhook = await lock(session, Webhook, Webhook.id == webhook_id)
    call = await session.get(WebhookCall, call_id)
    if webhook is None or call is None or call.next_at is None:
        return
    call.attempts += 1
    pause = None if outcome.is_delivered or outcome.status == GONE else pause_after(call.attempts)
    call.next_at = _at(pause)
    webhook.rests_until = _at(REST) if outcome.status is None else None
    if outcome.is_delivered:
        webhook.failures = 0
    elif pause is None:
        webhook.failures += 1
        if webhook.failures >= OFF_AFTER or outcome.status == GONE:
            webhook.off_at = now()


def _at(pause: timedelta | None) -> datetime | None:
    return now() + pause if pause else None


async def forget_calls(database: Database) -> None:
    """Delete calls that are long done."""
    async with database.begin() as session:
        await session.execute(delete(WebhookCall).where(WebhookCall.created_at < now() - RETENTION))
