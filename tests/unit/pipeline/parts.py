"""The stations over a real ledger file and the stand-in platform, put together by hand for tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypedDict

from sqlalchemy import Select, select

from adapters.loopback import LoopbackAdapter, Options
from adapters.loopback import build as build_loopback
from adapters.loopback.adapter import Certainty
from adapters.loopback.world import World
from bot.bus.memory import MemoryBus
from bot.clock import ManualClock
from bot.domain.events import Envelope
from bot.domain.labels import Label
from bot.domain.lifecycle import State
from bot.domain.mention import Author, Deletion, Edit, Incoming, Place, Post
from bot.domain.people import Person, Role
from bot.domain.policy import Policy
from bot.domain.reviews import Decision, Shown, Verdict
from bot.domain.sla import Patience
from bot.errors import LedgerUnwritable
from bot.ids import ascending
from bot.ledger.operations.directory import Listed, enlist
from bot.ledger.operations.escalation import fault
from bot.ledger.schema import AnyRow, conversations, deliveries, drafts, escalations, events, mentions
from bot.ledger.store import Ledger
from bot.pipeline import drafting, triage
from bot.pipeline.deadlines import Deadlines
from bot.pipeline.delivery import Pace, Sender
from bot.pipeline.drafting import Drafting
from bot.pipeline.intake import AccountIntake
from bot.pipeline.relay import Relay
from bot.pipeline.review import Review
from bot.pipeline.triage import Triage
from bot.ports import AdapterContext
from tests.unit.pipeline.plug_ins import Reader, Responder

ROLES = {"Camille": Role.OWNER, "Sacha": Role.REPLIER, "Rita": Role.READER}
UNDO = timedelta(seconds=15)
PATIENCE_S = 20.0  # real seconds that a test waits at most for something to happen


def disk_full_at(operation: str) -> Callable[[Sequence[str]], None]:
    def refuse(operations: Sequence[str]) -> None:
        if operation in operations:
            raise LedgerUnwritable("The disk is full.")

    return refuse


@dataclass(frozen=True, slots=True)
class Platform:
    """One account with what serves it."""

    id: str
    world: World
    adapter: LoopbackAdapter
    intake: AccountIntake
    sender: Sender


class Wanted(TypedDict, total=False):
    """What can be different from one test to the other."""

    certainty: Certainty
    trusted: Collection[str]
    dismissed: Collection[Label]
    pace: Pace
    accounts: Sequence[str]


class Parts:
    """One brand with its accounts, driven step by step."""

    def __init__(
        self,
        folder: Path,
        clock: ManualClock,
        *,
        certainty: Certainty = Certainty.IDEMPOTENT,
        trusted: Collection[str] = (),
        dismissed: Collection[Label] = (),
        pace: Pace | None = None,
        accounts: Sequence[str] = ("here",),
    ) -> None:
        self.clock = clock
        self.reader = Reader()
        self.people: dict[str, Person] = {}
        self.platforms: dict[str, Platform] = {}
        self._folder = folder
        self._certainty = certainty
        self._policy = Policy(frozenset(dismissed), frozenset(trusted))
        self._pace = pace or Pace()
        self._names = accounts
        self._carrying: asyncio.Task[None]
        self.trouble: Callable[[Sequence[str]], None] | None = None  # asked before each commit

    async def open(self) -> None:
        """Open the ledger and connect everything; also after ``close``, as a restart does."""
        self.ledger = Ledger(
            self._folder / "answerable.db", self.clock, ascending(), Patience(), self._observe
        )
        self._committed = asyncio.Event()
        self.bus = MemoryBus(self._tell_fault)
        self.relay = Relay(self.ledger, self.bus, self.clock)
        self.deadlines = Deadlines(self.ledger, self.clock)
        self.drafting = Drafting(self.ledger, Responder(), self._policy, "Maison Lumen", "en")
        self.triage = Triage(self.ledger, self.reader, self._policy)
        self.bus.subscribe(triage.STATION, triage.KINDS, self.triage.handle)
        self.bus.subscribe(drafting.STATION, drafting.KINDS, self.drafting.handle)
        self.ledger.when_committed(self.relay.ring)
        self.ledger.when_committed(lambda _: self._committed.set())
        self.rung: list[Envelope] = []
        self.ledger.when_committed(self.rung.extend)
        await self._enlist()
        self.review = Review(self.ledger, UNDO, {here.id: 4000 for here in self.platforms.values()})
        self.start_stations()

    def start_stations(self) -> None:
        self._carrying = asyncio.create_task(self.bus.run())

    async def stop_stations(self) -> None:
        """From now on bells are rung and nobody comes."""
        self._carrying.cancel()
        await asyncio.gather(self._carrying, return_exceptions=True)

    async def stations_idle(self) -> None:
        """The stations have done what they do about everything so far."""
        if not self._carrying.done():
            async with asyncio.timeout(PATIENCE_S):
                await self.bus.join()

    def _observe(self, stage: str, operations: Sequence[str]) -> None:
        if stage == "before_commit" and self.trouble is not None:
            self.trouble(operations)

    async def _enlist(self) -> None:
        people = [Person("", name, role) for name, role in ROLES.items()]
        identities = {"Camille": {"loopback": "camille"}}
        listed = Listed("Maison Lumen", dict.fromkeys(self._names, "loopback"), people, identities)
        directory = await self.ledger.write_one(enlist, listed)
        self.people = dict(directory.people)
        for name, account_id in directory.account_ids.items():
            known = self.platforms.get(name)
            adapter = known.adapter if known else self._adapter(name)
            self.platforms[name] = Platform(
                account_id,
                adapter.world,
                adapter,
                AccountIntake(self.ledger, account_id, "loopback"),
                Sender(self.ledger, account_id, adapter, self.clock, self._pace),
            )

    def _adapter(self, name: str) -> LoopbackAdapter:
        options = Options(certainty=self._certainty)
        return build_loopback(name, options, AdapterContext(self.clock, self._folder))

    async def _tell_fault(self, station: str, envelope: Envelope, _: Exception) -> None:
        await self.ledger.write_one(fault, (envelope.mention_id, station))

    async def close(self) -> None:
        await self.stop_stations()
        await self.ledger.close()

    # --- the community -----------------------------------------------------------------------------

    @property
    def here(self) -> Platform:
        return self.platforms["here"]

    async def hand_in(self, *incoming: Incoming, cursor: str = "", account: str = "here") -> None:
        await self.platforms[account].intake(incoming, cursor)

    async def say(
        self,
        text: str,
        by: str = "nadia",
        *,
        id: str = "",
        space: str = "salon",
        thread: str = "",
        reply_to: str = "",
        account: str = "here",
    ) -> Place:
        """Somebody posts, and the stations do what they do about it."""
        post = self.post(text, by, id=id, space=space, thread=thread, reply_to=reply_to)
        await self.hand_in(post, account=account)
        await self.stations_idle()
        return post.place

    def post(
        self,
        text: str,
        by: str = "nadia",
        *,
        id: str = "",
        space: str = "salon",
        thread: str = "",
        reply_to: str = "",
    ) -> Post:
        author = Author(by, by.title(), is_bot=by == "meteo", is_staff=by == "the brand")
        place = Place(space, id or self.ids(), thread)
        return Post(place, author, text, self.clock.now(), reply_to)

    ids = staticmethod(ascending())

    async def edit(self, place: Place, text: str) -> None:
        await self.hand_in(Edit(place, text, self.clock.now()))
        await self.stations_idle()

    async def delete(self, place: Place) -> None:
        await self.hand_in(Deletion(place, self.clock.now()))

    # --- people ------------------------------------------------------------------------------------

    async def decide(
        self,
        place: Place,
        verdict: Verdict,
        by: str = "Camille",
        *,
        shown: Shown | None = None,
        text: str | None = None,
        reason: str = "",
        until: timedelta | None = None,
    ) -> State:
        """Somebody decides about what they see now, unless ``shown`` says what they saw."""
        row = await self.mention(place)
        seen = shown or Shown(row.draft_revision, row.version)
        moment = None if until is None else self.clock.now() + until
        decision = Decision(row.id, verdict, self.people[by], seen, text, reason, moment)
        try:
            return await self.review.decide(decision)
        finally:
            await self.stations_idle()

    async def approve(self, place: Place, by: str = "Camille") -> None:
        await self.decide(place, Verdict.APPROVE, by)

    async def approved(self, text: str = "A lamp that shines", by: str = "nadia", **where: str) -> Place:
        """A comment whose answer may leave now: the undo window is over."""
        place = await self.say(text, by, **where)
        await self.approve(place)
        self.pass_time(UNDO)
        return place

    # --- time and sending --------------------------------------------------------------------------

    def pass_time(self, span: timedelta) -> None:
        self.clock.advance(span)

    async def send(self, account: str = "here") -> None:
        """Send whatever is due, until there is nothing left to do now."""
        async with self.sending(account) as sender:
            async with asyncio.timeout(PATIENCE_S):
                await sender.idle.wait()

    @asynccontextmanager
    async def sending(self, account: str = "here") -> AsyncIterator[Sender]:
        """The sender runs meanwhile; afterwards it is cut off, as by a kill."""
        sender = self.platforms[account].sender
        sender.ring()
        task = asyncio.create_task(sender.run())
        try:
            yield sender
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def next_said(self, account: str = "here") -> asyncio.Event:
        """Set as soon as members can read the next message."""
        said = asyncio.Event()
        self.platforms[account].world.on_said(lambda _: said.set())
        return said

    async def until(self, question: Callable[[], Awaitable[bool]]) -> None:
        """Wait for a commit after which the answer is yes."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                self._committed.clear()
                if await question():
                    return
                await self._committed.wait()

    # --- what came of it ---------------------------------------------------------------------------

    async def rows(self, query: Select[Any]) -> list[AnyRow]:
        return await self.ledger.read(lambda connection: list(connection.execute(query)))

    async def mention(self, place: Place) -> AnyRow:
        query = (
            select(mentions, conversations.c.version)
            .join(conversations)
            .where(mentions.c.space == place.space, mentions.c.message_id == place.message_id)
        )
        (row,) = await self.rows(query)
        return row

    async def state(self, place: Place) -> State:
        return State((await self.mention(place)).state)

    async def delivery(self, place: Place) -> AnyRow:
        """The latest delivery to this comment."""
        mention = await self.mention(place)
        query = select(deliveries).where(deliveries.c.mention_id == mention.id).order_by(deliveries.c.id)
        return (await self.rows(query))[-1]

    async def draft(self, place: Place) -> AnyRow:
        """The latest draft for this comment."""
        mention = await self.mention(place)
        query = select(drafts).where(drafts.c.mention_id == mention.id).order_by(drafts.c.revision)
        return (await self.rows(query))[-1]

    async def escalation(self, place: Place) -> AnyRow:
        """The latest escalation of this comment."""
        mention = await self.mention(place)
        query = select(escalations).where(escalations.c.mention_id == mention.id)
        return (await self.rows(query.order_by(escalations.c.id)))[-1]

    async def history(self, place: Place) -> list[AnyRow]:
        mention = await self.mention(place)
        query = select(events).where(events.c.mention_id == mention.id).order_by(events.c.seq)
        return await self.rows(query)

    async def happened(self, place: Place) -> list[str]:
        return [row.kind for row in await self.history(place)]

    def visible(self, place: Place, account: str = "here") -> list[str]:
        """The texts that members can read under this comment."""
        said = self.platforms[account].world.journal.said
        return list({one.message_id: one.text for one in said if one.place == place}.values())
