"""``check``, ``migrate`` and ``config``: is everything as it should be, before anything runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import typer

from bot import wiring
from bot.cli.common import ConfigOption, DataDirOption, Exit, JsonOption, load_settings, out, print_json
from bot.cli.instance import running
from bot.clock import SystemClock
from bot.errors import AnswerableError, LedgerInUse
from bot.ledger.engine import newest_revision
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; no ``problem`` means that it is fine."""

    what: str
    problem: str = ""
    mend: str = ""


def check(config: ConfigOption = None, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """Look at configuration, templates, classifier, accounts and ledger; say what is wrong and the mend.

    Exit code 1 when something is wrong.

    Example: answerable check --config answerable.yaml
    """
    settings = load_settings(config, data_dir)
    findings = [
        Finding("configuration"),
        _finding("classifier", lambda: wiring.build_classifier(settings)),
        _finding("replies", lambda: wiring.build_responder(settings)),
        *(
            _finding(f"account {name}", partial(wiring.build_adapter, settings, name, SystemClock()))
            for name in settings.accounts
        ),
        _finding("ledger", lambda: asyncio.run(_open_and_close(settings))),
    ]
    wrong = [finding for finding in findings if finding.problem]
    if as_json:
        rows = [{"what": each.what, "problem": each.problem, "mend": each.mend} for each in findings]
        print_json({"ok": not wrong, "findings": rows})
    else:
        for finding in findings:
            out.print(f"{'✗' if finding.problem else '✓'} {finding.what}", markup=False)
            if finding.problem:
                out.print(f"  {finding.problem} {finding.mend}", markup=False)
    if wrong:
        raise typer.Exit(Exit.NOT_AS_WISHED)


def _finding(what: str, look: Callable[[], object]) -> Finding:
    try:
        look()
    except AnswerableError as error:
        return Finding(what, error.problem, error.mend)
    return Finding(what)


async def _open_and_close(settings: Settings) -> None:
    """The ledger opens, or a running instance of ours has it."""
    try:
        app = await wiring.build(settings)
    except LedgerInUse:
        if running(settings.data_dir) is None:
            raise
        return
    await app.stop()


def migrate(config: ConfigOption = None, data_dir: DataDirOption = None) -> None:
    """Bring the ledger to this version's schema. `run` does the same at its start.

    Example: answerable migrate --data-dir data
    """
    settings = load_settings(config, data_dir)

    async def upgrade() -> None:
        app = await wiring.build(settings)
        await app.stop()

    asyncio.run(upgrade())
    out.print(f"The ledger {settings.ledger_file} has schema {newest_revision()}.", markup=False)


config_app = typer.Typer(help="Look at the configuration.", no_args_is_help=True)


@config_app.command()
def explain() -> None:
    """Print every setting with what it means, its default and its environment variable, as YAML.

    Example: answerable config explain > answerable.yaml
    """
    typer.echo(wiring.explain_settings())
