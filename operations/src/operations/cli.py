"""The operator's commands of one service: ``python -m <service>.operate``."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from chassis import dead_letters
from chassis.database import Database
from chassis.dead_letters import DeadLetter
from chassis.settings import Settings
from operations.dead_letters import find_letter, open_letters
from operations.shadow_tables import NotPossible, Projection, ShadowTables, shadow_tables

LetterId = Annotated[int, typer.Argument(help="The id that `list` shows.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done and do nothing.")]
Load = Callable[[], Settings]
Remove = Annotated[bool, typer.Option("--remove", help="Also take away rows that the topics know nothing about.")]
Republished = Annotated[
    bool,
    typer.Option("--republished", help="Old messages are gone from the topics, but their owners have republished."),
]
SHOWN = 10


@dataclass(frozen=True)
class Republishing:
    """What a service owns: ``republish`` locks the entity ``key``, emits its state, and says how many events.

    Where one column does not name an entity, ``key`` is all that do, and ``republish`` gets a value for each.
    """

    key: InstrumentedAttribute[str] | tuple[InstrumentedAttribute[str], ...]
    republish: Callable[..., Awaitable[int]]

    @property
    def columns(self) -> tuple[InstrumentedAttribute[str], ...]:
        """Return the columns that name an entity."""
        return self.key if isinstance(self.key, tuple) else (self.key,)


@dataclass(frozen=True)
class Rebuilding:
    """The projection can be made again as a whole; ``finish`` then makes what follows from it."""

    finish: Callable[[Database], Awaitable[object]] | None = None


def create_cli(
    load: Load, *, owned: Republishing | None = None, kept: Projection | None = None, rebuilt: Rebuilding | None = None
) -> typer.Typer:
    """Return the command line of a service that owns the state ``owned`` and keeps ``kept`` of others' facts."""
    cli = typer.Typer(no_args_is_help=True, help="Commands for the operator of this service.")
    _add_dead_letters(cli, load)
    if owned:
        _add_republish(cli, load, owned)
    if kept:
        _add_reconcile(cli, load, kept)
    if kept and rebuilt:
        _add_rebuild(cli, load, kept, rebuilt)
    return cli


def _add_dead_letters(cli: typer.Typer, load: Load) -> None:
    letters = typer.Typer(no_args_is_help=True, help="Messages that could not be handled.")
    cli.add_typer(letters, name="dead-letters")

    @letters.command("list")
    def list_letters() -> None:
        """List what waits, oldest first."""
        for letter in _in_transaction(load, open_letters):
            typer.echo(_line(letter))

    @letters.command()
    def show(letter_id: LetterId) -> None:
        """Show one message with its headers and its original bytes."""
        letter = _in_transaction(load, lambda session: find_letter(session, letter_id))
        if letter is None:
            raise typer.BadParameter("there is no such dead letter")
        typer.echo(_line(letter))
        for name, raw in letter.record.headers:
            typer.echo(f"  {name}: {raw.decode(errors='replace')}")
        typer.echo((letter.record.value or b"").decode(errors="replace"))

    @letters.command()
    def replay(letter_id: LetterId) -> None:
        """Let the worker handle a message again, and then what is parked behind it."""
        _move(load, letter_id, dead_letters.REPLAY, "will be replayed")

    @letters.command()
    def discard(letter_id: LetterId) -> None:
        """Give a message up for good; what is parked behind it is handled next."""
        _move(load, letter_id, dead_letters.DISCARDED, "is discarded")


def _add_republish(cli: typer.Typer, load: Load, owned: Republishing) -> None:
    @cli.command()
    def republish(dry_run: DryRun = False) -> None:  # noqa: FBT002
        """Tell the current state of everything again, marked as republished; who has it takes no notice."""

        async def work(database: Database) -> list[int]:
            async with database.read() as session:
                keys = (await session.execute(select(*owned.columns).order_by(*owned.columns))).all()
            with typer.progressbar(keys, label=str(owned.columns[-1])) as shown:
                return [await _republish_one(database, owned, key, dry_run=dry_run) for key in shown]

        counts = _with_database(load, work)
        which = "would be" if dry_run else "are"
        typer.echo(
            f"{sum(counts)} events about {sum(count > 0 for count in counts)} of {len(counts)} {which} told again."
        )


async def _republish_one(database: Database, owned: Republishing, key: Sequence[str], *, dry_run: bool) -> int:
    async with database.begin() as session:
        count = await owned.republish(session, *key)
        if dry_run:
            await session.rollback()
    return count


def _add_reconcile(cli: typer.Typer, load: Load, kept: Projection) -> None:
    @cli.command()
    def reconcile() -> None:
        """Compare what is kept of others' facts with what their topics tell; ends with 1 when something differs."""
        if _with_shadow_tables(load, kept, _report):
            raise typer.Exit(1)


def _add_rebuild(cli: typer.Typer, load: Load, kept: Projection, rebuilt: Rebuilding) -> None:
    @cli.command()
    def rebuild(dry_run: DryRun = False, remove: Remove = False, republished: Republished = False) -> None:  # noqa: FBT002
        """Make what is kept of others' facts once more beside the live rows, which then take its content over."""

        async def work(shadows: ShadowTables) -> None:
            if shadows.truncated_topics and not republished:
                raise NotPossible(
                    f"the oldest messages of {_names(shadows.truncated_topics)} are gone; see --republished"
                )
            await _report(shadows)
            if not dry_run:
                await shadows.take_over(remove=remove)

        _with_shadow_tables(load, kept, work)
        if not dry_run:
            if rebuilt.finish:
                _with_database(load, rebuilt.finish)
            typer.echo("Taken over. Compared again:")
            _with_shadow_tables(load, kept, _report)


async def _report(shadows: ShadowTables) -> int:
    found = await shadows.differing()
    for table, keys in found.items():
        some = ", ".join(sorted(keys)[:SHOWN]) + (", …" if len(keys) > SHOWN else "")
        typer.echo(f"{table}: {len(keys)} differ{': ' if keys else ''}{some}")
    if shadows.truncated_topics:
        names = _names(shadows.truncated_topics)
        typer.echo(f"The oldest messages of {names} are gone: this is right once the owners republished.")
    return sum(map(len, found.values()))


def _with_shadow_tables(load: Load, kept: Projection, work: Callable[[ShadowTables], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with shadow_tables(load(), kept) as shadows:
            return await work(shadows)

    try:
        return asyncio.run(run())
    except NotPossible as error:
        typer.echo(f"Not done: {error}.", err=True)
        raise typer.Exit(2) from error


def _in_transaction(load: Load, work: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
    async def run(database: Database) -> Any:
        async with database.begin() as session:
            return await work(session)

    return _with_database(load, run)


def _with_database(load: Load, work: Callable[[Database], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        database = Database.of(load())
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


def _names(topics: set[str]) -> str:
    return ", ".join(sorted(topics))


def _line(letter: DeadLetter) -> str:
    record = letter.record
    place = f"{record.topic}/{record.partition}/{record.offset}"
    return f"{letter.id}  {letter.state}  {letter.handler}  {place}  key={record.key}  {letter.reason}"


def _move(load: Load, letter_id: int, state: str, outcome: str) -> None:
    waiting = (dead_letters.WAITING,)
    if not _in_transaction(load, lambda session: dead_letters.move(session, letter_id, state, since=waiting)):
        raise typer.BadParameter("no dead letter with this id waits")
    typer.echo(outcome)
