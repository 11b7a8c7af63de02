"""Templates: everything that comes from data is escaped, and a name that does not exist is an error."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from babel.numbers import format_percent
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.console import describing

HERE = Path(__file__).parent
STATIC = HERE / "static"


class Templates:
    """The page templates of the package."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["asset"] = _asset_paths().__getitem__
        self._environment.globals["percent"] = format_percent
        self._environment.globals |= describing.FOR_TEMPLATES

    def render(self, name: str, values: Mapping[str, object]) -> str:
        return self._environment.get_template(name).render(values)


def _asset_paths() -> dict[str, str]:
    """Each asset under a path that changes with its content: browsers may keep it for good."""
    return {
        file.name: f"/static/{file.name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:10]}"
        for file in STATIC.iterdir()
    }
