"""Every setting of the core, with what it means and what it is when nobody says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.domain.durations import parse_duration
from bot.domain.labels import Label
from bot.domain.people import Agreement, Role
from bot.domain.policy import Policy
from bot.domain.sla import Patience
from bot.settings.sections import RawSection, Section, without_blanks

SQLITE = "sqlite:///"
LEDGER_FILE = "answerable.db"


def _positive(span: timedelta) -> timedelta:
    if not span:
        raise ValueError("must be longer than nothing")
    return span


def _countable(written: object) -> object:
    if isinstance(written, bool):
        raise ValueError("must be a whole number")
    return written


def _web_address(written: str) -> str:
    if written and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", written):
        raise ValueError('must be an address such as "https://answers.example.com", or empty')
    return written.rstrip("/")


def _sqlite_url(written: str) -> str:
    if written and not re.fullmatch(f"{SQLITE}.*[^/]", written):
        raise ValueError(f'must be "{SQLITE}" and the path of a file; this version knows no other database')
    return written


def _language(written: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", written):
        raise ValueError('must be a language code such as "fr" or "pt-BR"')
    return written


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Wait = Annotated[Duration, AfterValidator(_positive)]
Whole = Annotated[int, BeforeValidator(_countable)]
Text = Annotated[str, Field(min_length=1)]
Language = Annotated[str, AfterValidator(_language)]
Identifier = Annotated[str, Field(min_length=1, coerce_numbers_to_str=True)]


_PATIENCE = Patience()


class LogLevel(StrEnum):
    """From everything to errors only."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """For eyes or for machines."""

    TEXT = "text"
    JSON = "json"


class SettingsModel(BaseModel):
    """A section: nothing unknown in it, nothing changed after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _blank_means_default(cls, written: object) -> object:
        return without_blanks(cls, written) if isinstance(written, Mapping) else written


class BrandSettings(SettingsModel):
    """Who answers."""

    name: Text = Field(
        default="Our brand", description="The brand's name, as the community reads it in replies."
    )
    language: Literal["fr", "en"] = Field(
        default="en", description="The language of the inbox and of its cards."
    )
    address: Literal["vous", "tu"] = Field(
        default="vous", description="How French replies address the community."
    )


class PersonSettings(SettingsModel):
    """One member of staff."""

    role: Role = Field(
        examples=["owner"], description="What this person may do; each role includes the ones before it."
    )
    agreement: Agreement = Field(
        default=Agreement.NEUTRAL, description="How sentences agree with this person when they sign a reply."
    )
    languages: tuple[Language, ...] = Field(default=(), description="The languages this person answers in.")
    identities: Mapping[Text, Identifier] = Field(
        default_factory=dict,
        description="This person's id on each platform, so that what they post there is a staff answer.",
    )


class PolicySettings(SettingsModel):
    """What may happen without a person. Nothing, on day one."""

    dismiss: tuple[Label, ...] = Field(
        default=(), description="Labels set aside without an answer when the classifier is sure of them."
    )
    trusted_templates: tuple[Text, ...] = Field(
        default=(), description="Templates that people allow to speak alone; never to a complaint."
    )

    def to_domain(self) -> Policy:
        """The rules as the pipeline reads them."""
        return Policy(dismissed=frozenset(self.dismiss), trusted=frozenset(self.trusted_templates))


class DeliverySettings(SettingsModel):
    """How replies leave."""

    undo_window: Duration = Field(
        default=timedelta(seconds=15),
        description="How long an approved reply can be taken back before it leaves.",
    )
    attempts: Whole = Field(
        default=5,
        ge=1,
        le=100,
        description="How often to try to send what surely did not go out, before a person is asked.",
    )
    timeout: Wait = Field(default=timedelta(seconds=10), description="How long one attempt to send may take.")
    lease: Wait = Field(
        default=timedelta(seconds=60),
        description="How long a sender that fell silent keeps a reply to itself.",
    )

    @model_validator(mode="after")
    def _lease_outlasts_an_attempt(self) -> Self:
        if self.lease <= self.timeout:
            raise ValueError("must have a lease longer than its timeout")
        return self


