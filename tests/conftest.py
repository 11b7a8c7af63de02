"""What many tests share: a clock moved by hand, and a real ledger file for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import ManualClock
from bot.domain.sla import Patience
from bot.ids import new_id
from bot.ledger.store import Ledger


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def ledger(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Ledger]:
    opened = Ledger(tmp_path / "answerable.db", clock, new_id, Patience())
    yield opened
    await opened.close()
