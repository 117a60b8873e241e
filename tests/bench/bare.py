"""An API and a worker with the same libraries and nothing of ours, to compare start and memory with.

``python bare.py app`` answers when its database does; ``python bare.py worker`` when it also has its partitions.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator

import uvicorn
from fastapi import FastAPI
from faststream.kafka import KafkaBroker
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import set_tracer_provider
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


def bare_api(engine: AsyncEngine) -> FastAPI:
    """Return an app with a health page."""
    app = FastAPI()

    @app.get("/health/ready")
    async def ready() -> dict[str, str]:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
        return {"status": "ready"}

    return app


def bare_worker(engine: AsyncEngine) -> FastAPI:
    """Return the same app with a subscriber behind it."""
    app = bare_api(engine)
    broker = KafkaBroker(os.environ["BARE_KAFKA"], consumer_only=True)

    @broker.subscriber(os.environ["BARE_TOPIC"], group_id="bare", batch=True)
    async def take(_: list[bytes]) -> None:
        return None

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await broker.start()
        yield
        await broker.stop()

    app.router.lifespan_context = lifespan
    return app


async def main() -> None:
    """Serve until the process is ended."""
    set_tracer_provider(TracerProvider())
    engine = create_async_engine(os.environ["BARE_DATABASE"])
    app = bare_api(engine) if sys.argv[1] == "app" else bare_worker(engine)
    await uvicorn.Server(uvicorn.Config(app, port=int(os.environ["BARE_PORT"]), log_config=None)).serve()


if __name__ == "__main__":
    asyncio.run(main())