class PatienceSettings(SettingsModel):
    """How long a mention may wait before it is shown to somebody next."""

    machine: Wait = Field(
        default=_PATIENCE.machine, description="Being read, routed or sent; then a person is asked."
    )
    review: Wait = Field(
        default=_PATIENCE.review, description="Waiting for a decision; then it is escalated."
    )
    escalation: Wait = Field(
        default=_PATIENCE.escalation, description="Waiting to be claimed; then it climbs."
    )
    assignment: Wait = Field(
        default=_PATIENCE.assignment, description="Claimed, and nothing heard since; then it climbs."
    )

    def to_domain(self) -> Patience:
        """The waits as deadlines are computed from them."""
        return Patience(self.machine, self.review, self.escalation, self.assignment)


class LedgerSettings(SettingsModel):
    """Where the truth is kept."""

    url: Annotated[str, AfterValidator(_sqlite_url)] = Field(
        default="",
        repr=False,
        description=f"{SQLITE} and a path, read from data_dir; empty: the file {LEDGER_FILE} in data_dir.",
    )


class ConsoleSettings(SettingsModel):
    """The web inbox."""

    host: Text = Field(
        default="127.0.0.1", description="The address to listen on; this machine alone unless told otherwise."
    )
    port: Whole = Field(
        default=8765, ge=0, le=65535, description="The port to listen on; 0 takes any that is free."
    )
    public_url: Annotated[str, AfterValidator(_web_address)] = Field(
        default="", description="The address that people's browsers use, when it is not the host and port."
    )


class LoggingSettings(SettingsModel):
    """What the service tells its operator. Never secrets, never what people wrote."""

    level: LogLevel = Field(default=LogLevel.INFO, description="The least important thing worth a line.")
    format: LogFormat = Field(
        default=LogFormat.TEXT, description="Lines for eyes, or one JSON object on each."
    )


def _somebody(people: Mapping[str, PersonSettings]) -> Mapping[str, PersonSettings]:
    return people or {"Owner": PersonSettings(role=Role.OWNER)}


class Settings(SettingsModel):
    """The whole configuration."""

    brand: BrandSettings = Field(default_factory=BrandSettings, description="Who answers.")
    accounts: Mapping[Text, Section] = Field(
        default_factory=dict,
        description="Where the community talks: one entry for each account, under a name of yours;"
        " several may be of one kind.",
    )
    people: Annotated[Mapping[Text, PersonSettings], AfterValidator(_somebody)] = Field(
        default_factory=lambda: _somebody({}),
        description='Who decides, under the name that is shown; with nobody here, one "Owner" may do all.',
    )
    classifier: Section = Field(
        default_factory=lambda: RawSection("model"), description="What reads the comments."
    )
    responder: Section = Field(
        default_factory=lambda: RawSection("templated"), description="What suggests the replies."
    )
    policy: PolicySettings = Field(
        default_factory=PolicySettings, description="What may happen without a person: nothing, on day one."
    )
    delivery: DeliverySettings = Field(default_factory=DeliverySettings, description="How replies leave.")
    patience: PatienceSettings = Field(
        default_factory=PatienceSettings,
        description="How long a mention waits before somebody is shown it next.",
    )
    ledger: LedgerSettings = Field(default_factory=LedgerSettings, description="Where everything is kept.")
    data_dir: Path = Field(
        default=Path("data"),
        description="The folder for what is kept, read from the folder of the configuration file.",
    )
    console: ConsoleSettings = Field(default_factory=ConsoleSettings, description="The web inbox.")
    logging: LoggingSettings = Field(
        default_factory=LoggingSettings, description="What the operator is told."
    )

    @property
    def ledger_file(self) -> Path:
        """The SQLite file."""
        return self.data_dir / (self.ledger.url.removeprefix(SQLITE) or LEDGER_FILE)
