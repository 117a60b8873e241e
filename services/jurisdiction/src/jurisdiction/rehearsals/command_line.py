"""The operator's commands about reference data: look at a set, rehearse it, load it, and go back to a former one."""

import asyncio
import csv
import getpass
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import today
from chassis.database import Database
from jurisdiction.authorities.reference_data import ReferenceData, released_data
from jurisdiction.authorities.rulebook import load_rulebooks
from jurisdiction.reference_sets.commands import Loading, LoadRunning, load_set
from jurisdiction.reference_sets.files import columns_of, read_folder
from jurisdiction.reference_sets.queries import Rulebooks, set_data, sets_so_far
from jurisdiction.reference_sets.rules import content_of, data_of, find_faults
from jurisdiction.rehearsals.queries import rehearse
from jurisdiction.settings import JurisdictionSettings

Load = Callable[[], JurisdictionSettings]
Folder = Annotated[Path, typer.Argument(help="The folder with municipalities.csv, regions.csv and socialtilsyn.csv.")]
Number = Annotated[int, typer.Argument(help="The number that `list` shows; 0 is the set of this release.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done and do nothing.")]
By = Annotated[str | None, typer.Option("--by", help="Who loads it, when that is not who is signed in.")]
Day = Annotated[datetime | None, typer.Option("--at", formats=["%Y-%m-%d"], help="The day to judge; today without.")]
WRONG, BUSY = 1, 3

Result = TypeVar("Result")


def add_reference_commands(cli: typer.Typer, load: Load) -> None:
    """Add ``reference`` with its commands."""
    reference = typer.Typer(no_args_is_help=True, help="Who supervises where: sets of reference data.")
    cli.add_typer(reference, name="reference")

    @reference.command("load")
    def load_folder(folder: Folder, dry_run: DryRun = False, by: By = None) -> None:  # noqa: FBT002
        """Load a set: it holds at once, in every process. A wrong one is refused and changes nothing."""
        _store(load, _read(folder), by=by, dry_run=dry_run)

    @reference.command()
    def restore(number: Number, dry_run: DryRun = False, by: By = None) -> None:  # noqa: FBT002
        """Load a former set again."""
        _store(load, _find(load, number), by=by, dry_run=dry_run)

    @reference.command("list")
    def list_sets() -> None:
        """List every set that was loaded, who loaded it and when."""
        _list(load)

    @reference.command()
    def export(number: Number, folder: Folder) -> None:
        """Write a set into a folder: to look at what explains an old decision, or to change it and load it."""
        _write(_find(load, number), folder)

    @reference.command("rehearse")
    def rehearse_folder(folder: Folder, at: Day = None) -> None:
        """Say who would move under a set on a day, and why. Nothing is stored, and nobody moves."""
        _rehearse(load, _read(folder), at)


def _list(load: Load) -> None:
    found = _with_session(load, sets_so_far)
    if not found:
        typer.echo("No set was loaded; that of the release holds.")
    for each in found:
        versions = ", ".join(each.reference_versions.values())
        who = each.loaded_by if each.loaded_by == each.os_user else f"{each.loaded_by} (as {each.os_user})"
        typer.echo(f"{each.id}  {each.loaded_at:%Y-%m-%d %H:%M:%S} UTC  {who}  {versions}  sha256={each.sha256}")
        for line in each.changes:
            typer.echo(f"   {line}")


def _read(folder: Path) -> ReferenceData:
    reading = read_folder(folder)
    faults = find_faults(reading)
    for fault in faults:
        typer.echo(str(fault), err=True)
    if faults:
        typer.echo(f"Refused for {len(faults)} faults; nothing was changed.", err=True)
        raise typer.Exit(WRONG)
    return data_of(reading)


def _find(load: Load, number: int) -> ReferenceData:
    found = released_data() if number == 0 else _with_session(load, lambda session: set_data(session, number))
    if found is None:
        raise typer.BadParameter("there is no set with this number")
    return found


def _store(load: Load, data: ReferenceData, *, by: str | None, dry_run: bool) -> None:
    books, user = Rulebooks(load().switched_on), getpass.getuser()

    async def work(session: AsyncSession) -> Loading:
        return await load_set(session, data, books, loaded_by=by or user, os_user=user, dry_run=dry_run)

    try:
        loading = _with_session(load, work)
    except LoadRunning:
        typer.echo("Somebody else is loading a set; nothing was changed.", err=True)
        raise typer.Exit(BUSY) from None
    for line in loading.changes:
        typer.echo(line)
    versions = ", ".join(loading.versions.values())
    if loading.set_id is not None:
        typer.echo(f"Loaded as set {loading.set_id}: {versions}, sha256={loading.sha256}.")
    elif loading.changes:
        typer.echo(f"It would be loaded: {versions}, sha256={loading.sha256}. Nothing was changed.")
    else:
        typer.echo("It is the set that holds already; nothing was changed.")


def _write(data: ReferenceData, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in content_of(data).items():
        columns = columns_of(name)
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([_cell(row[column]) for column in columns] for row in rows)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _rehearse(load: Load, data: ReferenceData, at: datetime | None) -> None:
    books = load_rulebooks(load().switched_on, data)
    day = at.date() if at else today()
    result = _with_session(load, lambda session: rehearse(session, books, day))
    typer.echo(f"{result.moving} of {result.judged} would move on {day}; of {result.unknown} too little is known.")
    for flow in result.flows:
        typer.echo(f"{flow.subjects}  {flow.from_authority} -> {flow.to_authority or 'nobody, needs a decision'}")
    for item in result.items:
        typer.echo(
            f"   {item.kind} {item.id}: {item.from_authority} -> {item.to_authority or 'nobody'}: {item.because}"
        )


def _with_session(load: Load, work: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        database = Database.of(load())
        try:
            async with database.begin() as session:
                return await work(session)
        finally:
            await database.close()

    return asyncio.run(run())
