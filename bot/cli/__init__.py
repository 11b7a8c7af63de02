"""The command line. Every command has an example in its ``--help`` and exit codes that mean something."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Annotated

import typer
from rich.markup import escape

from bot import __version__
from bot.cli import audits, checks, classify, decide, demo, desk, exports, imports, report, run
from bot.cli.common import MEANING, Exit, err, exit_code, say
from bot.errors import AnswerableError
from bot.settings import LogLevel
from bot.telemetry import configure_logs

app = typer.Typer(
    name="answerable",
    help="The chat bot that keeps a brand from running away from its community.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
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
    configure_logs(LogLevel.WARNING, as_json=False)


def _command(
    group: typer.Typer, panel: str | None, name: str, function: Callable[..., None], *exits: Exit
) -> None:
    """Add a command whose docstring is its help, and which may end with ``exits`` beside 0."""
    codes = ", ".join(f"{code.value} {MEANING[code]}" for code in (Exit.DONE, *exits))
    add = group.command(name, help=help_of(function), epilog=f"Exit codes: {codes}.", rich_help_panel=panel)
    add(function)


def help_of(function: Callable[..., None]) -> str:
    """The docstring, its paragraphs unwrapped for terminals of any width, its examples one on each line."""
    paragraphs = (function.__doc__ or "").strip().split("\n\n")
    return "\n\n".join(_paragraph(paragraph) for paragraph in paragraphs)


def _paragraph(written: str) -> str:
    lines = [escape(line.strip()) for line in written.splitlines()]
    if lines[0].startswith("Example:"):
        return "\n".join(line.replace("Example:", "[dim]Example:[/dim]", 1) for line in lines)
    return " ".join(lines)


_E = Exit
_LEDGER = (_E.BAD_INPUT, _E.NO_LEDGER)
_RUN, _DECIDE, _FILES, _OPERATE = "Run", "Decide", "Comments in files", "Operate"
_command(app, _RUN, "run", run.run, *_LEDGER, _E.NO_ADDRESS)
_command(app, _RUN, "demo", demo.demo, _E.NOT_AS_WISHED, *_LEDGER, _E.NO_ADDRESS)
_command(app, _RUN, "link", run.link, *_LEDGER, _E.REFUSED)
_command(app, _DECIDE, "inbox", desk.inbox, *_LEDGER)
_command(app, _DECIDE, "show", desk.show, *_LEDGER, _E.REFUSED)
_command(app, _DECIDE, "decide", decide.decide, _E.NOT_AS_WISHED, *_LEDGER, _E.REFUSED)
_command(app, _DECIDE, "report", report.report, *_LEDGER)
_command(app, _FILES, "import", imports.import_, *_LEDGER)
_command(app, _FILES, "export", exports.export, *_LEDGER)
_command(app, _FILES, "audit", audits.audit, _E.BAD_INPUT)
_command(app, _FILES, "classify", classify.classify, _E.NOT_AS_WISHED, _E.BAD_INPUT)
_command(app, _OPERATE, "check", checks.check, _E.NOT_AS_WISHED, _E.BAD_INPUT)
_command(app, _OPERATE, "migrate", checks.migrate, *_LEDGER)
app.add_typer(checks.config_app, name="config", rich_help_panel=_OPERATE)
_command(checks.config_app, None, "explain", checks.explain)


def main() -> None:
    """Run a command; what goes wrong is one sentence on standard error, never a traceback."""
    try:
        app()
    except AnswerableError as error:
        say(f"Error: {error}", err)
        sys.exit(exit_code(error))
    except Exception as error:
        if os.environ.get("ANSWERABLE_TRACEBACK"):
            raise
        say(f"Error: something went wrong that should not: {error!r}.", err)
        say("Run it again with ANSWERABLE_TRACEBACK=1 and send us what it prints.", err)
        sys.exit(Exit.NOT_AS_WISHED)
