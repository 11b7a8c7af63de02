"""The adapter of imported comments: they come by command, and their replies are handed out in a file."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from adapters.exports.handout import HandOut, LeftoverError
from bot.clock import Clock
from bot.domain.replies import Capabilities, NotSent, Outcome, Outgoing, Rejected, Sent, Unknown
from bot.ports import AdapterContext, Intake


class Options(BaseModel):
    """The section of an exports account."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    handout: Path = Field(
        default=Path("replies.jsonl"), description="The file for approved replies, read from data_dir."
    )


class ExportsAdapter:
    """Imported comments end as answered when their replies are in the hand-out file."""

    capabilities = Capabilities(can_look_up=True, max_length=10_000)

    def __init__(self, handout: Path, clock: Clock) -> None:
        self.handout = handout
        self._clock = clock
        self._file = HandOut(handout)

    async def run(self, intake: Intake) -> None:
        """There is never more: comments are imported by command."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Hand it out. One that is there already is not written again."""
        if len(outgoing.text) > self.capabilities.max_length:
            return Rejected(f"it is longer than {self.capabilities.max_length} characters")
        row = {
            "network": outgoing.place.space,
            "id": outgoing.place.message_id,
            "kind": outgoing.kind,
            "reply": outgoing.text,
            "at": self._clock.now().isoformat(),
        }
        try:
            await asyncio.to_thread(self._file.append, outgoing.delivery_id, row)
        except LeftoverError as reason:
            return Unknown(f"{self.handout}: {reason}")
        except OSError as reason:
            return NotSent(f"{self.handout}: {reason.strerror}")
        return Sent(outgoing.delivery_id)

    async def look_up(self, outgoing: Outgoing) -> Outcome:
        try:
            there = await asyncio.to_thread(self._file.holds, outgoing.delivery_id)
        except OSError as reason:
            return Unknown(f"{self.handout}: {reason.strerror}")
        return Sent(outgoing.delivery_id) if there else NotSent("it was not handed out")

    async def close(self) -> None:
        """Nothing is kept open."""


def build(account: str, options: Options, context: AdapterContext) -> ExportsAdapter:
    """The adapter of one account. Two accounts may share a file: each finds its own replies by their ids."""
    return ExportsAdapter(options.handout, context.clock)
