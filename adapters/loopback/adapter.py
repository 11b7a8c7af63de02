"""The adapter of the stand-in platform: a script, live input, and what the bot says back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from random import Random

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from adapters.loopback.journal import Journal
from adapters.loopback.script import Script, load
from adapters.loopback.world import ForbiddenError, RateLimitError, World
from bot.clock import Clock
from bot.domain.replies import Capabilities, NotSent, Outcome, Outgoing, Rejected, Sent, Unknown
from bot.ports import AdapterContext, Intake

BATCH = 500  # posts handed in at once: enough for one commit to be cheap, few enough to be quick to repeat


class Pace(StrEnum):
    """How a script is played."""

    HUMAN = "human"
    FULL = "full"


class Certainty(StrEnum):
    """What the platform lets the bot know of a send whose answer was cut."""

    IDEMPOTENT = "idempotent"
    LOOK_UP = "look_up"
    HOLD = "hold"


class Options(BaseModel):
    """The section of a loopback account."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    script: str = Field(
        default="",
        description="The name of a shipped community, or the path of a .yaml file, read from data_dir; empty:"
        " nobody is there until somebody types.",
    )
    pace: Pace = Field(
        default=Pace.HUMAN, description="Play the script with the pauses of people, or as fast as it goes."
    )
    live: bool = Field(default=True, description="Whether to go on listening when the script is over.")
    certainty: Certainty = Field(
        default=Certainty.IDEMPOTENT,
        description="What is known of a send whose answer was cut: it may be repeated, it can be looked up,"
        " or a person is asked.",
    )
    journal: Path | None = Field(
        default=None,
        description="The file that keeps what the bot said, read from data_dir; empty: memory alone.",
    )
    repeat: PositiveInt = Field(
        default=1, description="How many times to play the script, each time with other people."
    )
    seed: int = Field(
        default=0, description="A number that varies the pauses; the same one, the same pauses."
    )


CAPABILITIES = {
    certainty: Capabilities(
        idempotent_for=timedelta(days=1) if certainty is Certainty.IDEMPOTENT else None,
        can_look_up=certainty is Certainty.LOOK_UP,
        sees_edits=True,
        sees_deletions=True,
    )
    for certainty in Certainty
}


class LoopbackAdapter:
    """One bot on one world. The cursor is the number of script lines that were committed."""

    def __init__(self, world: World, clock: Clock, *, script: Script, options: Options) -> None:
        self.world = world
        self.script = script
        self._clock = clock
        self._options = options

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES[self._options.certainty]

    async def run(self, intake: Intake) -> None:
        """Play what is left of the script and hand in what people post meanwhile and after.

        Raises what ``intake`` raised; the next run hands in the same again.
        """
        self.world.connect()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._play(intake))
                if self._options.live:
                    tasks.create_task(self._listen(intake))
        except ExceptionGroup as failures:  # whoever supervises reads one cause, not a group of one
            raise failures.exceptions[0] from None

    async def send(self, outgoing: Outgoing) -> Outcome:
        try:
            return Sent(await self.world.post(outgoing))
        except ConnectionRefusedError as error:
            return NotSent(str(error))
        except ConnectionError as error:
            return Unknown(str(error))
        except RateLimitError as error:
            return NotSent(str(error), error.retry_after)
        except ForbiddenError as error:
            return Rejected(str(error))

    async def look_up(self, outgoing: Outgoing) -> Outcome:
        if not self.capabilities.can_look_up:
            return Unknown("this platform cannot be asked")
        try:
            message_id = self.world.find(outgoing.delivery_id)
        except ConnectionError as error:
            return Unknown(str(error))
        return Sent(message_id) if message_id else NotSent("it is not there")

    async def close(self) -> None:
        self.world.journal.close()

    async def _play(self, intake: Intake) -> None:
        position = int(await intake.cursor() or 0)
        end = len(self.script.lines) * self._options.repeat
        human = self._options.pace is Pace.HUMAN
        jitter = Random(self._options.seed)  # noqa: S311  # a pause is no secret
        while position < end:
            upto = min(position + (1 if human else BATCH), end)
            if human:
                pause = self.script.lines[position % len(self.script.lines)].after
                await self._clock.sleep(pause * jitter.uniform(0.7, 1.3))
            now = self._clock.now()
            await intake([self.script.incoming(each, now) for each in range(position, upto)], str(upto))
            position = upto

    async def _listen(self, intake: Intake) -> None:
        while True:
            updates = await self.world.updates(BATCH)
            await intake(updates)
            self.world.acknowledge(len(updates))


def build(account: str, options: Options, context: AdapterContext) -> LoopbackAdapter:
    """A world of its own for ``account``, and the bot on it."""
    script = load(options.script, context.data_dir)
    world = World(
        context.clock,
        rooms=script.places(),
        journal=Journal(options.journal) if options.journal else None,
        idempotent=options.certainty is Certainty.IDEMPOTENT,
        max_length=CAPABILITIES[options.certainty].max_length,
    )
    return LoopbackAdapter(world, context.clock, script=script, options=options)
