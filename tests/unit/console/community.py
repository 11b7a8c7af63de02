"""A small community in a real ledger: what it says is read and drafted for through the real operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import select
from starlette.types import ASGIApp

from bot.clock import Clock
from bot.console.app import build
from bot.console.live import Live
from bot.console.logins import Logins
from bot.domain.events import Envelope, EventKind
from bot.domain.labels import Classification, Label
from bot.domain.lifecycle import State
from bot.domain.mention import Author, Deletion, Edit, Incoming, Place, Post
from bot.domain.people import Person, Role
from bot.domain.policy import Policy
from bot.domain.replies import Draft, NotSent, Outcome, Sent, Unknown
from bot.domain.reviews import Decision, Shown, Verdict
from bot.domain.sla import Patience
from bot.errors import Refused
from bot.ids import new_id
from bot.ledger.operations import delivery, settling
from bot.ledger.operations.delivery import Claim
from bot.ledger.operations.directory import Directory, Listed, enlist
from bot.ledger.operations.settling import Hold, Settlement
from bot.ledger.queries import mention as mention_query
from bot.ledger.queries.mention import Mention
from bot.ledger.schema import AnyRow, mentions
from bot.ledger.store import Ledger
from bot.pipeline.drafting import Drafting
from bot.pipeline.intake import AccountIntake
from bot.pipeline.review import Review
from bot.pipeline.triage import Triage
from bot.ports import Occasion, Text

BRAND = "Maison Lumen"
SECRET = b"a secret that signs sessions in tests"
TOKEN = "a token for the command line in tests"
STAFF = (
    Person("", "Camille", Role.REPLIER),
    Person("", "Noé", Role.OWNER),
    Person("", "Rita", Role.READER),
)
READY: Mapping[str, object] = {"ok": True, "parts": {"bus": {"standing": "up"}}}


async def ready() -> Mapping[str, object]:
    return READY


class _Reader:
    """Reads every text the same way."""

    def __init__(self, classification: Classification) -> None:
        self._classification = classification

    async def read(self, texts: Sequence[Text]) -> list[Classification]:
        return [self._classification] * len(texts)


class _Responder:
    """Always suggests the same."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def draft(self, occasion: Occasion) -> Draft:
        return self._draft


