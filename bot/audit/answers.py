"""Which comments the brand answered, as far as the posts themselves tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from statistics import median

from bot.domain.mention import Place, Post, conversation_key


@dataclass(frozen=True, slots=True)
class Answers:
    """``by_comment``: the first answer to each comment that has one. ``unlinked``: posts of the brand
    that answer no comment of the file: its own publications, or answers that do not say to what.
    """

    by_comment: dict[Place, Post]
    unlinked: int


@dataclass(frozen=True, slots=True)
class Speed:
    """How long people waited for an answer, where both dates are known."""

    median: timedelta
    nine_in_ten: timedelta
    measured: int


def answers(comments: Sequence[Post], ours: Sequence[Post]) -> Answers:
    """An answer is a reply to the comment, or to a later one of its author in the same conversation."""
    targets = {(post.place.space, post.place.message_id): post for post in comments}
    direct: dict[Place, list[Post]] = defaultdict(list)
    exchanges: dict[str, list[Post]] = defaultdict(list)
    unlinked = 0
    for reply in ours:
        target = targets.get((reply.place.space, reply.reply_to))
        if target is None:
            unlinked += 1
        else:
            direct[target.place].append(reply)
            exchanges[conversation_key(target)].append(reply)
    found = {}
    for comment in comments:
        later = [r for r in exchanges.get(conversation_key(comment), ()) if r.sent_at >= comment.sent_at]
        if said := later or direct.get(comment.place):
            found[comment.place] = min(said, key=lambda reply: reply.sent_at)
    return Answers(found, unlinked)


def speed(comments: Sequence[Post], found: Answers, undated: datetime | None) -> Speed | None:
    """The median, and what nine answers in ten did not exceed; None when no wait can be measured."""
    waits = sorted(
        reply.sent_at - comment.sent_at
        for comment in comments
        if (reply := found.by_comment.get(comment.place))
        and undated not in (comment.sent_at, reply.sent_at)
        and reply.sent_at >= comment.sent_at
    )
    if not waits:
        return None
    middle = timedelta(seconds=median(wait.total_seconds() for wait in waits))
    return Speed(middle, waits[ceil(0.9 * len(waits)) - 1], len(waits))


def only_days(posts: Sequence[Post]) -> bool:
    """Whether the dates have no time of day: every one is midnight, summer or winter, where the brand is."""
    times = {post.sent_at.time() for post in posts}
    return len(posts) > 2 and len(times) <= 2 and all(time.minute == time.second == 0 for time in times)
