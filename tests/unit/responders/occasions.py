"""Occasions to speak, and everything that a responder has to say on them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.labels import Classification, Label
from bot.domain.replies import Draft
from bot.ports import Occasion, Responder
from responders import load

P, C, Q = Label.PRAISE, Label.COMPLAINT, Label.QUESTION

SITUATIONS: dict[str, Classification] = {
    "praise": Classification((P,)),
    "complaint": Classification((C,)),
    "question": Classification((Q,)),
    "praise+question": Classification((Q, P)),
    "praise+complaint": Classification((C, P)),
    "complaint+question": Classification((Q, C)),
    "other": Classification((Label.OTHER,)),
    "unsure": Classification((P,), unsure=True),
}


def make(kind: str, **options: object) -> Responder:
    """The responder of this kind with these options."""
    plug_in = load(kind)
    return plug_in.build(plug_in.Options.model_validate(options))


def occasion(
    classification: Classification = SITUATIONS["praise"],
    *,
    mention_id: str = "m1",
    text: str = "…",
    author: str = "Camille Durand",
    language: str = "fr",
    brand: str = "Aurore",
    avoid: Sequence[str] = (),
) -> Occasion:
    return Occasion(mention_id, text, author, classification, language, brand, avoid)


def everything(
    responder: Responder,
    classification: Classification,
    language: str,
    author: str = "",
    brand: str = "Aurore",
) -> list[Draft]:
    """All that it has to say: ask for another until one comes back."""
    said: list[Draft] = []
    while True:
        used = [draft.template for draft in said]
        draft = responder.draft(
            occasion(classification, author=author, language=language, brand=brand, avoid=used)
        )
        if draft is None or draft.template in used:
            return said
        said.append(draft)
