"""A process that lives until everything is done, or kills itself where it is told to.

The crash points are a probe that wiring lets in: nothing in the product knows of them.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from adapters.loopback.adapter import Certainty
from bot import wiring
from bot.clock import SystemClock
from bot.domain.lifecycle import State
from bot.domain.mention import Incoming
from bot.domain.people import Role
from bot.domain.replies import Capabilities, Outcome, Outgoing
from bot.domain.reviews import Decision, Shown, Verdict
from bot.ids import new_id
from bot.ledger.operations.relay import oldest_unpublished
from bot.ledger.schema import AnyRow, conversations, deliveries, mentions
from bot.ports import Adapter, Intake
from bot.settings import (
    DeliverySettings,
    LoggingSettings,
    LogLevel,
    PersonSettings,
    PolicySettings,
    RawSection,
    Settings,
)
from bot.telemetry import configure_logs
from bot.wiring import App, Fitting

SCRIPT = Path(__file__).with_name("village.yaml")
ACCOUNT = "village"
JOURNAL = "platform.jsonl"
TRUSTED = ("en/praise/plain", "en/praise/sunshine", "en/praise/twice")  # half: people decide on the others


@dataclass(frozen=True, slots=True)
class Life:
    """One run of the process. ``point``: where it dies, at the ``hit``-th time; empty: it lives on."""

    folder: Path
    certainty: Certainty
    point: str = ""
    hit: int = 1
    sabotage: str = ""


def live(life: Life) -> None:
    configure_logs(LogLevel.ERROR, as_json=False)
    asyncio.run(_live(life))


async def _live(life: Life) -> None:
    probe = Probe(life)
    app = await wiring.build(_settings(life), Fitting(observe=probe.observe, dress=probe.dress))
    await app.service.start()
    await app.service.received_all()
    await app.service.quiet()
    while await _somebody_decides(app, life.folder / JOURNAL):
        await app.service.quiet()
    while life.point.startswith("relay") and await app.ledger.read(oldest_unpublished) is not None:
        await SystemClock().sleep(0.02)
    await app.stop()


def _settings(life: Life) -> Settings:
    options = {"script": str(SCRIPT), "live": False, "journal": JOURNAL, "certainty": life.certainty}
    return Settings(
        accounts={ACCOUNT: RawSection("loopback", options)},
        people={"Camille": PersonSettings(role=Role.OWNER)},
        classifier=RawSection("constant", {"label": "praise"}),
        policy=PolicySettings(trusted_templates=TRUSTED),
        delivery=DeliverySettings(undo_window=timedelta(0)),
        data_dir=life.folder,
        logging=LoggingSettings(level=LogLevel.ERROR),
    )


class Probe:
    """Watches the writer and the adapter, and ends the process at its point."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._left = life.hit

    def reached(self, point: str) -> None:
        if point != self._life.point:
            return
        self._left -= 1
        if self._left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def observe(self, stage: str, operations: Sequence[str]) -> None:
        for operation in operations:
            self.reached(f"{operation}/{stage}")

    def dress(self, adapter: Adapter) -> Adapter:
        return Watched(SABOTAGE[self._life.sabotage](adapter), self)


class Dressed:
    """An adapter around an adapter."""

    def __init__(self, inner: Adapter) -> None:
        self._inner = inner

    @property
    def capabilities(self) -> Capabilities:
        return self._inner.capabilities

    async def run(self, intake: Intake) -> None:
        await self._inner.run(intake)

    async def send(self, outgoing: Outgoing) -> Outcome:
        return await self._inner.send(outgoing)

    async def look_up(self, outgoing: Outgoing) -> Outcome:
        return await self._inner.look_up(outgoing)

    async def close(self) -> None:
        await self._inner.close()


class Watched(Dressed):
    """Tells the probe before and after each send."""

    def __init__(self, inner: Adapter, probe: Probe) -> None:
        super().__init__(inner)
        self._probe = probe

    async def send(self, outgoing: Outgoing) -> Outcome:
        self._probe.reached("send/before")
        outcome = await super().send(outgoing)
        self._probe.reached("send/after")
        return outcome


# --- guards taken away, to show that the judge sees ------------------------------------------------


class ForgetsTheKey(Dressed):
    """Sends each attempt under another delivery id."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        return await super().send(replace(outgoing, delivery_id=new_id()))


class Boasts(Dressed):
    """Says that it can be repeated, and cannot."""

    @property
    def capabilities(self) -> Capabilities:
        return replace(super().capabilities, idempotent_for=timedelta(days=1))


class AcknowledgesFirst(Dressed):
    """Tells the platform that it has everything before it has it."""

    async def run(self, intake: Intake) -> None:
        await super().run(Hasty(intake))


class Hasty:
    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    async def __call__(self, incoming: Sequence[Incoming], cursor: str = "") -> None:
        await self._intake((), cursor)
        await self._intake(incoming)

    async def cursor(self) -> str:
        return await self._intake.cursor()


def _as_it_is(adapter: Adapter) -> Adapter:
    return adapter


SABOTAGE = {
    "": _as_it_is,
    "forgets_the_key": ForgetsTheKey,
    "boasts": Boasts,
    "acknowledges_first": AcknowledgesFirst,
}


# --- the person at the desk ------------------------------------------------------------------------


async def _somebody_decides(app: App, journal: Path) -> bool:
    """Approve every card, take back what was escalated, say truthfully which held answers went out."""
    waiting = await app.ledger.read(lambda connection: list(connection.execute(_WAITING)))
    arrived = await asyncio.to_thread(_read, journal)
    for row in waiting:
        await app.review.decide(_decision(app, row, arrived))
    return bool(waiting)


def _read(journal: Path) -> str:
    return journal.read_text("ascii") if journal.exists() else ""


def _decision(app: App, row: AnyRow, arrived: str) -> Decision:
    shown = Shown(row.draft_revision, row.version)
    return Decision(row.id, _verdict(row, arrived), app.people["Camille"], shown)


def _verdict(row: AnyRow, arrived: str) -> Verdict:
    if row.state == State.IN_REVIEW:
        return Verdict.APPROVE
    if row.delivery_id is None:
        return Verdict.RETURN
    return Verdict.WENT_OUT if row.delivery_id in arrived else Verdict.DID_NOT_GO_OUT


_WAITING = (
    select(mentions, conversations.c.version, deliveries.c.id.label("delivery_id"))
    .join(conversations, conversations.c.id == mentions.c.conversation_id)
    .outerjoin(deliveries, (deliveries.c.mention_id == mentions.c.id) & (deliveries.c.state == "unknown"))
    .where(mentions.c.state.in_([State.IN_REVIEW, State.ESCALATED]))
    .order_by(mentions.c.id)
)
