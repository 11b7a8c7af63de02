"""Where a classified mention goes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.labels import Classification, Label
from bot.domain.replies import Draft


class Route(StrEnum):
    """What happens to a mention once it was read."""

    REPLY = "reply"  # a draft is written; a person decides unless its template is trusted
    DISMISS = "dismiss"  # only by a rule that the configuration names


@dataclass(frozen=True, slots=True)
class Policy:
    """The brand's rules. Empty on day one: everything is shown to a person.

    ``dismissed``: labels that need no answer when the classifier is sure.
    ``trusted``: templates that people allowed to speak alone; complaints never do.
    """

    dismissed: Collection[Label] = ()
    trusted: Collection[str] = ()

    def route(self, classification: Classification) -> Route:
        """Set aside only what is surely nothing but labels that a rule names."""
        sure = not classification.unsure
        if sure and all(label in self.dismissed for label in classification.labels):
            return Route.DISMISS
        return Route.REPLY

    def may_speak_alone(self, classification: Classification, draft: Draft) -> bool:
        """Whether this draft may leave without a person: trusted, sure, and no complaint in it."""
        return (
            bool(draft.text)
            and draft.template in self.trusted
            and not classification.unsure
            and Label.COMPLAINT not in classification.labels
        )
