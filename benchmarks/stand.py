"""A service to measure: wired as the product wires it, on a ledger of its own, beside a stand-in platform."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path

from adapters.loopback.adapter import LoopbackAdapter
from adapters.loopback.journal import Journal, Said
from bot import wiring
from bot.domain.events import Envelope, EventKind
from bot.domain.mention import Post
from bot.ports import Adapter
from bot.settings import PolicySettings, RawSection, Settings
from responders.library import SHIPPED, find

CONSTANT = RawSection("constant", {"label": "praise"})
MODEL = RawSection("model")
EVERY_TEMPLATE = tuple(find(SHIPPED, "vous"))
HANDLED = (EventKind.REPLY_SENT, EventKind.REVIEW_OPENED)  # a machine can do no more for it


class Forgetful(Journal):
    """The stand-in platform's memory of what was said is no part of ours."""

    def append(self, said: Said) -> None:
        """Heard, and forgotten."""


class Stand:
    """A built service, and a count of what it committed."""

    def __init__(self, app: wiring.App) -> None:
        self.app = app
        self.happened: Counter[EventKind] = Counter()
        self.commits = 0
        self._wanted = 0
        self._reached = asyncio.Event()
        app.ledger.when_committed(self._count)

    @property
    def steps(self) -> int:
        """Durable steps: events that were committed."""
        return self.happened.total()

    async def hand_in(self, posts: Iterator[Post], *, hands: int = 1, at_once: int = 1) -> None:
        """Have ``hands`` hand in posts at the same time, ``at_once`` with each call."""
        intake = self.app.account("loopback").intake

        async def hand() -> None:
            while chunk := list(islice(posts, at_once)):
                await intake(chunk)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(hands):
                tasks.create_task(hand())

    async def handled(self, count: int) -> None:
        """Wait until so many mentions, since the beginning, were answered or wait for a person."""
        self._wanted = count
        self._reached.clear()
        if self._handled() < count:
            await self._reached.wait()

    def _handled(self) -> int:
        return sum(self.happened[kind] for kind in HANDLED)

    def _count(self, envelopes: Sequence[Envelope]) -> None:
        self.commits += 1
        self.happened.update(envelope.kind for envelope in envelopes)
        if self._handled() >= self._wanted:
            self._reached.set()


@asynccontextmanager
async def stand(
    folder: Path, classifier: RawSection, *, trusted: Collection[str] = EVERY_TEMPLATE, running: bool = True
) -> AsyncIterator[Stand]:
    """Built, and started when ``running``; stopped at the end. Only ``trusted`` templates speak alone."""
    settings = Settings(
        accounts={"bench": RawSection("loopback")},
        classifier=classifier,
        policy=PolicySettings(trusted_templates=tuple(trusted)),
        data_dir=folder,
    )
    app = await wiring.build(settings, wiring.Fitting(dress=_with_a_forgetful_platform))
    try:
        made = Stand(app)
        if running:
            await app.service.start(receive=False)
        yield made
    finally:
        await app.stop()


def _with_a_forgetful_platform(adapter: Adapter) -> Adapter:
    if isinstance(adapter, LoopbackAdapter):
        adapter.world.journal = Forgetful()
    return adapter
