"""What the community says: posts as adapters report them, and where they were said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

SPACE_LIMIT = 20_000  # characters of a comment that are kept; platforms allow at most 40,000 (Slack)

# What a terminal obeys instead of showing it, line breaks and tabs excepted.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


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


def storable(text: str) -> str:
    """Text that any database, page and platform can hold: no NUL, no lone surrogate."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def tidy(text: str) -> str:
    """A comment as it is kept: storable, and of a bounded length."""
    return storable(text)[:SPACE_LIMIT]


def printable(text: str) -> str:
    """What a stranger wrote, without what a terminal obeys: colours, cursor moves, turned lines."""
    return _OBEYED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
