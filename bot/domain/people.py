"""Who acts: staff, rules, the clock, authors."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """The kinds of hands that can change something."""

    RULE = "rule"
    SYSTEM = "system"
    CLOCK = "clock"
    PERSON = "person"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it. ``id`` is a Person's or Author's id, or the name of the rule or station."""

    kind: ActorKind
    id: str = ""


CLOCK = Actor(ActorKind.CLOCK)
SYSTEM = Actor(ActorKind.SYSTEM)


class Role(StrEnum):
    """What a Person may do; each includes the ones before it."""

    READER = "reader"
    REPLIER = "replier"
    LEAD = "lead"
    OWNER = "owner"

    def includes(self, other: Role) -> bool:
        """Whether this role may do what ``other`` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class Agreement(StrEnum):
    """How sentences agree with who speaks: « ravie », « ravi », or a wording that needs neither."""

    FEMININE = "feminine"
    MASCULINE = "masculine"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff. What a Person posts is a staff answer, never a mention."""

    id: str
    name: str
    role: Role
    agreement: Agreement = Agreement.NEUTRAL
    languages: tuple[str, ...] = ()
    team: str = ""

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.PERSON, self.id)
