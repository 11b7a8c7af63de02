"""Playing a script: from where the ledger stands, at the chosen pace, with people typing meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.loopback import LoopbackAdapter, Options, build
from adapters.loopback.adapter import BATCH, Pace
from adapters.loopback.script import load, read
from adapters.loopback.world import World
from bot.clock import ManualClock
from bot.domain.mention import Author, Post
from bot.errors import ConfigError
from bot.ports import AdapterContext
from tests.unit.loopback.conftest import SMALL, Remembering, settle

NADIA = Author("nadia", "Nadia")
LUMEN = load("lumen", Path())
FULL = Options(script="lumen", pace=Pace.FULL, live=False)


def adapter(options: Options, clock: ManualClock | None = None) -> LoopbackAdapter:
    return build("here", options, AdapterContext(clock or ManualClock(), Path("unused")))


async def test_at_full_speed_the_whole_script_is_there_and_run_returns() -> None:
    intake = Remembering()
    await adapter(FULL).run(intake)
    assert len(intake.kept) == len(LUMEN.lines)
    assert await intake.cursor() == str(len(intake.kept))


async def test_a_finished_script_says_nothing_again() -> None:
    intake = Remembering()
    await adapter(FULL).run(intake)
    again = Remembering(cursor=await intake.cursor())
    await adapter(FULL).run(again)
    assert again.kept == []


@given(cursor=st.integers(0, 2 * len(LUMEN.lines) - 1), failures=st.integers(0, 3))
def test_whatever_was_committed_the_rest_comes_once_and_in_order(cursor: int, failures: int) -> None:
    clock = ManualClock()
    twice = FULL.model_copy(update={"repeat": 2})
    playing = LoopbackAdapter(World(clock), clock, script=LUMEN, options=twice)
    whole, rest = Remembering(), Remembering(str(cursor), failures)

    async def play() -> None:
        await playing.run(whole)
        for _ in range(failures):
            with pytest.raises(OSError, match="disk is full"):
                await playing.run(rest)
        await playing.run(rest)

    asyncio.run(play())
    assert rest.kept == whole.kept[cursor:]


async def test_a_repeated_script_comes_in_batches_with_no_id_twice() -> None:
    intake = Remembering()
    await adapter(FULL.model_copy(update={"repeat": 20})).run(intake)
    posts = [post for post in intake.kept if isinstance(post, Post)]
    assert len({post.place for post in posts}) == len(posts)
    assert max(intake.batches) == BATCH
    assert len(intake.kept) == 20 * len(LUMEN.lines)


async def test_at_human_pace_the_first_comment_comes_at_once_and_the_next_takes_its_time(
    script_file: Callable[[str], Path],
) -> None:
    clock, intake = ManualClock(), Remembering()
    options = Options(script=str(script_file(SMALL)), live=False)
    running = asyncio.create_task(adapter(options, clock).run(intake))
    clock.advance(timedelta())
    await settle()
    clock.advance(timedelta())
    await settle()
    assert len(intake.kept) == 1
    clock.advance(timedelta(seconds=6))
    await settle()
    assert len(intake.kept) == 1
    for count in range(2, 7):
        clock.advance(timedelta(seconds=13))
        await settle()
        assert len(intake.kept) == count
    await running


async def test_people_are_heard_while_the_script_makes_a_pause(script_file: Callable[[str], Path]) -> None:
    intake = Remembering()
    playing = adapter(Options(script=str(script_file(SMALL))))
    running = asyncio.create_task(playing.run(intake))
    playing.world.say("salon", NADIA, "Je peux dire quelque chose ?")
    await settle()
    assert [post.text for post in intake.kept if isinstance(post, Post)] == ["Je peux dire quelque chose ?"]
    assert await intake.cursor() == ""
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_the_same_seed_makes_the_same_pauses() -> None:
    async def pauses(seed: int) -> list[int]:
        clock, intake, heard = ManualClock(), Remembering(), list[int]()
        options = Options(script="lumen", live=False, seed=seed)
        running = asyncio.create_task(adapter(options, clock).run(intake))
        while not running.done():
            await settle()
            heard.append(len(intake.kept))
            clock.advance(timedelta(milliseconds=500))
        return heard

    assert await pauses(1) == await pauses(1) != await pauses(2)


async def test_a_platform_that_cannot_be_reached_raises_what_trying_again_may_mend() -> None:
    deaf = adapter(FULL)
    deaf.world.reachable = False
    with pytest.raises(ConnectionRefusedError):
        await deaf.run(Remembering())
    deaf.world.reachable = True
    await deaf.run(Remembering())


async def test_the_journal_is_made_with_its_folder(tmp_path: Path) -> None:
    journalling = adapter(Options(journal=tmp_path / "world" / "journal.jsonl"))
    await journalling.close()
    assert (tmp_path / "world" / "journal.jsonl").exists()


def test_a_script_of_ones_own_lies_in_the_data_directory(script_file: Callable[[str], Path]) -> None:
    path = script_file(SMALL)
    playing = build("here", Options(script=path.name), AdapterContext(ManualClock(), path.parent))
    assert playing.script == read(path)


def test_a_wrong_script_is_told_when_the_adapter_is_built() -> None:
    with pytest.raises(ConfigError, match="no script"):
        adapter(Options(script="lumn"))
