"""The inbox: which mentions wait, for whom, and how long. Pages are found through indexes alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Tuple,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from bot.domain.labels import Label
from bot.domain.lifecycle import State
from bot.domain.replies import DeliveryKind, DeliveryState
from bot.ledger.latest import LATEST_DRAFT, LATEST_READING, labels
from bot.ledger.schema import (
    WITH_MACHINES,
    WITH_PEOPLE,
    AnyRow,
    accounts,
    authors,
    classifications,
    deliveries,
    drafts,
    escalations,
    mentions,
    one_of,
    people,
)

PREVIEW = 600  # characters of a comment or draft that a list shows at most
PAGE = 50


class Tab(StrEnum):
    """The four places where a mention can be looked for."""

    WAITING = "waiting"  # for a decision
    ESCALATED = "escalated"  # to be claimed, or claimed
    UNDER_WAY = "under_way"  # in a machine's hands
    ENDED = "ended"


TABS: Mapping[Tab, tuple[State, ...]] = {
    Tab.WAITING: (State.IN_REVIEW,),
    Tab.ESCALATED: (State.ESCALATED, State.ASSIGNED),
    Tab.UNDER_WAY: (State.RECEIVED, State.TRIAGED, State.APPROVED, State.DELIVERING),
    Tab.ENDED: (State.ANSWERED, State.RESOLVED, State.DISMISSED),
}


def tab_of(state: State) -> Tab:
    """Where a mention in this state is found."""
    return next(tab for tab, states in TABS.items() if state in states)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order of a tab: pages go on after it."""

    at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the inbox. ``text`` and ``draft`` are cut to what a list can show."""

    id: str
    state: State
    text: str
    author: str
    account: str
    space_name: str
    sent_at: datetime
    received_at: datetime
    changed_at: datetime
    due_at: datetime | None
    snoozed_until: datetime | None
    edited_at: datetime | None
    deleted_at: datetime | None
    labels: tuple[Label, ...]
    language: str
    unsure: bool
    draft: str
    draft_revision: int
    draft_on_its_way: bool
    leaves_at: datetime | None
    escalation_reason: str
    escalation_level: int
    claimed_by: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of a tab, and where the next page starts; None at the end."""

    items: tuple[Item, ...]
    after: Place | None


def page(connection: Connection, tab: Tab, limit: int = PAGE, after: Place | None = None) -> Page:
    """Open tabs show first what is due first; the ended show first what ended last."""
    order = _order(connection, tab, limit + 1, after)
    shown = order[:limit]
    found = items(connection, [place.id for place in shown])
    return Page(tuple(found), shown[-1] if len(order) > limit else None)


def next_waiting(connection: Connection, after: Place | None, now: datetime) -> str | None:
    """The mention to look at next: due soonest after this place, else from the top; snoozed ones last."""
    awake = or_(mentions.c.snoozed_until.is_(None), mentions.c.snoozed_until <= now)
    for place in (after, None) if after else (None,):
        query = _waiting(State.IN_REVIEW, 1, place).where(awake)
        if row := connection.execute(query).first():
            return str(row.id)
    return None


