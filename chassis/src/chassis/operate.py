"""The operator's commands of one service: ``python -m <service>.operate``."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import dead_letters
from chassis.database import Database
from chassis.dead_letters import DeadLetter
from chassis.settings import Settings

LetterId = Annotated[int, typer.Argument(help="The id that `list` shows.")]


def create_cli(load_settings: Callable[[], Settings]) -> typer.Typer:  # noqa: C901  Four small commands share one way to the database.
    """Return the command line that lists, shows, replays and discards the dead letters of a service."""
    cli = typer.Typer(no_args_is_help=True, help="Commands for the operator of this service.")
    letters = typer.Typer(no_args_is_help=True, help="Messages that could not be handled.")
    cli.add_typer(letters, name="dead-letters")

    def in_transaction(work: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        return asyncio.run(_in_transaction(load_settings(), work))

    @letters.command("list")
    def list_letters() -> None:
        """List what waits, oldest first."""
        for letter in in_transaction(dead_letters.open_letters):
            typer.echo(_line(letter))

    @letters.command()
    def show(letter_id: LetterId) -> None:
        """Show one message with its headers and its original bytes."""
        letter = in_transaction(lambda session: dead_letters.letter(session, letter_id))
        if letter is None:
            raise typer.BadParameter("there is no such dead letter")
        typer.echo(_line(letter))
        for name, raw in letter.record.headers:
            typer.echo(f"  {name}: {raw.decode(errors='replace')}")
        typer.echo((letter.record.value or b"").decode(errors="replace"))

    @letters.command()
    def replay(letter_id: LetterId) -> None:
        """Let the worker handle a message again, and then what is parked behind it."""
        _say(
            in_transaction(lambda session: dead_letters.request_replay(session, letter_id)),
            "will be replayed",
        )

    @letters.command()
    def discard(letter_id: LetterId) -> None:
        """Give a message up for good; what is parked behind it is handled next."""
        _say(in_transaction(lambda session: dead_letters.discard(session, letter_id)), "is discarded")

    return cli


async def _in_transaction(settings: Settings, work: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
    database = Database.of(settings)
    try:
        async with database.begin() as session:
            return await work(session)
    finally:
        await database.close()


def _line(letter: DeadLetter) -> str:
    record = letter.record
    place = f"{record.topic}/{record.partition}/{record.offset}"
    return f"{letter.id}  {letter.state}  {letter.handler}  {place}  key={record.key}  {letter.reason}"


def _say(done: bool, outcome: str) -> None:  # noqa: FBT001
    if not done:
        raise typer.BadParameter("no dead letter with this id waits")
    typer.echo(outcome)
