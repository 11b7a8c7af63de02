"""What the community says: posts as adapters report them, and where they were said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

SPACE_LIMIT = 20_000  # characters of a comment that are kept; platforms allow at most 40,000 (Slack)


@dataclass(frozen=True, slots=True)
class Author:
    """A member of the community on one platform."""

    id: str
    name: str
    is_bot: bool = False
    is_staff: bool = False  # the adapter knows it (the brand's own name in an export, say)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was said. ``thread`` is empty in an unthreaded room."""

    space: str
    message_id: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """One message as a platform reports it. ``reply_to`` is the message id that it answers, if any."""

    place: Place
    author: Author
    text: str
    sent_at: datetime
    reply_to: str = ""
    space_name: str = ""
    link: str = ""
    language: str = ""  # the platform's or the file's own word for it, BCP 47; empty when unknown


@dataclass(frozen=True, slots=True)
class Edit:
    """The author changed the text of an earlier post."""

    place: Place
    text: str
    edited_at: datetime


@dataclass(frozen=True, slots=True)
class Deletion:
    """The author removed an earlier post."""

    place: Place
    deleted_at: datetime


Incoming = Post | Edit | Deletion


def conversation_key(post: Post) -> str:
    """One author's exchange with the brand in one place: a thread, a topic, or an unthreaded room.

    The author is part of it in threads too, so that one author's edit voids what was about to be
    said to them, and nobody else's (docs/decisions/0001).
    """
    return f"{post.place.space}\x1f{post.place.thread}\x1f{post.author.id}"


def tidy(text: str) -> str:
    """Text that any database, page and platform can hold: no NUL, no lone surrogate, a bounded length."""
    whole = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return whole[:SPACE_LIMIT]