def previous_waiting(connection: Connection, before: Place) -> str | None:
    """The mention in review that is due just before this place."""
    query = (
        select(mentions.c.id)
        .where(_stands(State.IN_REVIEW), _key(mentions.c.due_at) < _value(before))
        .order_by(mentions.c.due_at.desc(), mentions.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar()


def counts(connection: Connection) -> dict[State, int]:
    """How many mentions stand in each state."""
    found = dict.fromkeys(State, 0)
    for condition in (_WITH_PEOPLE, _WITH_MACHINES, _ENDED):
        query = select(mentions.c.state, func.count()).where(condition).group_by(mentions.c.state)
        for state, number in connection.execute(query):
            found[State(state)] = number
    return found


def tab_counts(connection: Connection) -> dict[Tab, int]:
    """How many mentions stand behind each tab."""
    by_state = counts(connection)
    return {tab: sum(by_state[state] for state in states) for tab, states in TABS.items()}


def items(connection: Connection, ids: Sequence[str]) -> list[Item]:
    """These mentions as lines of the inbox, in the order of ``ids``; unknown ones are left out."""
    found = {row.id: _item(row) for row in connection.execute(_ITEMS, {"ids": list(ids)})}
    return [found[mention_id] for mention_id in ids if mention_id in found]


# --- order, through the indexes ----------------------------------------------------------------

_WITH_PEOPLE = one_of(mentions.c.state, WITH_PEOPLE)
_WITH_MACHINES = one_of(mentions.c.state, WITH_MACHINES)
_ENDED = mentions.c.due_at.is_(None)


def _order(connection: Connection, tab: Tab, limit: int, after: Place | None) -> list[Place]:
    if tab is Tab.ENDED:
        queries = [_by_change(limit, after, descending=True).where(_ENDED)]
    elif tab is Tab.UNDER_WAY:
        queries = [_by_change(limit, after, descending=False).where(_WITH_MACHINES)]
    else:
        queries = [_waiting(state, limit, after) for state in TABS[tab]]
    places = [Place(row.at, row.id) for query in queries for row in connection.execute(query)]
    if len(queries) > 1:  # each state is sorted by its index; together they are merged here
        places.sort(key=lambda place: (place.at, place.id))
    return places[:limit]


def _waiting(state: State, limit: int, after: Place | None) -> Select[Any, Any]:
    query = select(mentions.c.id, mentions.c.due_at.label("at")).where(_stands(state))
    if after:
        query = query.where(_key(mentions.c.due_at) > _value(after))
    return query.order_by(mentions.c.due_at, mentions.c.id).limit(limit)


def _by_change(limit: int, after: Place | None, *, descending: bool) -> Select[Any, Any]:
    key = _key(mentions.c.changed_at)
    order = (mentions.c.changed_at, mentions.c.id)
    query = select(mentions.c.id, mentions.c.changed_at.label("at"))
    if after:
        query = query.where(key < _value(after) if descending else key > _value(after))
    return query.order_by(*(column.desc() if descending else column for column in order)).limit(limit)


def _stands(state: State) -> ColumnElement[bool]:
    return one_of(mentions.c.state, [state])


def _key(moment: Column[Any]) -> Tuple:
    return tuple_(moment, mentions.c.id)


def _value(place: Place) -> Tuple:
    return tuple_(literal(place.at, mentions.c.due_at.type), literal(place.id))


# --- lines -------------------------------------------------------------------------------------


def _item(row: AnyRow) -> Item:
    values = row._asdict()
    wanted = values.pop("draft_wanted")
    return Item(
        **values
        | {
            "state": State(row.state),
            "labels": labels(row.labels),
            "draft_on_its_way": row.state == State.IN_REVIEW and row.draft_revision < wanted,
        }
    )


_CLAIMER = people.alias("claimer")
_ITEMS = (
    select(
        mentions.c.id,
        mentions.c.state,
        func.substr(mentions.c.text, 1, PREVIEW).label("text"),
        authors.c.name.label("author"),
        accounts.c.kind.label("account"),
        mentions.c.space_name,
        mentions.c.sent_at,
        mentions.c.received_at,
        mentions.c.changed_at,
        mentions.c.due_at,
        mentions.c.snoozed_until,
        mentions.c.edited_at,
        mentions.c.deleted_at,
        mentions.c.draft_revision,
        mentions.c.draft_wanted,
        classifications.c.labels,
        func.coalesce(classifications.c.language, "").label("language"),
        func.coalesce(classifications.c.unsure, False).label("unsure"),
        func.coalesce(func.substr(drafts.c.text, 1, PREVIEW), "").label("draft"),
        deliveries.c.not_before.label("leaves_at"),
        func.coalesce(escalations.c.reason, "").label("escalation_reason"),
        func.coalesce(escalations.c.level, 0).label("escalation_level"),
        func.coalesce(_CLAIMER.c.name, "").label("claimed_by"),
    )
    .select_from(
        mentions.join(authors, authors.c.id == mentions.c.author_id)
        .join(accounts, accounts.c.id == mentions.c.account_id)
        .outerjoin(classifications, LATEST_READING)
        .outerjoin(
            drafts,
            LATEST_DRAFT,
        )
        .outerjoin(
            deliveries,
            and_(
                deliveries.c.mention_id == mentions.c.id,
                deliveries.c.kind == DeliveryKind.ANSWER,
                deliveries.c.state == DeliveryState.QUEUED,
            ),
        )
        .outerjoin(
            escalations,
            and_(escalations.c.mention_id == mentions.c.id, escalations.c.closed_at.is_(None)),
        )
        .outerjoin(_CLAIMER, _CLAIMER.c.id == escalations.c.claimed_by)
    )
    .where(mentions.c.id.in_(bindparam("ids", expanding=True)))
)
