"""Small scripts and an intake that remembers, for the tests of the loopback platform."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from adapters.loopback.script import Script, read
from bot.domain.mention import Incoming

SMALL = """\
rooms:
  salon: {name: "#salon"}
  aide: {name: "#aide", threaded: true}
members:
  nadia: {name: Nadia}
  camille: {name: Camille, staff: true}
  meteo: {name: MétéoBot, bot: true}
lines:
  - {id: one, by: nadia, room: salon, say: "Bonjour ?", after: 0}
  - {id: two, by: camille, room: salon, reply_to: one, say: "Bonjour Nadia !", after: 10}
  - {id: three, by: nadia, room: aide, say: "Ça clignote", after: 10}
  - {id: four, by: meteo, room: aide, thread: three, say: "4 °C", after: 10}
  - {edit: three, to: "Ça ne clignote plus", after: 10}
  - {delete: one, after: 10}
"""


class Remembering:
    """An intake that keeps everything, and raises as often as ``failures`` says."""

    def __init__(self, cursor: str = "", failures: int = 0) -> None:
        self.kept: list[Incoming] = []
        self.batches: list[int] = []
        self._cursor = cursor
        self._failures = failures

    async def __call__(self, incoming: Sequence[Incoming], cursor: str = "") -> None:
        if self._failures:
            self._failures -= 1
            raise OSError("the disk is full")
        self.kept.extend(incoming)
        self.batches.append(len(incoming))
        self._cursor = cursor or self._cursor

    async def cursor(self) -> str:
        return self._cursor


async def settle() -> None:
    """Let every task come to where it waits."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
def script_file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "village.yaml"
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture
def small(script_file: Callable[[str], Path]) -> Script:
    return read(script_file(SMALL))
