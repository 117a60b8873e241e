"""The HTTP API of webhooks: make, list, test and delete the caller's own."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.ids import uuid7
from notification.dependencies import PROBLEM_STATUSES, Caller
from notification.settings import NotificationSettings
from notification.webhooks import commands
from notification.webhooks.calling import WebhookCaller
from notification.webhooks.models import Webhook
from notification.webhooks.rules import checked_url
from notification.webhooks.schemas import NewWebhookBody, TestCallBody, WebhookBody, WebhookChange
from web.app import Db
from web.idempotency import Answer, CommandDependency
from web.pagination import Page
from web.problems import problem_responses

router = APIRouter(prefix="/v1", responses=problem_responses(*PROBLEM_STATUSES))

WebhookId = Annotated[str, Path(pattern="^[0-9a-f-]{36}$")]


@router.post("/webhooks", status_code=201, response_model=NewWebhookBody, responses=problem_responses(409))
async def create_webhook(
    request: Request, change: WebhookChange, principal: Caller, command: CommandDependency
) -> Response:
    """Make a webhook: the news about what the caller follows are sent there, signed with the secret."""
    url = checked_url(change.url, is_development=_is_development(request))

    async def use_case(session: AsyncSession) -> Answer:
        made = await commands.create(session, principal, url)
        return Answer(NewWebhookBody(**_body(made).model_dump(), secret=made.secret), 201)

    return await command.run(use_case)


@router.get("/webhooks")
async def list_webhooks(principal: Caller, db: Db) -> Page[WebhookBody]:
    """Return the caller's webhooks."""
    async with db.read() as session:
        found = await commands.webhooks_of(session, principal)
    return Page(items=[_body(each) for each in found], next=None)


@router.delete("/webhooks/{webhook_id}", status_code=204)
async def delete_webhook(webhook_id: WebhookId, principal: Caller, db: Db) -> None:
    """Delete a webhook; what is still owed to it is not sent."""
    await db.run_in_transaction(lambda session: commands.remove(session, principal, webhook_id))


@router.post("/webhooks/{webhook_id}/test")
async def call_webhook(request: Request, webhook_id: WebhookId, principal: Caller, db: Db) -> TestCallBody:
    """Call a webhook now; one that was off and answers is on again."""
    async with db.read() as session:
        webhook = await commands.webhook_of(session, principal, webhook_id)
    caller = WebhookCaller(is_development=_is_development(request))
    outcome = await caller.call(webhook, f"msg_{uuid7()}", {"type": "test", "data": {}})
    if outcome.is_delivered:
        await db.run_in_transaction(lambda session: commands.turn_on(session, webhook.id))
    return TestCallBody(delivered=outcome.is_delivered, status=outcome.status)


def _is_development(request: Request) -> bool:
    settings: NotificationSettings = request.app.state.settings
    return settings.environment == "development"


def _body(webhook: Webhook) -> WebhookBody:
    return WebhookBody(id=webhook.id, url=webhook.url, created_at=webhook.created_at, off=webhook.off_at is not None)
