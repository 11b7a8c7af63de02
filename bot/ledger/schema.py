"""The tables. Changed only together with a migration; a test compares the two."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    literal_column,
    or_,
    text,
)
from sqlalchemy.types import JSON

from bot.domain.lifecycle import ENDS, State
from bot.domain.replies import DeliveryKind, DeliveryState

AnyRow = Row[*tuple[Any, ...]]
"""A row of a query; its columns are named in the query."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A moment, kept as whole milliseconds since 1970 UTC: the same on every dialect, and it sorts."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else round(value.timestamp() * 1000)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value / 1000, UTC)


def _key() -> Column[str]:
    return Column("id", String, primary_key=True)


def _ref(name: str, target: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String, ForeignKey(f"{target}.id"), nullable=nullable)


brands = Table(
    "brands",
    metadata,
    _key(),
    Column("name", String, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    _key(),
    _ref("brand_id", "brands"),
    Column("name", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("cursor", Text, nullable=False, server_default=""),
)

people = Table(
    "people",
    metadata,
    _key(),
    _ref("brand_id", "brands"),
    Column("name", String, nullable=False, unique=True),
    Column("role", String, nullable=False),
    Column("agreement", String, nullable=False, server_default="neutral"),
    Column("languages", JSON, nullable=False),
    Column("team", String, nullable=False, server_default=""),
)

identities = Table(
    "identities",
    metadata,
    Column("kind", String, primary_key=True),
    Column("external_id", String, primary_key=True),
    _ref("person_id", "people"),
)

authors = Table(
    "authors",
    metadata,
    _key(),
    _ref("account_id", "accounts"),
    Column("external_id", String, nullable=False),
    Column("name", String, nullable=False),
    UniqueConstraint("account_id", "external_id"),
)

conversations = Table(
    "conversations",
    metadata,
    _key(),
    _ref("account_id", "accounts"),
    Column("key", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("language", String, nullable=False, server_default=""),
    UniqueConstraint("account_id", "key"),
)

WITH_PEOPLE = (State.IN_REVIEW, State.ESCALATED, State.ASSIGNED)
WITH_MACHINES = (State.RECEIVED, State.TRIAGED, State.APPROVED, State.DELIVERING)


def _any(states: Iterable[str]) -> str:
    """Not IN: SQLite makes a table of its list each time, and this is looked at for each row it writes."""
    return " OR ".join(f"state = '{state}'" for state in states)


def one_of(state: ColumnElement[str], states: Iterable[str]) -> ColumnElement[bool]:
    """The same in a query, in constants: a partial index serves only a condition that repeats its own."""
    return or_(*(state == literal_column(f"'{each}'") for each in states))


_BY_PEOPLE = text(_any(WITH_PEOPLE))
# What stands in a machine's hands; for queries of this one table.
BY_MACHINE = text(f"({_any(WITH_MACHINES)} OR state = 'in_review' AND draft_revision < draft_wanted)")

mentions = Table(
    "mentions",
    metadata,
    _key(),
    _ref("account_id", "accounts"),
    _ref("conversation_id", "conversations"),
    _ref("author_id", "authors"),
    Column("space", String, nullable=False),
    Column("space_name", String, nullable=False, server_default=""),
    Column("thread", String, nullable=False, server_default=""),
    Column("message_id", String, nullable=False),
    Column("reply_to", String, nullable=False, server_default=""),
    Column("link", String, nullable=False, server_default=""),
    Column("text", Text, nullable=False),
    Column("language", String, nullable=False, server_default=""),
    Column("sent_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("edited_at", Instant),
    Column("deleted_at", Instant),
    Column("state", String, nullable=False),
    Column("due_at", Instant),
    Column("snoozed_until", Instant),
    Column("classification_revision", Integer, nullable=False, server_default="0"),
    Column("draft_revision", Integer, nullable=False, server_default="0"),
    # A newer draft than the last is wanted while this is greater: the sweep sees a lost doorbell.
    Column("draft_wanted", Integer, nullable=False, server_default="1"),
    UniqueConstraint("account_id", "space", "message_id"),
    # Promise 3, kept by the database itself: open means that a deadline is set, ended that none is.
    CheckConstraint(f"({_any(sorted(ENDS))}) = (due_at IS NULL)", name="open_has_a_deadline"),
    Index(
        "ix_mentions_due_at",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    # The inbox: what waits for people by deadline, what ended by when; both also count themselves.
    Index(
        "ix_mentions_by_people",
        "state",
        "due_at",
        "id",
        sqlite_where=_BY_PEOPLE,
        postgresql_where=_BY_PEOPLE,
    ),
    Index(
        "ix_mentions_ended",
        "changed_at",
        "id",
        "state",
        sqlite_where=text("due_at IS NULL"),
        postgresql_where=text("due_at IS NULL"),
    ),
    Index("ix_mentions_by_machine", "changed_at", sqlite_where=BY_MACHINE, postgresql_where=BY_MACHINE),
    Index("ix_mentions_conversation_id", "conversation_id"),
    Index("ix_mentions_author_id", "author_id"),
    Index(
        "ix_mentions_thread",
        "account_id",
        "space",
        "thread",
        sqlite_where=text("thread <> ''"),
        postgresql_where=text("thread <> ''"),
    ),
)

edits = Table(
    "edits",
    metadata,
    Column("mention_id", String, ForeignKey("mentions.id"), primary_key=True),
    Column("replaced_at", Instant, primary_key=True),
    Column("text", Text, nullable=False),
)

staff_posts = Table(
    "staff_posts",
    metadata,
    _key(),
    _ref("account_id", "accounts"),
    Column("space", String, nullable=False),
    Column("thread", String, nullable=False),
    Column("message_id", String, nullable=False),
    Column("reply_to", String, nullable=False, server_default=""),
    Column("author_name", String, nullable=False),
    _ref("person_id", "people", nullable=True),
    Column("text", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
    UniqueConstraint("account_id", "space", "message_id"),
    Index("ix_staff_posts_reply_to", "account_id", "space", "reply_to"),
)

classifications = Table(
    "classifications",
    metadata,
    Column("mention_id", String, ForeignKey("mentions.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("labels", String, nullable=False),
    Column("scores", JSON, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("language", String, nullable=False),
    Column("unsure", Boolean, nullable=False),
    Column("classifier", String, nullable=False),
    Column("made_at", Instant, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("mention_id", String, ForeignKey("mentions.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("language", String, nullable=False),
    Column("responder", String, nullable=False),
    Column("template", String, nullable=False),
    Column("made_at", Instant, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    _key(),
    _ref("mention_id", "mentions"),
    Column("verdict", String, nullable=False),
    _ref("person_id", "people"),
    Column("draft_revision", Integer, nullable=False),
    Column("conversation_version", Integer, nullable=False),
    Column("text", Text),
    Column("reason", String, nullable=False, server_default=""),
    Column("decided_at", Instant, nullable=False),
    Index("ix_decisions_mention_id", "mention_id"),
)

_LIVE_ANSWER = text(
    f"kind = '{DeliveryKind.ANSWER}'"
    f" AND state NOT IN ('{DeliveryState.REJECTED}', '{DeliveryState.WITHDRAWN}')"
)
MOVING = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNKNOWN)
_MOVING = text(_any(MOVING))

deliveries = Table(
    "deliveries",
    metadata,
    _key(),
    _ref("mention_id", "mentions"),
    _ref("account_id", "accounts"),
    _ref("conversation_id", "conversations"),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("approved_by", String, nullable=False, server_default=""),
    Column("conversation_version", Integer, nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("token", String, nullable=False, server_default=""),
    Column("lease_until", Instant),
    Column("first_attempt_at", Instant),
    Column("sent_at", Instant),
    Column("external_id", String, nullable=False, server_default=""),
    Column("problem", String, nullable=False, server_default=""),
    # Promise 2, kept by the database itself: one answer at most is on its way or out.
    Index(
        "uq_deliveries_live_answer",
        "mention_id",
        unique=True,
        sqlite_where=_LIVE_ANSWER,
        postgresql_where=_LIVE_ANSWER,
    ),
    Index("ix_deliveries_mention_id", "mention_id"),
    Index(
        "ix_deliveries_moving",
        "account_id",
        "queued_at",
        "id",
        sqlite_where=_MOVING,
        postgresql_where=_MOVING,
    ),
    Index(
        "ix_deliveries_order", "conversation_id", "queued_at", sqlite_where=_MOVING, postgresql_where=_MOVING
    ),
)

escalations = Table(
    "escalations",
    metadata,
    _key(),
    _ref("mention_id", "mentions"),
    Column("reason", String, nullable=False),
    Column("level", Integer, nullable=False, server_default="1"),
    Column("opened_at", Instant, nullable=False),
    _ref("claimed_by", "people", nullable=True),
    Column("claimed_at", Instant),
    Column("closed_at", Instant),
    Index(
        "uq_escalations_open",
        "mention_id",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)

events = Table(
    "events",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("kind", String, nullable=False),
    Column("mention_id", String, nullable=False),
    Column("conversation_id", String, nullable=False),
    Column("actor_kind", String, nullable=False),
    Column("actor_id", String, nullable=False, server_default=""),
    Column("reason", String, nullable=False, server_default=""),
    Column("data", JSON(none_as_null=True)),
    Index("ix_events_mention_id", "mention_id"),
)

# How far a reader of the events has come; the events themselves are written once and never touched again.
offsets = Table(
    "offsets",
    metadata,
    Column("reader", String, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)
