"""What came of a played community, judged by what the platform saw and not by what we believe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from adapters.loopback.script import Script
from bot.domain.lifecycle import State
from bot.domain.mention import Place, Post
from bot.ledger.schema import accounts, mentions


@dataclass(frozen=True, slots=True)
class Verdict:
    """Counts of comments. ``without_end_or_deadline`` are the ones that nobody would ever look at."""

    received: int
    answered: int
    waiting: int
    dismissed: int
    escalated: int
    lost: int
    answered_twice: int
    without_end_or_deadline: int

    @property
    def good(self) -> bool:
        """Nothing lost, nobody answered twice, nothing waits for ever."""
        return not (self.lost or self.answered_twice or self.without_end_or_deadline)

    def figures(self) -> dict[str, int]:
        """What ``--json`` prints."""
        return asdict(self)


def judge(
    connection: Connection, account: str, said: Collection[tuple[str, str]], answered_twice: Collection[Place]
) -> Verdict:
    """Compare what the community said (space and message id) with what the ledger holds of it."""
    rows = connection.execute(
        select(mentions.c.space, mentions.c.message_id, mentions.c.state, mentions.c.due_at)
        .join(accounts, accounts.c.id == mentions.c.account_id)
        .where(accounts.c.name == account)
    ).all()
    states = Counter(State(row.state) for row in rows)
    held = {(row.space, row.message_id) for row in rows}
    return Verdict(
        received=len(rows),
        answered=states[State.ANSWERED] + states[State.RESOLVED],
        waiting=states[State.IN_REVIEW],
        dismissed=states[State.DISMISSED],
        escalated=states[State.ESCALATED] + states[State.ASSIGNED],
        lost=len(set(said) - held),
        answered_twice=len(answered_twice),
        without_end_or_deadline=sum(
            not _looked_after(State(row.state), row.due_at is not None) for row in rows
        ),
    )


def _looked_after(state: State, has_deadline: bool) -> bool:
    return state.ended or (state.waits_for_a_person and has_deadline)


def comments(script: Script) -> set[tuple[str, str]]:
    """Space and message id of every comment in a script: what staff and bots say is none."""
    moment = datetime.min.replace(tzinfo=UTC)
    posts = (script.incoming(position, moment) for position in range(len(script.lines)))
    return {
        (post.place.space, post.place.message_id)
        for post in posts
        if isinstance(post, Post) and not (post.author.is_bot or post.author.is_staff)
    }
