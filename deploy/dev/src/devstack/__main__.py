"""The command line of the development stack: ``python -m devstack up|down|status|logs|clean``."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from devstack import stack, status
from devstack.processes import StartError

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="The development stack.")
Only = Annotated[str, typer.Option(help=f"Comma-separated, of: {', '.join(stack.NAMES)}.")]


@cli.command()
def up(only: Only = "") -> None:
    """Start what does not run yet and say where everything is."""
    _start(tuple(only.split(",")) if only else stack.NAMES)
    status.show_addresses()


@cli.command()
def restart(name: Annotated[str, typer.Argument(help="For instance approval.")]) -> None:
    """Start the processes of one service, or one server, anew."""
    _known((name,))
    stack.stop(name)
    _start((name,))


def _known(names: tuple[str, ...]) -> None:
    if unknown := set(names) - set(stack.NAMES):
        raise typer.BadParameter(f"unknown: {', '.join(sorted(unknown))}")


def _start(names: tuple[str, ...]) -> None:
    _known(names)
    try:
        good = stack.up(names)
    except StartError as error:
        Console(stderr=True, highlight=False).print(f"[red]FAILED[/] {escape(str(error))}", soft_wrap=True)
        raise typer.Exit(1) from error
    if not good:
        raise typer.Exit(1)


@cli.command()
def down() -> None:
    """Stop everything."""
    stack.down()


@cli.command("status")
def show_status() -> None:
    """Show every process; ends with 1 when something is not ready."""
    if not status.status():
        raise typer.Exit(1)


@cli.command()
def logs(name: Annotated[str, typer.Argument(help="For instance approval.")] = "") -> None:
    """Follow the logs."""
    status.follow_logs(name or None)


@cli.command()
def clean() -> None:
    """Stop everything and remove all data."""
    stack.clean()


if __name__ == "__main__":
    cli(prog_name="python -m devstack")
