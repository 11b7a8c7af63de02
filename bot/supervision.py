"""Long-lived tasks: each is started again by itself when it fails, and says how it is doing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog

from bot.clock import Clock
from bot.errors import AdapterFailed, ListenError

log = structlog.get_logger(__name__)

LONGEST_PAUSE_S = 60.0
HOPELESS = (AdapterFailed, ListenError)  # trying again is of no use; the others go on


class Standing(StrEnum):
    """How a supervised part is doing."""

    UP = "up"
    DOWN = "down"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Condition:
    """The health of one part, as /readyz shows it."""

    standing: Standing
    since: datetime
    problem: str = ""


class Supervisor:
    """Keeps parts running. One that fails is down, pauses 1, 2, 4 ... seconds, and is run again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.conditions: dict[str, Condition] = {}

    def start(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Run a part under this name."""
        self._note(name, Standing.UP)
        self._tasks[name] = asyncio.create_task(self._keep_running(name, run), name=name)

    async def end(self, names: Iterable[str]) -> None:
        """Cancel these parts and wait until they are gone."""
        tasks = [self._tasks.pop(name) for name in names]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def finished(self, names: Iterable[str]) -> None:
        """Wait until each of these has returned by itself, or is down for good."""
        await asyncio.gather(*(asyncio.shield(self._tasks[name]) for name in names))

    async def _keep_running(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        pause = 1.0
        while True:
            self._note(name, Standing.UP)
            began = self._clock.now()
            try:
                await run()
            except HOPELESS as error:
                self._down(name, str(error))
                return
            except Exception as error:  # noqa: BLE001 - a part may fail in any way; it must not fail in silence
                self._down(name, _sentence(error))
            else:
                self._note(name, Standing.FINISHED)
                return
            if (self._clock.now() - began).total_seconds() > LONGEST_PAUSE_S:
                pause = 1.0  # it had recovered
            await self._clock.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    def _down(self, name: str, problem: str) -> None:
        self._note(name, Standing.DOWN, problem)
        log.error("part_down", part=name, problem=problem)

    def _note(self, name: str, standing: Standing, problem: str = "") -> None:
        self.conditions[name] = Condition(standing, self._clock.now(), problem)


def _sentence(error: BaseException) -> str:
    """The first real cause, in a few words."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error) or type(error).__name__
