"""The catcher's two servers in one process: ``python -m devstack.mail.app``."""

import asyncio
import sys

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from devstack import ports
from devstack.mail.store import Store
from devstack.paths import LOCAL

LIMIT_BYTES = 10 * 1024 * 1024


class Catcher:
    """What aiosmtpd calls for each mail."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail."""
        content = envelope.original_content or b""
        self._store.add(envelope.mail_from or "", [str(each) for each in envelope.rcpt_tos], content)
        return "250 Kept"


def create_app(store: Store) -> Starlette:
    """Return the web application that shows the mails."""

    async def messages(request: Request) -> Response:
        return JSONResponse(store.find(request.query_params.get("to")))

    async def clear(_: Request) -> Response:
        store.clear()
        return Response(status_code=204)

    async def healthy(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return Starlette(
        routes=[
            Route("/messages", messages, methods=["GET"]),
            Route("/messages", clear, methods=["DELETE"]),
            Route("/health/live", healthy),
            Route("/health/ready", healthy),
        ]
    )


async def serve(store: Store, smtp_port: int, http_port: int) -> None:
    """Take and show mails on loopback until the process is told to stop."""
    catcher = Catcher(store)
    smtp = await asyncio.get_running_loop().create_server(
        lambda: SMTP(catcher, data_size_limit=LIMIT_BYTES, hostname="localhost"), "127.0.0.1", smtp_port
    )
    config = uvicorn.Config(create_app(store), host="127.0.0.1", port=http_port, log_level="warning", access_log=False)
    async with smtp:
        await uvicorn.Server(config).serve()


def main() -> int:
    """Serve on the ports of this checkout."""
    asyncio.run(serve(Store(LOCAL / "mail" / "messages.jsonl"), ports.port("smtp"), ports.port("mail")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
