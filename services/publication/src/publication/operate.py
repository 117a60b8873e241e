"""Commands for the operator of ``publication``."""

import asyncio
from collections.abc import Awaitable, Callable

import typer

from chassis.database import Database
from chassis.operate import create_cli
from publication import upkeep
from publication.settings import PublicationSettings

cli = create_cli(PublicationSettings.load)


@cli.command()
def republish() -> None:
    """Tell the current state of everything again; readers that have it already take no notice."""
    typer.echo(f"{_run(upkeep.republish)} tilbud are told again")


@cli.command()
def rebuild() -> None:
    """Make every public record and the search again from what is known; only differences are published."""
    typer.echo(f"{_run(upkeep.rebuild)} records have changed")


def _run(work: Callable[[Database], Awaitable[int]]) -> int:
    return asyncio.run(_with_database(work))


async def _with_database(work: Callable[[Database], Awaitable[int]]) -> int:
    database = Database.of(PublicationSettings.load())
    try:
        return await work(database)
    finally:
        await database.close()


if __name__ == "__main__":
    cli()
