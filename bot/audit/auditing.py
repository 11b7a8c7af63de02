"""The figures of an audit, out of the posts of one file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.audit.answers import Answers, Speed, answers, only_days, speed
from bot.audit.subjects import picks
from bot.domain.labels import UNDETERMINED, Classification, Label
from bot.domain.mention import Post, tidy
from bot.ports import Classifier, Occasion, Responder, Text

BATCH = 256
# What a comment counts as first: the more it matters that somebody answers, the earlier.
URGENCY = (Label.COMPLAINT, Label.QUESTION, Label.PRAISE, Label.OTHER)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, what the classifier thinks of it, and the brand's first answer if there is one."""

    post: Post
    classification: Classification
    language: str
    answer: Post | None

    @property
    def first_label(self) -> Label:
        return min(self.classification.labels, key=URGENCY.index)

    @property
    def expects_an_answer(self) -> bool:
        return self.classification.labels != (Label.OTHER,)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A comment that nobody answered, and the reply that is ready; empty when a person has to write it."""

    comment: Comment
    reply: str


@dataclass(frozen=True, slots=True)
class Group:
    """The unanswered comments of one label: how many, and the most recent ones."""

    label: Label
    total: int
    listed: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """How many comments have this label, and how many of them were answered."""

    label: Label
    comments: int
    answered: int


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A comment worth acting on, the subject it was picked for, and how many name that."""

    comment: Comment
    subject: str
    named_by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What a file of comments says about the brand that received them.

    ``expecting``: comments that are more than chatter. ``ours``: posts of the brand, ``unlinked``
    of which answer no comment of the file. ``undated``: the date of posts that have none.
    ``only_days``: the dates have no time of day.
    """

    brand: str
    us: tuple[str, ...]
    language: str
    undated: datetime | None
    since: datetime | None
    until: datetime | None
    comments: int
    answered: int
    expecting: int
    expecting_answered: int
    ours: int
    unlinked: int
    speed: Speed | None
    only_days: bool
    shares: tuple[Share, ...]
    groups: tuple[Group, ...]
    verbatims: tuple[Verbatim, ...]
    classifier: str

    @property
    def can_tell(self) -> bool:
        """Whether the file shows answers at all: without any, nobody can say that none was given."""
        return self.ours > self.unlinked

    @property
    def ran_away_from(self) -> int:
        return self.expecting - self.expecting_answered

    def to_json(self) -> dict[str, object]:
        """The figures alone. Those on answers are null where the file cannot tell them."""
        told = self.can_tell
        return {
            "brand": self.brand,
            "language": self.language,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "comments": self.comments,
            "expecting": self.expecting,
            "can_tell": told,
            "answered": self.answered if told else None,
            "ran_away_from": self.ran_away_from if told else None,
            "median_seconds": round(self.speed.median.total_seconds()) if self.speed else None,
            "p90_seconds": round(self.speed.nine_in_ten.total_seconds()) if self.speed else None,
            "brand_posts": self.ours,
            "brand_posts_unlinked": self.unlinked,
            "labels": {
                share.label.value: {"comments": share.comments, "answered": share.answered if told else None}
                for share in self.shares
            },
            "verbatims": [
                {"id": each.comment.post.place.message_id, "subject": each.subject, "named_by": each.named_by}
                for each in self.verbatims
            ],
            "classifier": self.classifier,
        }


def audit(
    posts: Iterable[Post],
    *,
    classifier: Classifier,
    responder: Responder,
    us: Collection[str],
    brand: str,
    undated: datetime | None = None,
    listed: int = 100,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Audit:
    """Read every comment and see what became of it.

    Posts whose author is staff are the brand's. ``undated``: the date that was given to posts
    without one. ``listed``: of how many unanswered comments of each label a reply is made ready.
    ``progress`` hears how many comments of how many were read.
    """
    everything = list(posts)
    ours = [post for post in everything if post.author.is_staff]
    said = [post for post in everything if not post.author.is_staff]
    found = answers(said, ours)
    comments = _read(said, found, classifier, progress)
    dated = [post.sent_at for post in said if post.sent_at != undated]
    return Audit(
        brand=brand,
        us=tuple(us),
        language=_majority(comments),
        undated=undated,
        since=min(dated, default=None),
        until=max(dated, default=None),
        comments=len(comments),
        answered=sum(comment.answer is not None for comment in comments),
        expecting=sum(comment.expects_an_answer for comment in comments),
        expecting_answered=sum(
            comment.expects_an_answer and comment.answer is not None for comment in comments
        ),
        ours=len(ours),
        unlinked=found.unlinked,
        speed=speed(said, found, undated),
        only_days=only_days([post for post in everything if post.sent_at != undated]),
        shares=tuple(_share(label, comments) for label in URGENCY),
        groups=tuple(_group(label, comments, responder, brand, listed) for label in URGENCY[:-1]),
        verbatims=tuple(_verbatims(comments, (brand, *us))),
        classifier=classifier.name,
    )


def _read(
    posts: Sequence[Post], found: Answers, classifier: Classifier, progress: Callable[[int, int], None]
) -> list[Comment]:
    comments: list[Comment] = []
    for start in range(0, len(posts), BATCH):
        batch = posts[start : start + BATCH]
        read = classifier.classify([Text(tidy(post.text), post.language) for post in batch])
        for post, seen in zip(batch, read, strict=True):
            language = post.language or seen.language
            comments.append(Comment(post, seen, language, found.by_comment.get(post.place)))
        progress(len(comments), len(posts))
    return comments


def _majority(comments: Sequence[Comment]) -> str:
    known = Counter(c.language[:2].lower() for c in comments if c.language not in ("", UNDETERMINED))
    return known.most_common(1)[0][0] if known else UNDETERMINED


def _share(label: Label, comments: Sequence[Comment]) -> Share:
    its = [comment for comment in comments if label in comment.classification.labels]
    return Share(label, len(its), sum(comment.answer is not None for comment in its))


def _group(label: Label, comments: Sequence[Comment], responder: Responder, brand: str, listed: int) -> Group:
    its = [comment for comment in comments if comment.answer is None and comment.first_label is label]
    recent = sorted(its, key=lambda comment: comment.post.sent_at, reverse=True)[:listed]
    return Group(label, len(its), tuple(Waiting(each, _reply(each, responder, brand)) for each in recent))


def _reply(comment: Comment, responder: Responder, brand: str) -> str:
    post = comment.post
    draft = responder.draft(
        Occasion(
            mention_id=f"{post.place.space}/{post.place.message_id}",
            text=tidy(post.text),
            author_name=post.author.name,
            classification=comment.classification,
            language=comment.language,
            brand=brand,
        )
    )
    return draft.text if draft else ""


def _verbatims(comments: Sequence[Comment], names: Iterable[str]) -> Iterable[Verbatim]:
    asking = [comment for comment in comments if comment.first_label in (Label.COMPLAINT, Label.QUESTION)]
    others = [comment for comment in comments if comment.first_label in (Label.PRAISE, Label.OTHER)]
    chosen = picks(
        [tidy(comment.post.text) for comment in asking],
        [tidy(comment.post.text) for comment in others],
        {index for index, comment in enumerate(asking) if comment.answer is None},
        names,
    )
    return (Verbatim(asking[pick.index], pick.subject, pick.named_by) for pick in chosen)
