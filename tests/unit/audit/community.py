"""A small community with a brand in it, a classifier and a responder that anybody can follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.audit import Audit, audit
from bot.domain.labels import Classification, Label
from bot.domain.mention import Author, Place, Post
from bot.domain.replies import Draft
from bot.ports import Occasion, Text

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
UNDATED = datetime(2026, 6, 1, tzinfo=UTC)


class BySign:
    """Reads the sign at the end: ! is praise, ? a question, … a complaint, and nothing is chatter."""

    name = "by sign 1"

    def __init__(self, language: str = "fr") -> None:
        self._language = language

    def classify(self, texts: Sequence[Text]) -> list[Classification]:
        return [self._read(text.text.rstrip()) for text in texts]

    def _read(self, text: str) -> Classification:
        signs = {"!": Label.PRAISE, "?": Label.QUESTION, "…": Label.COMPLAINT}
        labels = tuple(label for sign, label in signs.items() if sign in text[-2:])
        return Classification(labels or (Label.OTHER,), {}, self._language)


class Polite:
    """Has something to say to everybody but those who only ask."""

    def draft(self, occasion: Occasion) -> Draft | None:
        if occasion.classification.labels == (Label.QUESTION,):
            return None
        return Draft(f"Merci {occasion.author_name} <3", occasion.language, "polite")


def said(
    text: str, id_: str, *, by: str = "Ana", to: str = "", after: timedelta = timedelta(), thread: str = "",
    link: str = "", language: str = "",
) -> Post:  # fmt: skip
    return Post(
        place=Place("forum", id_, thread or to or id_),
        author=Author(f"forum/{by}", by),
        text=text,
        sent_at=NOON + after,
        reply_to=to,
        link=link,
        language=language,
    )


def answered(to: str, after: timedelta, id_: str = "") -> Post:
    place = Place("forum", id_ or f"our answer to {to}", to)
    return Post(place, Author("forum/Maison", "Maison", is_staff=True), "Bonjour", NOON + after, reply_to=to)


def audited(*posts: Post, us: Sequence[str] = ("Maison",), language: str = "fr", listed: int = 100) -> Audit:
    return audit(
        posts,
        classifier=BySign(language),
        responder=Polite(),
        us=us,
        brand="Maison & Fils",
        undated=UNDATED,
        listed=listed,
    )
