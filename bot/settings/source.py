"""Where each value of the configuration was written, kept beside the value for error sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from bot.errors import ConfigError

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """A line of a file, or, without a line, something that has a name of its own."""

    name: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.name}, line {self.line}" if self.line else self.name


@dataclass(slots=True)
class Source:
    """The origin of each key. ``concealed``: values out of the environment, never to be shown."""

    name: str = "the configuration"
    origins: dict[KeyPath, Origin] = field(default_factory=dict)
    concealed: set[KeyPath] = field(default_factory=set)

    def known(self, path: KeyPath) -> KeyPath:
        """The longest beginning of ``path`` that somebody wrote."""
        while path and path not in self.origins:
            path = path[:-1]
        return path

    def origin(self, path: KeyPath) -> Origin:
        """Where ``path``, or what is around it, was written."""
        return self.origins.get(self.known(path)) or Origin(self.name)


class Block(dict[str, Any]):
    """A mapping of the configuration that remembers where it stood."""

    def __init__(self, source: Source, path: KeyPath = ()) -> None:
        super().__init__()
        self.source = source
        self.path = path


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong with the configuration."""

    origin: Origin
    problem: str
    mend: str = ""

    @property
    def error(self) -> ConfigError:
        return ConfigError(f"{self.origin}: {self.problem}", self.mend)


def raise_complaints(complaints: Iterable[Complaint]) -> None:
    """Raise one ConfigError that says all of them, one on each line, in the order of the file."""
    ordered = sorted(set(complaints), key=_place_in_file)
    if len(ordered) == 1:
        raise ordered[0].error
    if ordered:
        raise ConfigError("\n".join(str(complaint.error) for complaint in ordered))


def _place_in_file(complaint: Complaint) -> tuple[bool, int, str]:
    """Lines in their order, then the environment."""
    return not complaint.origin.line, complaint.origin.line, complaint.origin.name


def dotted(path: KeyPath) -> str:
    """The key as people say it; a place in a list is said by the list's name."""
    return ".".join(part for part in path if isinstance(part, str))


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """The mend for a misspelt name: the nearest known one, or all of them."""
    names = list(known)
    listed = f"Known here: {', '.join(names)}." if names else ""
    return nearest(written, names) or listed


def nearest(written: str, known: Iterable[str]) -> str:
    """Asks whether the nearest known name was meant; empty when none is near."""
    near = get_close_matches(written.lower(), list(known), n=1)
    return f'Did you mean "{near[0]}"?' if near else ""
