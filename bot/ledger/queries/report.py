"""The figures of a report, each with its definition: what came in, what became of it, and how fast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from sqlalchemy import BigInteger, Connection, distinct, func, select, type_coerce

from bot.domain.labels import Label
from bot.domain.lifecycle import State
from bot.ledger.latest import LATEST_READING, labels
from bot.ledger.queries.inbox import counts
from bot.ledger.schema import AnyRow, classifications, escalations, mentions

DEFINITIONS: Mapping[str, str] = {
    "states": "Comments that stand in each state now.",
    "received": "Comments of the community that were received, whatever became of them.",
    "answered": "Comments that ended with an answer: sent from here, or written by staff by hand.",
    "resolved": "Comments that a person settled with a reason.",
    "dismissed": "Comments set aside with a reason, by a person, a rule, or their author.",
    "waiting": "Comments that wait for a person now: for a decision, or for somebody to take them.",
    "open": "Comments that have not ended yet, those that wait for a person included.",
    "escalated": "Comments for which a team was called at least once.",
    "labels": "Comments by what they are, as last read; one that is two things counts under both.",
    "languages": "Comments by the language they were read in; und where none could be told.",
    "unsure": "Comments that the classifier hesitates about.",
    "median_s": "Half of the answered comments were answered within this many seconds of being received;"
    " those that staff had answered before they came in are left out.",
    "p90_s": "Nine in ten answered comments were answered within this many seconds of being received;"
    " those that staff had answered before they came in are left out.",
}
"""What each figure counts, in words that a report prints beside it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What ``DEFINITIONS`` says, of the whole ledger."""

    states: Mapping[State, int]
    received: int
    answered: int
    resolved: int
    dismissed: int
    waiting: int
    open: int
    escalated: int
    labels: Mapping[Label, int]
    languages: Mapping[str, int]
    unsure: int
    median_s: float | None
    p90_s: float | None


def figures(connection: Connection) -> Figures:
    """The report of everything in the ledger."""
    states = counts(connection)
    read = connection.execute(_READ).all()
    answered_in = list(connection.execute(_ANSWERED_IN).scalars())
    return Figures(
        states=states,
        received=sum(states.values()),
        answered=states[State.ANSWERED],
        resolved=states[State.RESOLVED],
        dismissed=states[State.DISMISSED],
        waiting=sum(number for state, number in states.items() if state.waits_for_a_person),
        open=sum(number for state, number in states.items() if not state.ended),
        escalated=connection.execute(_ESCALATED).scalar_one(),
        labels=_labels(read),
        languages=_languages(read),
        unsure=sum(row.number for row in read if row.unsure),
        median_s=_seconds(within(answered_in, 0.5)),
        p90_s=_seconds(within(answered_in, 0.9)),
    )


def within(ascending: Sequence[int], share: float) -> int | None:
    """The smallest value that at least this share of the values does not exceed (nearest rank)."""
    return ascending[ceil(share * len(ascending)) - 1] if ascending else None


def _seconds(millis: int | None) -> float | None:
    return None if millis is None else millis / 1000


def _labels(read: Sequence[AnyRow]) -> dict[Label, int]:
    found: Counter[Label] = Counter()
    for row in read:
        for label in labels(row.labels):
            found[label] += row.number
    return {label: found[label] for label in Label}


def _languages(read: Sequence[AnyRow]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for row in read:
        found[row.language] += row.number
    return dict(found.most_common())


_READ = (
    select(
        classifications.c.labels,
        classifications.c.language,
        classifications.c.unsure,
        func.count().label("number"),
    )
    .join(
        mentions,
        LATEST_READING,
    )
    .group_by(classifications.c.labels, classifications.c.language, classifications.c.unsure)
)
_ESCALATED = select(func.count(distinct(escalations.c.mention_id)))
# An answered mention never changes again, so that it changed last when it was answered.
_WAITED = type_coerce(mentions.c.changed_at, BigInteger) - type_coerce(mentions.c.received_at, BigInteger)
_ANSWERED_IN = select(_WAITED).where(mentions.c.state == State.ANSWERED, _WAITED > 0).order_by(_WAITED)
