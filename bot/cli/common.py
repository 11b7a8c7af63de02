"""What every command shares: where the settings are, how to speak, which exit code means what."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot import settings as configuration
from bot.errors import AnswerableError, ConfigError, InputError, LedgerError, ListenError, Refused
from bot.settings import Settings

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", "-c", help="The configuration file. Default: answerable.yaml here, if there is one."
    ),
]
DataDirOption = Annotated[
    Path | None, typer.Option("--data-dir", "-d", help="The folder for what is kept, instead of data_dir.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]


class Exit(IntEnum):
    """What the exit codes mean; `docs/cli.md` says the same."""

    DONE = 0
    NOT_AS_WISHED = 1  # it ran, and the answer is no: a check found something, a demo lost something
    BAD_INPUT = 2  # options, configuration, or a file that cannot be understood
    NO_LEDGER = 3  # the ledger is in use, foreign, too new or cannot be written
    REFUSED = 4  # a decision that came too late, or that this person may not take
    NO_ADDRESS = 5  # the address to listen on cannot be had


EXIT_OF: Mapping[type[AnswerableError], Exit] = {
    ConfigError: Exit.BAD_INPUT,
    InputError: Exit.BAD_INPUT,
    LedgerError: Exit.NO_LEDGER,
    Refused: Exit.REFUSED,
    ListenError: Exit.NO_ADDRESS,
}


def exit_code(error: AnswerableError) -> Exit:
    """The exit code of a command that ended with this error."""
    return next((code for kind, code in EXIT_OF.items() if isinstance(error, kind)), Exit.NOT_AS_WISHED)


def load_settings(config: Path | None, data_dir: Path | None) -> Settings:
    """The settings, with the folder that the command line names. Raises ConfigError."""
    named = config or (Path(path) if (path := os.environ.get("ANSWERABLE_CONFIG")) else None)
    loaded = configuration.load(named, os.environ)
    return loaded.model_copy(update={"data_dir": data_dir.resolve()}) if data_dir else loaded


def print_json(value: Mapping[str, object] | Sequence[object]) -> None:
    """One JSON value on standard output, plain."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))
