"""Stations for each test, over a ledger file of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol, Unpack

import pytest

from bot.clock import ManualClock
from tests.unit.pipeline.parts import Parts, Wanted


class Assemble(Protocol):
    """Makes Parts, with what a test wants different."""

    async def __call__(self, **wanted: Unpack[Wanted]) -> Parts: ...


@pytest.fixture
async def assemble(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Assemble]:
    made: list[Parts] = []

    async def make(**wanted: Unpack[Wanted]) -> Parts:
        parts = Parts(tmp_path, clock, **wanted)
        await parts.open()
        made.append(parts)
        return parts

    yield make
    for parts in made:
        await parts.close()


@pytest.fixture
async def parts(assemble: Assemble) -> Parts:
    return await assemble()
