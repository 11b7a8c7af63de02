"""What every command shares: where the settings are, how to speak, which exit code means what."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot import settings as configuration
from bot.domain.mention import printable
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


class Language(StrEnum):
    """Of what people read."""

    EN = "en"
    FR = "fr"


class Exit(IntEnum):
    """What the exit codes mean; docs/cli.md says it at length."""

    DONE = 0
    NOT_AS_WISHED = 1
    BAD_INPUT = 2
    NO_LEDGER = 3
    REFUSED = 4
    NO_ADDRESS = 5


MEANING: Mapping[Exit, str] = {
    Exit.DONE: "done",
    Exit.NOT_AS_WISHED: "it ran, but not as wished",
    Exit.BAD_INPUT: "not understood",
    Exit.NO_LEDGER: "no usable ledger",
    Exit.REFUSED: "refused",
    Exit.NO_ADDRESS: "no address to listen on",
}
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


def print_json(*values: Mapping[str, object] | Sequence[object]) -> None:
    """JSON values on standard output, one on each line, in UTF-8."""
    speak_utf8()
    for value in values:
        sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def speak_utf8() -> None:
    """Standard output for programs: UTF-8 whatever the locale; half an emoji is escaped as JSON has it."""
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="")  # type: ignore[union-attr]


def say(sentence: str, console: Console = out) -> None:
    """Print a sentence as it is: wrapped between words on a terminal, one line anywhere else."""
    console.print(printable(sentence), markup=False, soft_wrap=not console.is_terminal)


def one_line(text: str, width: int) -> str:
    """The beginning of a text, printable, on one line."""
    line = " ".join(printable(text[: width * 8]).split())
    return line if len(line) <= width else line[: width - 1] + "…"
