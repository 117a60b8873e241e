"""Commands over HTTP that may be sent twice: one effect, and the same answer again for 24 hours.

``Command`` is the dependency of every POST that creates or decides. It owns the transaction: the use case, the
stored answer and the outbox rows are committed together before the answer leaves.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.encoders import jsonable_encoder
from fastapi.responses import Response
from sqlalchemy import and_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from chassis.digests import keyed_digest
from chassis.tables import idempotency
from web.errors import IdempotencyMismatch


@dataclass(frozen=True)
class Answer:
    """What a command answers: a status, a body that becomes JSON, and headers such as Location and ETag."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """Return the HTTP response."""
        content = json.dumps(jsonable_encoder(self.body), ensure_ascii=False).encode()
        return Response(content, self.status, dict(self.headers), media_type="application/json")


UseCase = Callable[[AsyncSession], Awaitable[Answer]]


class Command:
    """One command of one caller, run once for its Idempotency-Key."""

    def __init__(self, request: Request, key: str | None, body: bytes) -> None:
        self._database: Database = request.app.state.database
        self._request = request
        self._key = key
        self._body = body

    @property
    def _identity(self) -> dict[str, str | None]:
        principal = getattr(self._request.state, "principal", None)
        return {
            "caller": principal.sub if principal else "",
            "method": self._request.method,
            "path": self._request.url.path,
            "key": self._key,
        }

    async def run(self, use_case: UseCase) -> Response:
        """Run ``use_case`` in a transaction and return its answer, or the stored one for a repeated command."""

        async def work(session: AsyncSession) -> Response:
            stored = await self._claim(session) if self._key else None
            if stored is not None:
                return stored
            response = (await use_case(session)).response()
            if self._key:
                await self._store(session, response)
            return response

        return await self._database.run_in_transaction(work)

    async def _claim(self, session: AsyncSession) -> Response | None:
        """Claim the key, or return the stored answer; a concurrent twin waits here for the first to commit."""
        # A plain hash could be tried out by who reads the table: a body can hold a person's number.
        digest = keyed_digest(session, "idempotency", self._body)
        claim = insert(idempotency).values(**self._identity, request_hash=digest).on_conflict_do_nothing()
        if await session.scalar(claim.returning(idempotency.c.key)) is not None:
            return None
        row = (await session.execute(select(idempotency).where(self._mine()))).one()
        if row.request_hash != digest:
            raise IdempotencyMismatch
        return Response(bytes(row.body), row.status, row.headers)

    async def _store(self, session: AsyncSession, response: Response) -> None:
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        values = {"status": response.status_code, "headers": headers, "body": bytes(response.body)}
        await session.execute(update(idempotency).where(self._mine()).values(values))

    def _mine(self) -> Any:
        return and_(*(idempotency.c[name] == value for name, value in self._identity.items()))


async def _command(
    request: Request,
    key: Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)] = None,
) -> Command:
    return Command(request, key, await request.body())


CommandDependency = Annotated[Command, Depends(_command)]
