"""What the bot said on the stand-in platform, in memory and, when asked, in a file that outlives it."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.domain.mention import Place
from bot.domain.replies import DeliveryKind


@dataclass(frozen=True, slots=True)
class Said:
    """One send that arrived. Repeats of an idempotent platform share their ``message_id``."""

    delivery_id: str
    kind: DeliveryKind
    place: Place  # of the post that it answers
    text: str
    message_id: str
    at: datetime


class Journal:
    """Every send that arrived, in order. With a path, each is in the file before it is answered."""

    def __init__(self, path: Path | None = None) -> None:
        self._said: list[Said] = []
        self._first: dict[str, Said] = {}
        self._file: int | None = None
        if path is not None:
            for said in read(path) if path.exists() else ():
                self._keep(said)
            self._file = _open(path)

    @property
    def said(self) -> Sequence[Said]:
        """Every send that arrived."""
        return self._said

    def first(self, delivery_id: str) -> Said | None:
        """The first send with this delivery id."""
        return self._first.get(delivery_id)

    def append(self, said: Said) -> None:
        """One write each, so that a killed process leaves whole lines."""
        if self._file is not None:
            os.write(self._file, _line(said))
        self._keep(said)

    def answered_twice(self) -> list[Place]:
        """Posts under which people can read more than one answer."""
        answers: dict[Place, set[str]] = defaultdict(set)
        for said in self._said:
            if said.kind is DeliveryKind.ANSWER:
                answers[said.place].add(said.message_id)
        return [place for place, messages in answers.items() if len(messages) > 1]

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _keep(self, said: Said) -> None:
        self._said.append(said)
        self._first.setdefault(said.delivery_id, said)


def read(path: Path) -> list[Said]:
    """The sends that arrived at a platform which may be dead by now; a torn last line never arrived."""
    lines = path.read_bytes().split(b"\n")
    return [_said(json.loads(line)) for line in lines[:-1] if line]


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    size = os.fstat(file).st_size
    whole = path.read_bytes().rfind(b"\n") + 1
    if whole < size:
        os.ftruncate(file, whole)
    return file


def _line(said: Said) -> bytes:
    row = {
        "delivery_id": said.delivery_id,
        "kind": said.kind,
        "space": said.place.space,
        "thread": said.place.thread,
        "reply_to": said.place.message_id,
        "text": said.text,
        "message_id": said.message_id,
        "at": said.at.isoformat(),
    }
    return json.dumps(row).encode("ascii") + b"\n"


def _said(row: dict[str, str]) -> Said:
    return Said(
        delivery_id=row["delivery_id"],
        kind=DeliveryKind(row["kind"]),
        place=Place(row["space"], row["reply_to"], row["thread"]),
        text=row["text"],
        message_id=row["message_id"],
        at=datetime.fromisoformat(row["at"]),
    )
