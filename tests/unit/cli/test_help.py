"""Every command explains itself, and its page in the documentation says the same."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.cli import app
from bot.cli.common import Exit

DOCUMENTATION = (Path(__file__).parents[3] / "docs" / "cli.md").read_text("utf-8")
COMMANDS = (
    "run", "demo", "link", "inbox", "show", "decide", "report", "import", "export", "audit", "classify",
    "check", "migrate", "config explain",
)  # fmt: skip


def help_of(command: str, width: int = 200) -> str:
    ended = CliRunner().invoke(app, [*command.split(), "--help"], env={"COLUMNS": str(width)})
    assert ended.exit_code == 0
    return re.sub(r"\x1b\[[0-9;]*m", "", ended.output)


def examples(text: str) -> list[str]:
    return [line.strip().removeprefix("Example: ") for line in text.splitlines() if "Example: " in line]


def command_line(example: str) -> list[str]:
    """The arguments of an example, without what the shell takes for itself."""
    program, *arguments = shlex.split(re.split(r" [<>] ", example)[0])
    assert program == "answerable"
    return arguments


def parse(arguments: list[str]) -> None:
    """Read the arguments as the program would, without doing anything."""
    group: object = typer.main.get_command(app)
    while arguments and (command := getattr(group, "commands", {}).get(arguments[0])):
        group, arguments = command, arguments[1:]
    group.make_context("answerable", list(arguments))  # type: ignore[attr-defined]


def test_these_are_the_commands() -> None:
    shown = help_of("")

    for command in COMMANDS:
        assert re.search(rf"^│ {command.split()[0]} ", shown, re.MULTILINE), command


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_shows_examples_that_work_and_its_exit_codes(command: str) -> None:
    shown = help_of(command)

    assert examples(shown)
    for example in examples(shown):
        assert example.startswith(f"answerable {command}")
        parse(command_line(example))
    assert "Exit codes: 0 done" in shown


def test_help_reads_well_on_a_narrow_terminal() -> None:
    shown = help_of("run", width=60)

    assert max(len(line) for line in shown.splitlines()) <= 60
    paragraph = shown.split("Ctrl-C", 1)[1].split("Example:", 1)[0]
    assert all(len(line) > 40 for line in paragraph.strip().splitlines()[:-1]), "a line broke in its middle"


@pytest.mark.parametrize("command", COMMANDS)
def test_the_documentation_has_the_command_with_its_examples(command: str) -> None:
    assert f"## {command}\n" in DOCUMENTATION
    for example in examples(help_of(command)):
        assert example in DOCUMENTATION


def test_the_documentation_explains_every_exit_code_and_its_lines_can_be_typed() -> None:
    for code in Exit:
        assert re.search(rf"^\| {code.value} \|", DOCUMENTATION, re.MULTILINE), code
    lines = [line for line in DOCUMENTATION.splitlines() if line.startswith("answerable ")]
    assert len(lines) > len(COMMANDS)
    for line in lines:
        parse(command_line(line.split("  #")[0]))
