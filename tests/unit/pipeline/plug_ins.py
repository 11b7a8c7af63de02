"""A reader and a responder that are easy to foresee, behind the ports of the real ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.domain.labels import Classification, Label
from bot.domain.replies import Draft
from bot.ports import Occasion, Text


class Reader:
    """Reads what a comment is from its punctuation, and leaves word of what it read."""

    def __init__(self) -> None:
        self.read_texts: list[str] = []
        self.meanwhile: Callable[[], Awaitable[object]] | None = None

    async def read(self, texts: Sequence[Text]) -> list[Classification]:
        self.read_texts += [text.text for text in texts]
        if self.meanwhile is not None:
            happening, self.meanwhile = self.meanwhile, None
            await happening()
        return [_read(text.text) for text in texts]


def _read(text: str) -> Classification:
    label = Label.PRAISE
    if "!!" in text:
        label = Label.COMPLAINT
    elif "?" in text:
        label = Label.QUESTION
    elif "..." in text:
        label = Label.OTHER
    scores: dict[Label, float] = {} if label is Label.OTHER else {label: 0.97}
    return Classification((label,), scores, "en", unsure="hmm" in text, classifier="punctuation")


class Responder:
    """Says which comment it answers, and for the how-manyeth time."""

    def draft(self, occasion: Occasion) -> Draft | None:
        if "unspeakable" in occasion.text:
            raise ValueError("the template is broken")
        text = f"Reply {len(occasion.avoid) + 1} to: {occasion.text[:60]}"
        return Draft(text, occasion.language, "plain", f"plain/{occasion.classification.labels[0]}")
