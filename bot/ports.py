"""The sockets in the wall: what adapters, classifiers, responders and buses plug into.

Each has a contract kit in ``tests/contract`` that every implementation passes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.clock import Clock
from bot.domain.events import Envelope, EventKind
from bot.domain.labels import Classification
from bot.domain.mention import Incoming
from bot.domain.replies import Capabilities, Draft, Outcome, Outgoing


class Intake(Protocol):
    """Where adapters hand in what the community said."""

    async def __call__(self, incoming: Sequence[Incoming], cursor: str = "") -> None:
        """Commit all of it, in order, with the platform's ``cursor`` (empty: leave it as it was).

        Only after this returns may the adapter tell the platform that it was received. When it
        raises, nothing was kept and the platform must be left to deliver again. Handing the same
        post in twice changes nothing.
        """

    async def cursor(self) -> str:
        """The last committed cursor of this account; empty at the very start."""


class Adapter(Protocol):
    """One bot identity on one platform."""

    @property
    def capabilities(self) -> Capabilities: ...

    async def run(self, intake: Intake) -> None:
        """Receive until cancelled. Returns when there will never be more (a finished script).

        Raises AdapterFailed when trying again is of no use (a wrong token); anything else raised
        is tried again after a pause, while the other accounts go on.
        """

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Try once to say it, where the mention was said. What raises counts as Unknown."""

    async def look_up(self, outgoing: Outgoing) -> Outcome:
        """Whether it is there: Sent, NotSent, or Unknown when the platform cannot tell now."""

    async def close(self) -> None:
        """Let go of connections."""


@dataclass(frozen=True, slots=True)
class AdapterContext:
    """What every adapter is built with, beside its own options."""

    clock: Clock
    data_dir: Path


@dataclass(frozen=True, slots=True)
class Text:
    """What a classifier reads: one comment, and the language of what came before it if that is known."""

    text: str
    context_language: str = ""


class Classifier(Protocol):
    """Reads comments. Never called on the event loop's thread."""

    @property
    def name(self) -> str:
        """Name and version, kept beside each classification."""

    def classify(self, texts: Sequence[Text]) -> list[Classification]:
        """One classification for each text, in order. Hostile, empty and huge texts give one too."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a responder knows when it is asked what to say.

    ``mention_id`` makes its choices stable; ``avoid`` names templates already suggested or already
    used in this conversation, the most recent last.
    """

    mention_id: str
    text: str
    author_name: str
    classification: Classification
    language: str
    brand: str
    avoid: Sequence[str] = ()


class Responder(Protocol):
    """Knows what to say."""

    def draft(self, occasion: Occasion) -> Draft | None:
        """A reply in ``occasion.language``; None when it has nothing to say. Pure and quick."""


Handler = Callable[[Sequence[Envelope]], Awaitable[None]]


class Bus(Protocol):
    """A doorbell: at most a hint that there is work in the ledger."""

    def subscribe(self, station: str, kinds: Collection[EventKind], handler: Handler) -> None:
        """Have ``handler`` called with batches; envelopes of one conversation keep their order."""

    def publish(self, envelopes: Sequence[Envelope]) -> None:
        """Ring. May be dropped when a station is full: the sweep rings again."""

    async def run(self) -> None:
        """Carry until cancelled."""

    async def join(self) -> None:
        """Wait until every station has handled what was published."""
