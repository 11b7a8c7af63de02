"""Stations for each test, over a ledger file of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.clock import ManualClock
from tests.unit.pipeline.parts import Parts

Assemble = Callable[..., Awaitable[Parts]]


@pytest.fixture
async def assemble(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Assemble]:
    """Makes Parts with what a test wants different; closed at its end."""
    made: list[Parts] = []

    async def make(**wanted: Any) -> Parts:
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
