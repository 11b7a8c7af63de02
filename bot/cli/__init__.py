"""The command line. Every command has an example in its ``--help`` and exit codes that mean something."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from bot import __version__
from bot.cli import audits, checks, classify, demo, desk, exports, imports, report, run
from bot.cli.common import Exit, err, exit_code
from bot.errors import AnswerableError

app = typer.Typer(
    name="answerable",
    help="The chat bot that keeps a brand from running away from its community.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"answerable {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """The chat bot that keeps a brand from running away from its community."""


app.command()(run.run)
app.command()(run.link)
app.command()(demo.demo)
app.command("import")(imports.import_)
app.command()(exports.export)
app.command()(audits.audit)
app.command()(desk.inbox)
app.command()(desk.show)
app.command()(desk.decide)
app.command()(classify.classify)
app.command()(report.report)
app.command()(checks.check)
app.command()(checks.migrate)
app.add_typer(checks.config_app, name="config")


def main() -> None:
    """Run a command; what goes wrong is one sentence on standard error, never a traceback."""
    try:
        app()
    except AnswerableError as error:
        err.print("[red]Error:[/red] ", end="")
        err.print(str(error), markup=False)
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if os.environ.get("ANSWERABLE_TRACEBACK"):
            raise
        err.print(f"Error: something went wrong that should not: {error!r}.", markup=False)
        err.print("Run it again with ANSWERABLE_TRACEBACK=1 and send us what it prints.")
        sys.exit(Exit.NOT_AS_WISHED)
