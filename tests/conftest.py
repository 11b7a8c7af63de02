"""What many tests share: a clock moved by hand, and a real ledger file for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from bot.clock import ManualClock
from bot.domain.sla import Patience
from bot.ids import new_id
from bot.ledger.store import Ledger


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """What a test sets up for its logs ends with it."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def ledger(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Ledger]:
    opened = Ledger(tmp_path / "answerable.db", clock, new_id, Patience())
    yield opened
    await opened.close()
