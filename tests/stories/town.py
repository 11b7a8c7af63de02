"""The whole program over platforms inside the process, with a clock that is moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from adapters.loopback import LoopbackAdapter
from adapters.loopback.world import World
from bot import wiring
from bot.clock import ManualClock
from bot.domain.events import EventKind
from bot.domain.lifecycle import State
from bot.domain.mention import Author
from bot.domain.mention import Place as Spot
from bot.domain.people import Role
from bot.domain.reviews import Decision, Shown, Verdict
from bot.ledger.queries.mention import Mention, find
from bot.ledger.schema import mentions
from bot.service import Account
from bot.settings import PersonSettings, RawSection, Settings
from bot.wiring import App, Fitting

PATIENCE_S = 30.0
PEOPLE = {
    "Camille": PersonSettings(role=Role.OWNER, identities={"loopback": "camille"}),
    "Robin": PersonSettings(role=Role.REPLIER),
}


def quick(label: str) -> RawSection:
    """A classifier that finds the same in every text."""
    return RawSection("constant", {"label": label})


class Town:
    """People talk, the program runs, somebody is at the desk."""

    def __init__(self, app: App, clock: ManualClock) -> None:
        self.app = app
        self.clock = clock
        self._committed = asyncio.Event()
        app.ledger.when_committed(lambda _: self._committed.set())

    def account(self, name: str = "lounge") -> Account:
        return next(account for account in self.app.service.accounts if account.name == name)

    def world(self, name: str = "lounge") -> World:
        adapter = self.account(name).adapter
        assert isinstance(adapter, LoopbackAdapter)
        return adapter.world

    # --- the community -----------------------------------------------------------------------------

    async def says(
        self, who: str, text: str, *, at: str = "lounge", room: str = "salon", **where: str
    ) -> Spot:
        """Somebody posts; everything that a machine does about it has been done."""
        spot = self.world(at).say(room, Author(who, who.title()), text, **where)
        await self.until(lambda: self._known(spot))
        await self.app.service.quiet()
        return spot

    async def edits(self, spot: Spot, text: str) -> None:
        self.world().edit(spot, text)
        await self._seen(spot, EventKind.MENTION_EDITED)

    async def deletes(self, spot: Spot) -> None:
        self.world().delete(spot)
        await self._seen(spot, EventKind.MENTION_DISMISSED)

    async def staff_replies(self, to: Spot, text: str) -> None:
        self.world().say(to.space, Author("camille", "Camille"), text, reply_to=to.message_id)
        await self._seen(to, EventKind.STAFF_ANSWERED)

    async def _seen(self, spot: Spot, kind: EventKind) -> None:
        async def told() -> bool:
            return kind in self.kinds(await self.card(spot))

        await self.until(told)
        await self.app.service.quiet()

    def kinds(self, card: Mention) -> list[EventKind]:
        return [shown.event.kind for shown in card.events]

    # --- the desk ----------------------------------------------------------------------------------

    async def card(self, spot: Spot) -> Mention:
        """What the desk shows of this comment now."""
        card = await self.app.ledger.read(lambda connection: find(connection, self._id(connection, spot)))
        assert card is not None
        return card

    async def state(self, spot: Spot) -> State:
        return (await self.card(spot)).item.state

    async def decides(
        self,
        card: Mention,
        verdict: Verdict,
        who: str = "Camille",
        *,
        text: str | None = None,
        reason: str = "",
    ) -> State:
        """Somebody decides about the card as it was shown to them."""
        revision = card.drafts[-1].revision if card.drafts else 0
        shown = Shown(card.item.draft_revision or revision, card.conversation_version)
        person = self.app.people[who]
        state = await self.app.review.decide(Decision(card.item.id, verdict, person, shown, text, reason))
        await self.app.service.quiet()
        return state

    # --- time and what can be read -----------------------------------------------------------------

    async def passes(self, span: timedelta) -> None:
        """Time passes, and what was due has happened."""
        self.clock.advance(span)
        await self.app.service.quiet()

    def answers(self, spot: Spot, at: str = "lounge") -> list[str]:
        """What members can read under this comment."""
        said = self.world(at).journal.said
        return list({one.message_id: one.text for one in said if one.place == spot}.values())

    async def until(self, question: Callable[[], Awaitable[bool]]) -> None:
        """Wait for a commit after which the answer is yes."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                self._committed.clear()
                if await question():
                    return
                await self._committed.wait()

    async def until_it_stands(self, spot: Spot, state: State) -> None:
        async def stands() -> bool:
            return await self.state(spot) is state

        await self.until(stands)

    async def until_part(self, name: str, standing: str) -> Mapping[str, Any]:
        """Wait until /readyz would say so of this part; what it says of it."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                ready: Any = await self.app.service.ready()
                if ready["parts"][name]["standing"] == standing:
                    part: Mapping[str, Any] = ready["parts"][name]
                    return part

    async def _known(self, spot: Spot) -> bool:
        return bool(await self.app.ledger.read(lambda connection: self._id(connection, spot)))

    @staticmethod
    def _id(connection: Any, spot: Spot) -> str:  # noqa: ANN401 - a connection of the ledger's own
        query = select(mentions.c.id).where(
            mentions.c.space == spot.space, mentions.c.message_id == spot.message_id
        )
        return connection.execute(query).scalar() or ""


@asynccontextmanager
async def town(folder: Path, **settings: Any) -> AsyncIterator[Town]:  # noqa: ANN401 - fields of Settings
    """A town that is awake. Without other wishes: one room, nothing trusted, every comment is a question."""
    wished = {
        "accounts": {"lounge": RawSection("loopback")},
        "people": PEOPLE,
        "classifier": quick("question"),
        "data_dir": folder,
    }
    clock = ManualClock()
    app = await wiring.build(Settings.model_validate(wished | settings), Fitting(clock=clock))
    try:
        place = Town(app, clock)
        await app.service.start()
        yield place
    finally:
        await app.stop()