class Community:
    """Opens a ledger with staff and one account; lets people talk, and the machine do its part."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        undo_window: timedelta = timedelta(seconds=15),
        language: str = "en",
    ) -> None:
        self.clock = clock
        self.ledger = Ledger(folder / "answerable.db", clock, new_id, Patience())
        self.logins = Logins(clock)
        self.live = Live(clock)
        self.ledger.when_committed(self.live.heard)
        self.language = language
        self._undo_window = undo_window
        self._numbers = count(1)

    async def open(self) -> None:
        listed = Listed(BRAND, {"lounge": "loopback"}, STAFF, {"Camille": {"loopback": "camille"}})
        self.directory: Directory = await self.ledger.write_one(enlist, listed)
        self.account_id = self.directory.account_ids["lounge"]
        self.review = Review(self.ledger, self._undo_window, {self.account_id: 500})
        self.intake = AccountIntake(self.ledger, self.account_id, "loopback")

    async def close(self) -> None:
        self.live.close()
        await self.ledger.close()

    @property
    def people(self) -> Mapping[str, Person]:
        return self.directory.people

    def app(self) -> ASGIApp:
        return build(
            ledger=self.ledger,
            review=self.review,
            clock=self.clock,
            people=list(self.people.values()),
            owner=self.people["Noé"],
            brand=BRAND,
            language=self.language,
            max_lengths={self.account_id: 500},
            secret=SECRET,
            logins=self.logins,
            live=self.live,
            ready=ready,
            take_in=self.take_in,
            api_token=TOKEN,
        )

    async def take_in(self, account: str, incoming: Sequence[Incoming]) -> None:
        if account != "lounge":
            raise Refused(f"There is no account {account}.", "Choose lounge.")
        await self.intake(incoming)

    # --- the community talks ---

    async def post(
        self,
        text: str,
        by: str = "Nadia B.",
        *,
        space: str = "#salon",
        thread: str = "",
        reply_to: str = "",
        staff: bool = False,
    ) -> str:
        """Post as somebody; the message id."""
        message_id = f"m{next(self._numbers)}"
        author = Author("camille" if staff else by, by)
        place = Place(space, message_id, thread)
        await self.intake([Post(place, author, text, self.clock.now(), reply_to, space_name=space)])
        return message_id

    async def edit(self, mention_id: str, text: str) -> None:
        await self.intake([Edit(await self._place(mention_id), text, self.clock.now())])

    async def delete(self, mention_id: str) -> None:
        await self.intake([Deletion(await self._place(mention_id), self.clock.now())])

    # --- the machine does its part ---

    async def say(
        self,
        text: str,
        by: str = "Nadia B.",
        *,
        draft: str = "Thank you, that makes our day!",
        read: Classification | None = None,
        space: str = "#salon",
        thread: str = "",
        reply_to: str = "",
    ) -> str:
        """Post, read and draft for it: the id of a mention that waits for a decision."""
        message_id = await self.post(text, by, space=space, thread=thread, reply_to=reply_to)
        mention_id = await self._id_of(message_id)
        await self.read(mention_id, read or Classification((Label.PRAISE,), {Label.PRAISE: 0.97}, "en"))
        await self.suggest(mention_id, draft)
        return mention_id

    async def read(self, mention_id: str, classification: Classification) -> None:
        station = Triage(self.ledger, _Reader(classification), Policy())
        await station.handle([await self._bell(EventKind.MENTION_RECEIVED, mention_id)])

    async def suggest(self, mention_id: str, text: str, language: str = "en") -> None:
        responder = _Responder(Draft(text, language, "templated", "praise/plain"))
        station = Drafting(self.ledger, responder, Policy(), BRAND, language)
        await station.handle([await self._bell(EventKind.MENTION_TRIAGED, mention_id)])

    async def send(self, mention_id: str, outcome: Outcome | None = None) -> None:
        """Send what is due of this mention, with this outcome; held when its fate stays unknown."""
        claimed = await self.ledger.write_one(
            delivery.claim, Claim(self.account_id, 100, timedelta(seconds=60), 500)
        )
        (one,) = [one for one in claimed if one.mention_id == mention_id]
        outcome = outcome or Sent("there")
        if isinstance(outcome, Unknown):
            await self.ledger.write_one(settling.hold, Hold(one.outgoing.delivery_id, one.token))
            return
        assert not isinstance(outcome, NotSent)
        settlement = Settlement(one.outgoing.delivery_id, one.token, outcome, 5, timedelta(seconds=1))
        await self.ledger.write_one(settling.settle, settlement)

    # --- people decide and look ---

    async def decide(
        self,
        mention_id: str,
        verdict: Verdict,
        by: str = "Camille",
        reason: str = "",
        text: str | None = None,
    ) -> State:
        mention = await self.look(mention_id)
        shown = Shown(mention.item.draft_revision, mention.conversation_version)
        return await self.review.decide(Decision(mention_id, verdict, self.people[by], shown, text, reason))

    async def look(self, mention_id: str) -> Mention:
        found = await self.ledger.read(lambda connection: mention_query.find(connection, mention_id))
        assert found is not None
        return found

    async def _bell(self, kind: EventKind, mention_id: str) -> Envelope:
        row = await self._row(mention_id)
        return Envelope(0, kind, mention_id, row.conversation_id)

    async def _row(self, mention_id: str) -> AnyRow:
        query = select(mentions).where(mentions.c.id == mention_id)
        return await self.ledger.read(lambda connection: connection.execute(query).one())

    async def _place(self, mention_id: str) -> Place:
        row = await self._row(mention_id)
        return Place(row.space, row.message_id, row.thread)

    async def _id_of(self, message_id: str) -> str:
        query = select(mentions.c.id).where(mentions.c.message_id == message_id)
        return await self.ledger.read(lambda connection: connection.execute(query).scalar_one())
