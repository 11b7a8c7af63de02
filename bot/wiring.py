"""The composition root: from settings to live objects. The only module that knows every part."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pydantic import BaseModel

import adapters
import responders
from bot import classifiers
from bot.bus.memory import MemoryBus
from bot.classifiers.worker import ClassifierWorker
from bot.clock import Clock, SystemClock
from bot.console.app import build as build_console
from bot.console.live import Live
from bot.console.logins import Logins
from bot.console.server import serve
from bot.domain.events import Envelope, EventKind
from bot.domain.mention import Incoming
from bot.domain.people import Person, Role
from bot.errors import ConfigError, Refused
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
from bot.ports import Adapter, AdapterContext, Classifier, Responder
from bot.service import Account, Service
from bot.settings import RawSection, Settings, explain, options_for, unknown_kind

EXPORTS = "exports"
SENDER_KINDS = (
    EventKind.DRAFT_TRUSTED,
    EventKind.REPLY_APPROVED,
    EventKind.DELIVERY_POSTPONED,
    EventKind.DELIVERY_STARTED,
)


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
class Inbox:
    """The web inbox on its listener: ``serve`` runs until cancelled."""

    url: str
    token: str
    logins: Logins
    serve: Callable[[], Awaitable[None]]

    def link(self, person: Person) -> str:
        """A personal login link: opens once, within a day."""
        return self.url + self.logins.path(person)


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
    sections = _accounts(settings)
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


def inbox(app: App, listener: socket.socket) -> Inbox:
    """The inbox over what runs. Sessions end with the process: their key is made here and kept nowhere."""
    token = secrets.token_urlsafe(32)
    logins, live = Logins(app.clock), Live(app.clock)
    app.ledger.when_committed(live.heard)
    accounts = {account.name: account for account in app.service.accounts}

    async def take_in(name: str, incoming: Sequence[Incoming]) -> None:
        if name not in accounts:
            raise Refused(f"There is no account {name}.", f"There are: {', '.join(accounts)}.")
        await accounts[name].intake(incoming)

    asgi = build_console(
        ledger=app.ledger,
        review=app.review,
        clock=app.clock,
        people=app.people.values(),
        owner=app.owner,
        brand=app.settings.brand.name,
        language=app.settings.brand.language,
        max_lengths={account.id: account.adapter.capabilities.max_length for account in accounts.values()},
        secret=secrets.token_bytes(32),
        logins=logins,
        live=live,
        ready=app.service.ready,
        take_in=take_in,
        api_token=token,
    )
    return Inbox(_address(app.settings, listener), token, logins, partial(serve, asgi, listener, live.close))


def _address(settings: Settings, listener: socket.socket) -> str:
    """What people's browsers open: the configured address, else where the listener is."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return settings.console.public_url or f"http://{shown}:{port}"


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


def _accounts(settings: Settings) -> dict[str, RawSection]:
    """The configured accounts, and always one that imported comments belong to."""
    sections = dict(settings.accounts)
    if not any(section.kind == EXPORTS for section in sections.values()):
        sections[EXPORTS] = RawSection(EXPORTS)
    return sections


def build_responder(settings: Settings) -> Responder:
    """What suggests the replies, in the brand's address unless its own section says another.

    Raises ConfigError.
    """
    section = settings.responder
    _require_known(section, responders.kinds())
    plug_in = responders.load(section.kind)
    options = _options(settings, section, plug_in.Options)
    if "address" in plug_in.Options.model_fields and "address" not in options.model_fields_set:
        options = options.model_copy(update={"address": settings.brand.address})
    return plug_in.build(options)


def build_classifier(settings: Settings) -> Classifier:
    """What reads the comments. Raises ConfigError or ClassifierUnusable."""
    section = settings.classifier
    _require_known(section, classifiers.kinds())
    plug_in = classifiers.load(section.kind)
    return plug_in.build(_options(settings, section, plug_in.Options))


def build_adapter(settings: Settings, name: str, clock: Clock) -> Adapter:
    """The connection of one account. Raises ConfigError."""
    section = _accounts(settings)[name]
    _require_known(section, adapters.kinds())
    plug_in = adapters.load(section.kind)
    context = AdapterContext(clock, settings.data_dir)
    return plug_in.build(name, _options(settings, section, plug_in.Options), context)


def _require_known(section: RawSection, kinds: Collection[str]) -> None:
    if section.kind not in kinds:
        raise unknown_kind(section, kinds)


def _options(settings: Settings, section: RawSection, model: type[BaseModel]) -> BaseModel:
    """The section as the plug-in's own model; a relative path in it is taken from the data directory."""
    options = options_for(section, model)
    paths = {key: settings.data_dir / value.expanduser() for key, value in options if isinstance(value, Path)}
    return options.model_copy(update=paths)


def explain_settings() -> str:
    """Every setting, those of the plug-ins too, as commented YAML.

    A plug-in that cannot be imported is named at the end, and hides none of the others.
    """
    models: dict[str, dict[str, type[BaseModel]]] = {}
    unusable = ""
    for section, sort in (("accounts", adapters), ("classifier", classifiers), ("responder", responders)):
        models[section] = {}
        for kind in sort.kinds():
            try:
                models[section][kind] = sort.load(kind).Options
            except ConfigError as error:
                unusable += f"# {error}\n"
    return explain(Settings, models) + unusable


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
    kinds = {name: section.kind for name, section in _accounts(settings).items()}
    return Listed(settings.brand.name, kinds, people, identities)
