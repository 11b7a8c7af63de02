"""Measured within this process: how many mentions a second, how long one takes, how many share a commit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.anchor import Flush
from benchmarks.community import posts
from benchmarks.stand import CONSTANT, EVERY_TEMPLATE, stand
from bot.settings import RawSection

BETWEEN_SINGLE_MENTIONS_S = 0.02  # so that each finds the service idle


@dataclass(frozen=True, slots=True)
class Load:
    """``hands`` hand in posts at the same time, ``at_once`` with each call.

    Not ``running``: they are only taken in. Nothing ``trusted``: each ends as a card.
    """

    hands: int
    at_once: int = 1
    classifier: RawSection = CONSTANT
    trusted: Collection[str] = EVERY_TEMPLATE
    running: bool = True


@dataclass(frozen=True, slots=True)
class Through:
    """What came of a load."""

    mentions_per_s: float
    steps_per_commit: float


async def through(folder: Path, load: Load, mentions: int) -> Through:
    """Have a fresh service carry so many mentions to where no machine can move them on."""
    said = list(posts(mentions, datetime.now(UTC)))
    warming = mentions // 10
    with TemporaryDirectory(dir=folder) as data:
        async with stand(Path(data), load.classifier, trusted=load.trusted, running=load.running) as ours:

            async def carry(first: int, last: int) -> None:
                await ours.hand_in(iter(said[first:last]), hands=load.hands, at_once=load.at_once)
                if load.running:
                    await ours.handled(last)

            await carry(0, warming)
            steps, commits = ours.steps, ours.commits
            began = time.perf_counter()
            await carry(warming, mentions)
            took = time.perf_counter() - began
            steps, commits = ours.steps - steps, ours.commits - commits
    return Through((mentions - warming) / took, steps / commits)


async def one_by_one(folder: Path, mentions: int) -> float:
    """Mentions a second when each is handed in after the one before was answered."""
    with TemporaryDirectory(dir=folder) as data:
        async with stand(Path(data), CONSTANT) as ours:
            began = time.perf_counter()
            for number, post in enumerate(posts(mentions, datetime.now(UTC)), 1):
                await ours.hand_in(iter([post]))
                await ours.handled(number)
            return mentions / (time.perf_counter() - began)


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from being handed in to being answered by an idle service, and of one flush beside each."""

    answers: list[float]
    flushes: list[float]


async def latency(folder: Path, mentions: int) -> Latency:
    """Single mentions, each with a flush of the disk beside it."""
    flush = Flush(folder)
    answers: list[float] = []
    with TemporaryDirectory(dir=folder) as data:
        async with stand(Path(data), CONSTANT) as ours:
            for number, post in enumerate(posts(mentions, datetime.now(UTC)), 1):
                await asyncio.sleep(BETWEEN_SINGLE_MENTIONS_S)
                began = time.perf_counter()
                await ours.hand_in(iter([post]))
                await ours.handled(number)
                answers.append(time.perf_counter() - began)
                await asyncio.sleep(BETWEEN_SINGLE_MENTIONS_S)
                flush.probe()
    flush.close()
    return Latency(answers, flush.times)
