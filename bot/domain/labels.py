"""What a comment is, and how sure the classifier is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

UNDETERMINED = "und"  # BCP 47 for "no language could be told"


class Label(StrEnum):
    """A comment can be several of the first three at once; ``other`` stands alone."""

    PRAISE = "praise"
    COMPLAINT = "complaint"
    QUESTION = "question"
    OTHER = "other"


INTENTS = (Label.PRAISE, Label.COMPLAINT, Label.QUESTION)


@dataclass(frozen=True, slots=True)
class Classification:
    """What the classifier thinks of one text.

    ``labels`` has the most likely first and is never empty; ``scores`` are probabilities
    between 0 and 1 for each intent; ``unsure`` asks for a person's eyes.
    """

    labels: tuple[Label, ...]
    scores: Mapping[Label, float] = field(default_factory=dict)
    language: str = UNDETERMINED
    unsure: bool = False
    classifier: str = ""

    def __post_init__(self) -> None:
        if not self.labels or (Label.OTHER in self.labels and len(self.labels) > 1):
            raise ValueError(f"labels must be intents, or other alone, not {self.labels!r}")
        if any(not 0.0 <= score <= 1.0 for score in self.scores.values()):
            raise ValueError(f"scores must be probabilities, not {dict(self.scores)!r}")

    @property
    def confidence(self) -> float:
        """The probability behind the first label: the sure half of a coin for each intent it denies."""
        if self.labels[0] is Label.OTHER:
            return 1.0 - max(self.scores.values(), default=1.0)
        return self.scores.get(self.labels[0], 0.0)


def unread(language: str = UNDETERMINED) -> Classification:
    """The classification of a text that no classifier could read: a person has to."""
    return Classification((Label.OTHER,), {}, language, unsure=True, classifier="none")
