"""The stand-in platform itself: rooms, what is posted in them, and what the bot said there.

Nothing of the product's own state lives here. A world is the outside: in tests, the only judge.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import islice

from adapters.loopback.journal import Journal, Said
from bot.clock import Clock
from bot.domain.mention import Author, Deletion, Edit, Incoming, Place, Post
from bot.domain.replies import Outgoing
from bot.ids import Ids, new_id


class Fault(StrEnum):
    """What a platform can do to a send."""

    LOST = "lost"  # it is said, but the answer never comes back
    DROPPED = "dropped"  # the connection broke before it arrived; nobody can tell this from LOST
    REFUSED = "refused"  # too much at once: not said, try later
    REJECTED = "rejected"  # not said, and never will be
    SLOW = "slow"  # it is said at once, the answer takes its time


Faults = Callable[[Outgoing], Fault | None]


def in_turn(*faults: Fault | None) -> Faults:
    """The first send meets the first fault, and so on; later ones meet none."""
    left = iter(faults)
    return lambda outgoing: next(left, None)


class RateLimitError(Exception):
    """The platform wants to be left alone for a while."""

    def __init__(self, retry_after: timedelta) -> None:
        self.retry_after = retry_after
        super().__init__(f"retry after {retry_after.total_seconds():.0f} s")


class ForbiddenError(Exception):
    """The platform will not say this, now or later."""


@dataclass(frozen=True, slots=True)
class Room:
    """A place to talk. In a ``threaded`` one, what answers nothing starts a thread of its own."""

    id: str
    name: str
    threaded: bool = False


class World:
    """One platform with its rooms. Used from one event loop; not thread-safe.

    ``faults`` is asked at every send that reaches the platform; ``reachable`` is the network cable.
    With ``idempotent`` a repeated delivery id gives the first message again and says nothing new.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        rooms: Sequence[Room] = (),
        journal: Journal | None = None,
        idempotent: bool = False,
        max_length: int = 4000,
        ids: Ids = new_id,
    ) -> None:
        self.rooms: Mapping[str, Room] = {room.id: room for room in rooms}
        self.journal = journal or Journal()
        self.faults: Faults = in_turn()
        self.retry_after = timedelta(seconds=30)
        self.slowness = timedelta(seconds=60)
        self.reachable = True
        self._clock = clock
        self._idempotent = idempotent
        self._max_length = max_length
        self._ids = ids
        self._listeners: list[Callable[[Said], None]] = []
        self._feed: deque[Incoming] = deque()
        self._fed = asyncio.Event()

    # What people do.

    def say(self, space: str, author: Author, text: str, *, thread: str = "", reply_to: str = "") -> Place:
        """Somebody posts, now; gives the place for a later ``edit`` or ``delete``."""
        room = self.rooms.get(space, Room(space, space))
        message_id = self._ids()
        place = Place(space, message_id, thread or (message_id if room.threaded else ""))
        self._put(Post(place, author, text, self._clock.now(), reply_to, room.name))
        return place

    def edit(self, place: Place, text: str) -> None:
        """The author changes an earlier post."""
        self._put(Edit(place, text, self._clock.now()))

    def delete(self, place: Place) -> None:
        """The author removes an earlier post."""
        self._put(Deletion(place, self._clock.now()))

    def on_said(self, listener: Callable[[Said], None]) -> None:
        """Have ``listener`` told whatever the bot says from now on."""
        self._listeners.append(listener)

    # What a platform offers to a bot.

    def connect(self) -> None:
        """Raises ConnectionRefusedError when the platform cannot be reached."""
        if not self.reachable:
            raise ConnectionRefusedError("the platform cannot be reached")

    async def updates(self, limit: int) -> Sequence[Incoming]:
        """What was posted and not yet acknowledged, oldest first; waits until there is something."""
        await self._fed.wait()
        return list(islice(self._feed, limit))

    def acknowledge(self, count: int) -> None:
        """Forget the ``count`` oldest updates: the bot has them."""
        for _ in range(count):
            self._feed.popleft()
        if not self._feed:
            self._fed.clear()

    async def post(self, outgoing: Outgoing) -> str:
        """Say it; gives the message id.

        Raises ConnectionRefusedError before anything left, ConnectionResetError when the answer was
        cut, RateLimitError, ForbiddenError.
        """
        self.connect()
        fault = self.faults(outgoing)
        if fault is Fault.DROPPED:
            raise ConnectionResetError("the connection broke")
        if fault is Fault.REFUSED:
            raise RateLimitError(self.retry_after)
        if fault is Fault.REJECTED:
            raise ForbiddenError("the bot may not write here")
        if len(outgoing.text) > self._max_length:
            raise ForbiddenError(f"the text is longer than {self._max_length} characters")
        said = self._arrived(outgoing)
        if fault is Fault.SLOW:
            await self._clock.sleep(self.slowness.total_seconds())
        if fault is Fault.LOST:
            raise ConnectionResetError("the connection broke")
        return said.message_id

    def find(self, delivery_id: str) -> str | None:
        """The id of the message with this delivery id, if there is one."""
        self.connect()
        first = self.journal.first(delivery_id)
        return first.message_id if first else None

    def _arrived(self, outgoing: Outgoing) -> Said:
        first = self.journal.first(outgoing.delivery_id) if self._idempotent else None
        said = Said(
            delivery_id=outgoing.delivery_id,
            kind=outgoing.kind,
            place=outgoing.place,
            text=first.text if first else outgoing.text,
            message_id=first.message_id if first else self._ids(),
            at=self._clock.now(),
        )
        self.journal.append(said)
        if first is None:
            for listener in self._listeners:
                listener(said)
        return said

    def _put(self, incoming: Incoming) -> None:
        self._feed.append(incoming)
        self._fed.set()
