"""Everything that runs, connected."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.bus.memory import MemoryBus
from bot.classifiers.worker import ClassifierWorker
from bot.clock import Clock, SystemClock
from bot.domain.events import Envelope, EventKind
from bot.domain.people import Person, Role
from bot.ids import Ids, ascending
from bot.ledger.operations.directory import Directory, Listed, enlist
from bot.ledger.operations.escalation import fault
from bot.ledger.store import Ledger, unobserved
from bot.ledger.writer import Observer
from bot.pipeline import drafting, triage
from bot.pipeline.deadlines import Deadlines
from bot.pipeline.delivery import Pace, Sender
from bot.pipeline.drafting import Drafting
from bot.pipeline.intake import AccountIntake
from bot.pipeline.relay import Relay
from bot.pipeline.review import Review
from bot.pipeline.triage import Triage
from bot.ports import Adapter, Responder
from bot.service import Account, Service
from bot.settings import Settings
from bot.wiring.parts import account_sections, build_adapter, build_classifier, build_responder

SENDER_KINDS = (EventKind.DRAFT_TRUSTED, EventKind.REPLY_APPROVED, EventKind.DELIVERY_POSTPONED)


@dataclass(frozen=True, slots=True)
class App:
    """Everything that was wired, for the command line, the inbox, the demo and the tests."""

    settings: Settings
    clock: Clock
    ledger: Ledger
    service: Service
    review: Review
    people: Mapping[str, Person]
    reader: ClassifierWorker

    @property
    def owner(self) -> Person:
        """Who decides where nobody is named: the first owner, else whoever is listed first."""
        people = list(self.people.values())
        return next((person for person in people if person.role is Role.OWNER), people[0])

    def account(self, kind: str) -> Account:
        """The first account of this kind."""
        return next(account for account in self.service.accounts if account.kind == kind)

    async def stop(self) -> None:
        """Drain and close everything."""
        await self.service.stop()
        await self.reader.close()


@dataclass(frozen=True, slots=True)
class Fitting:
    """What a test or a benchmark may exchange; the service runs with these defaults."""

    clock: Clock = field(default_factory=SystemClock)
    new_id: Ids = field(default_factory=ascending)
    observe: Observer = unobserved
    dress: Callable[[Adapter], Adapter] = lambda adapter: adapter


async def build(settings: Settings, fitting: Fitting | None = None) -> App:
    """Open the ledger and connect every part to it; nothing runs yet.

    Raises ConfigError or LedgerError, a sentence each.
    """
    fit = fitting or Fitting()
    sections = account_sections(settings)
    built = {name: fit.dress(build_adapter(settings, name, fit.clock)) for name in sections}
    responder = build_responder(settings)
    reader = ClassifierWorker(build_classifier(settings))
    ledger = Ledger(settings.ledger_file, fit.clock, fit.new_id, settings.patience.to_domain(), fit.observe)
    directory = await ledger.write_one(enlist, _listed(settings))
    bus = MemoryBus(_fault_teller(ledger))
    accounts = [
        _account(settings, ledger, fit.clock, directory, name, sections[name].kind, adapter)
        for name, adapter in built.items()
    ]
    _subscribe(bus, settings, ledger, reader, responder, accounts)
    relay = Relay(ledger, bus, fit.clock)
    ledger.when_committed(relay.ring)
    service = Service(ledger, bus, relay, Deadlines(ledger, fit.clock), accounts, fit.clock)
    limits = {account.id: account.adapter.capabilities.max_length for account in accounts}
    review = Review(ledger, settings.delivery.undo_window, limits)
    return App(settings, fit.clock, ledger, service, review, directory.people, reader)


def _subscribe(
    bus: MemoryBus,
    settings: Settings,
    ledger: Ledger,
    reader: ClassifierWorker,
    responder: Responder,
    accounts: list[Account],
) -> None:
    """Which event rings at which station: the whole table."""
    policy = settings.policy.to_domain()
    brand = settings.brand
    drafts = Drafting(ledger, responder, policy, brand.name, brand.language)

    async def ring_senders(_: object) -> None:
        for account in accounts:
            account.sender.ring()

    bus.subscribe(triage.STATION, triage.KINDS, Triage(ledger, reader, policy).handle)
    bus.subscribe(drafting.STATION, drafting.KINDS, drafts.handle)
    bus.subscribe("delivery", SENDER_KINDS, ring_senders)


def _fault_teller(ledger: Ledger) -> Callable[[str, Envelope, Exception], Awaitable[None]]:
    async def tell(station: str, envelope: Envelope, _: Exception) -> None:
        await ledger.write_one(fault, (envelope.mention_id, station))

    return tell


def _account(
    settings: Settings,
    ledger: Ledger,
    clock: Clock,
    directory: Directory,
    name: str,
    kind: str,
    adapter: Adapter,
) -> Account:
    account_id = directory.account_ids[name]
    delivery = settings.delivery
    pace = Pace(delivery.timeout, delivery.lease, delivery.attempts)
    sender = Sender(ledger, account_id, adapter, clock, pace)
    return Account(name, account_id, kind, adapter, AccountIntake(ledger, account_id, kind), sender)


def _listed(settings: Settings) -> Listed:
    people = [
        Person("", name, person.role, person.agreement, person.languages)
        for name, person in settings.people.items()
    ]
    identities = {name: dict(person.identities) for name, person in settings.people.items()}
    kinds = {name: section.kind for name, section in account_sections(settings).items()}
    return Listed(settings.brand.name, kinds, people, identities)
