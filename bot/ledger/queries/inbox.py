"""The inbox: which mentions wait, for whom, and how long. Pages are found through indexes alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    literal,
    select,
    tuple_,
    union_all,
)

from bot.domain.labels import Label
from bot.domain.lifecycle import State
from bot.domain.replies import DeliveryKind, DeliveryState
from bot.ledger.schema import (
    AnyRow,
    accounts,
    authors,
    classifications,
    deliveries,
    drafts,
    escalations,
    mentions,
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
    order = [Place(at, mention_id) for mention_id, at in connection.execute(_order(tab, limit + 1, after))]
    shown = order[:limit]
    found = items(connection, [place.id for place in shown])
    return Page(tuple(found), shown[-1] if len(order) > limit else None)


def next_waiting(connection: Connection, after: Place | None, now: datetime) -> str | None:
    """The mention to look at next: due soonest after this place, else from the top; snoozed ones last."""
    for place in (after, None) if after else (None,):
        query = _of_state(State.IN_REVIEW, mentions.c.due_at, 1, place, descending=False)
        awake = query.where(func.coalesce(mentions.c.snoozed_until, now) <= now)
        if row := connection.execute(awake).first():
            return str(row.id)
    return None


def previous_waiting(connection: Connection, before: Place) -> str | None:
    """The mention in review that is due just before this place."""
    query = (
        select(mentions.c.id)
        .where(_in_state(State.IN_REVIEW), _key(mentions.c.due_at) < _value(before))
        .order_by(mentions.c.due_at.desc(), mentions.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar()


def counts(connection: Connection) -> dict[State, int]:
    """How many mentions stand in each state."""
    found = dict.fromkeys(State, 0)
    for states in (TABS[Tab.WAITING] + TABS[Tab.ESCALATED], TABS[Tab.UNDER_WAY], TABS[Tab.ENDED]):
        query = select(mentions.c.state, func.count()).where(_among(states)).group_by(mentions.c.state)
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
# Partial indexes serve only conditions that repeat their own, as constants: hence literals, no parameters.


def _among(states: Sequence[State]) -> ColumnElement[bool]:
    """Any of the states, in words that the planner finds again in the indexes."""
    if all(state.ended for state in states):
        return mentions.c.due_at.is_(None)
    return mentions.c.state.in_([literal(str(state), literal_execute=True) for state in states])


def _in_state(state: State) -> ColumnElement[bool]:
    return and_(
        mentions.c.state == literal(str(state), literal_execute=True),
        _among(TABS[Tab.WAITING] + TABS[Tab.ESCALATED]),
    )


def _key(moment: ColumnElement[datetime]) -> ColumnElement[object]:
    return tuple_(moment, mentions.c.id)


def _value(place: Place) -> ColumnElement[object]:
    return tuple_(literal(place.at, mentions.c.due_at.type), literal(place.id))


def _order(tab: Tab, limit: int, after: Place | None) -> Select[str, datetime] | CompoundSelect[str, datetime]:
    if tab is Tab.ENDED:
        query = select(mentions.c.id, mentions.c.changed_at).where(_among(TABS[tab]))
        if after:
            query = query.where(_key(mentions.c.changed_at) < _value(after))
        return query.order_by(mentions.c.changed_at.desc(), mentions.c.id.desc()).limit(limit)
    if tab is Tab.UNDER_WAY:
        query = select(mentions.c.id, mentions.c.changed_at).where(_among(TABS[tab]))
        if after:
            query = query.where(_key(mentions.c.changed_at) > _value(after))
        return query.order_by(mentions.c.changed_at, mentions.c.id).limit(limit)
    parts = [_of_state(state, limit, after) for state in TABS[tab]]
    if len(parts) == 1:
        return parts[0]
    each = [select(part.subquery()) for part in parts]
    return union_all(*each).order_by("due_at", "id").limit(limit)
