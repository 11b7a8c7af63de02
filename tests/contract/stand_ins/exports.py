"""The hand-out file as the contract kit sees it."""

from __future__ import annotations

import json
from pathlib import Path

from adapters.exports import ExportsAdapter, Options, build
from bot.clock import ManualClock
from bot.ports import AdapterContext
from tests.contract.stand_ins import Make, Trouble


class HandOutStandIn:
    listens = False
    troubles = frozenset({Trouble.UNREACHABLE})

    def __init__(self, folder: Path) -> None:
        self._context = AdapterContext(ManualClock(), folder)
        self._file = folder / "replies.jsonl"
        self.adapter = self.reconnect()

    def reconnect(self) -> ExportsAdapter:
        return build("here", Options(handout=self._file), self._context)

    def someone_says(self, text: str) -> None:
        raise NotImplementedError

    a_bot_says = someone_says

    def next_send_meets(self, trouble: Trouble) -> None:
        assert trouble is Trouble.UNREACHABLE
        self._file.unlink(missing_ok=True)
        self._file.mkdir()  # whoever runs the tests, root included, cannot write into a folder

    def visible(self, delivery_id: str) -> list[str]:
        lines = self._file.read_text("utf-8").splitlines() if self._file.is_file() else []
        rows = [json.loads(line) for line in lines]
        return [row["reply"] for row in rows if row["delivery_id"] == delivery_id]


VARIANTS: dict[str, Make] = {"handout": HandOutStandIn}
