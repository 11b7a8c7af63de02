"""Open pages hear which mentions changed, ids only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

from bot.clock import ManualClock
from bot.console.live import MOST_IDS, Live
from bot.domain.events import Envelope, EventKind
from tests.unit.console.community import Community


def rung(*ids: str) -> list[Envelope]:
    return [Envelope(1, EventKind.MENTION_RECEIVED, one, f"c-{one}") for one in ids]


async def opened(live: Live) -> AsyncIterator[str]:
    stream = live.stream()
    assert (await anext(stream)).startswith("retry:")
    return stream


def told(message: str) -> list[str]:
    name, data = message.strip().split("\n")
    assert name == "event: changed"
    ids: list[str] = json.loads(data.removeprefix("data: "))
    return ids


async def test_a_commit_is_told_to_every_open_page(community: Community) -> None:
    streams = [await opened(community.live) for _ in range(2)]
    heard = [asyncio.ensure_future(anext(stream)) for stream in streams]
    await asyncio.sleep(0)
    message_id = await community.post("My secret words")
    for one in heard:
        message = await one
        assert message_id is not None
        assert len(told(message)) == 2
        assert "secret" not in message


async def test_what_changes_in_quick_succession_is_told_together(clock: ManualClock) -> None:
    live = Live(clock)
    stream = await opened(live)
    live.heard(rung("a"))
    assert told(await anext(stream)) == ["a", "c-a"]
    live.heard(rung("b"))
    live.heard(rung("d", "b"))
    following = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    clock.advance(timedelta(seconds=1))
    assert told(await following) == ["b", "c-b", "c-d", "d"]


async def test_a_storm_is_told_in_one_word(clock: ManualClock) -> None:
    live = Live(clock)
    stream = await opened(live)
    for number in range(MOST_IDS * 3):
        live.heard(rung(str(number)))
    assert told(await anext(stream)) == ["*"]


async def test_closing_ends_every_stream(clock: ManualClock) -> None:
    live = Live(clock)
    stream = await opened(live)
    waiting = asyncio.ensure_future(anext(stream, "ended"))
    await asyncio.sleep(0)
    live.close()
    assert await waiting == "ended"
