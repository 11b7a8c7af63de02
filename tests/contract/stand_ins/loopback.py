"""The loopback world as the contract kit sees it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from adapters.loopback import LoopbackAdapter, Options, build
from adapters.loopback.adapter import Certainty
from adapters.loopback.script import Script
from adapters.loopback.world import Fault, in_turn
from bot.clock import ManualClock
from bot.domain.mention import Author
from bot.ports import AdapterContext
from tests.contract.stand_ins import Make, Trouble

FAULTS = {
    Trouble.LOST: Fault.LOST,
    Trouble.DROPPED: Fault.DROPPED,
    Trouble.REFUSED: Fault.REFUSED,
    Trouble.REJECTED: Fault.REJECTED,
}


class LoopbackStandIn:
    listens = True
    troubles = frozenset(Trouble)

    def __init__(self, certainty: Certainty, folder: Path) -> None:
        self._clock = ManualClock()
        self._options = Options(certainty=certainty)
        self.adapter = build("here", self._options, AdapterContext(self._clock, folder))
        self._world = self.adapter.world

    def reconnect(self) -> LoopbackAdapter:
        return LoopbackAdapter(self._world, self._clock, script=Script(), options=self._options)

    def someone_says(self, text: str) -> None:
        self._world.say("salon", Author("nadia", "Nadia"), text)

    def a_bot_says(self, text: str) -> None:
        self._world.say("salon", Author("meteo", "MétéoBot", is_bot=True), text)

    def next_send_meets(self, trouble: Trouble) -> None:
        if trouble is Trouble.UNREACHABLE:
            self._world.reachable = False
        else:
            self._world.faults = in_turn(FAULTS[trouble])

    def visible(self, delivery_id: str) -> list[str]:
        sends = [said for said in self._world.journal.said if said.delivery_id == delivery_id]
        return list({said.message_id: said.text for said in sends}.values())


VARIANTS: dict[str, Make] = {certainty.value: partial(LoopbackStandIn, certainty) for certainty in Certainty}
