"""The operator's commands about the keys of the leaders' CPR numbers."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from sqlalchemy import func, select

from chassis.database import Database
from reporting.leader_cpr.keys import key_source
from reporting.leader_cpr.models import LeaderCpr
from reporting.leader_cpr.rotation import BATCH, Count, count_by_key, encrypt_anew
from reporting.leader_cpr.vault import CprVault
from reporting.settings import ReportingSettings

Batch = Annotated[int, typer.Option("--batch", min=1, help="How many numbers go into one transaction.")]
LEFT = 1
SHOWN = 10

Result = TypeVar("Result")


def add_cpr_key_commands(cli: typer.Typer, load: Callable[[], ReportingSettings]) -> None:
    """Add ``cpr-keys`` with its commands."""
    keys = typer.Typer(no_args_is_help=True, help="The keys of the leaders' CPR numbers.")
    cli.add_typer(keys, name="cpr-keys")

    @keys.command()
    def status() -> None:
        """Open every number and count; ends with 1 while not all are under the first key of the file."""
        _tell(_run(load, count_by_key))

    @keys.command()
    def rotate(batch: Batch = BATCH) -> None:
        """Encrypt under the first key of the file what is not; may be ended anywhere and started again."""

        async def work(database: Database, vault: CprVault) -> tuple[int, Count]:
            async with database.read() as session:
                total = await session.scalar(select(func.count()).select_from(LeaderCpr))
            with typer.progressbar(length=total or 0, label="numbers") as shown:
                changed = await encrypt_anew(database, vault, batch, shown.update)
            return changed, await count_by_key(database, vault)

        changed, count = _run(load, work)
        typer.echo(f"{changed} numbers were encrypted anew.")
        _tell(count)


def _tell(count: Count) -> None:
    typer.echo(f"{count.current} under the current key, {count.left} left.")
    if count.unreadable:
        some = ", ".join(count.unreadable[:SHOWN]) + (", …" if len(count.unreadable) > SHOWN else "")
        typer.echo(f"No key opens {len(count.unreadable)} of them: {some}", err=True)
    if count.left:
        raise typer.Exit(LEFT)


def _run(load: Callable[[], ReportingSettings], work: Callable[[Database, CprVault], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        settings = load()
        database = Database.of(settings)
        try:
            return await work(database, CprVault(key_source(settings)))
        finally:
            await database.close()

    return asyncio.run(run())
