"""``check``, ``migrate`` and ``config``: is everything as it should be, before anything runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import typer

from bot import wiring
from bot.cli.common import ConfigOption, DataDirOption, Exit, JsonOption, load_settings, print_json, say
from bot.cli.instance import running
from bot.cli.ledger import opened
from bot.clock import SystemClock
from bot.console.server import listen
from bot.errors import AnswerableError, LedgerForeign
from bot.ledger.engine import lock, newest_revision
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; no ``problem`` means that it is fine."""

    what: str
    problem: str = ""
    mend: str = ""


def check(config: ConfigOption = None, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """Look at configuration, classifier, replies, accounts, ledger and address; name each wrong and its mend.

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
        *_of_this_machine(settings),
    ]
    wrong = [finding for finding in findings if finding.problem]
    if as_json:
        rows = [{"what": each.what, "problem": each.problem, "mend": each.mend} for each in findings]
        print_json({"ok": not wrong, "findings": rows})
    else:
        for finding in findings:
            say(f"{'✗' if finding.problem else '✓'} {finding.what}")
            if finding.problem:
                say(f"  {finding.problem} {finding.mend}")
    if wrong:
        raise typer.Exit(Exit.NOT_AS_WISHED)


def _finding(what: str, look: Callable[[], object]) -> Finding:
    try:
        look()
    except AnswerableError as error:
        return Finding(what, error.problem, error.mend)
    return Finding(what)


def _of_this_machine(settings: Settings) -> list[Finding]:
    """The ledger and the address, unless a running instance of ours has them. Nothing is changed."""
    if instance := running(settings.data_dir):
        return [Finding(f"ledger and inbox: process {instance.pid} runs at {instance.url}")]
    console = settings.console
    return [
        _finding(f"ledger {settings.ledger_file}", lambda: _look_at_ledger(settings)),
        _finding(f"inbox {console.host}:{console.port}", lambda: listen(console.host, console.port).close()),
    ]


def _look_at_ledger(settings: Settings) -> None:
    """It can be locked and read; where there is none yet, its folder can be made."""
    lock(settings.ledger_file).release()
    if settings.ledger_file.is_file() and settings.ledger_file.stat().st_size:
        with opened(settings) as connection:
            damage = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if damage != "ok":
            raise LedgerForeign(f"{settings.ledger_file} is damaged: {damage}.", "Restore a backup.")


def migrate(config: ConfigOption = None, data_dir: DataDirOption = None) -> None:
    """Bring the ledger to this version's schema. `run` does the same at its start.

    Example: answerable migrate --data-dir data
    """
    settings = load_settings(config, data_dir)

    async def upgrade() -> None:
        app = await wiring.build(settings)
        await app.stop()

    asyncio.run(upgrade())
    say(f"The ledger {settings.ledger_file} has schema {newest_revision()}.")


config_app = typer.Typer(help="Look at the configuration.", no_args_is_help=True)


def explain() -> None:
    """Print every setting with what it means, its default and its environment variable, as YAML.

    Example: answerable config explain > answerable.yaml
    """
    typer.echo(wiring.explain_settings())
