"""Every setting in words: as annotated YAML for ``config explain``, as a table for the documentation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from bot.domain.durations import spell_duration
from bot.settings.environment import variable_name
from bot.settings.model import Settings
from bot.settings.sections import RawSection

NAME = "<name>"  # stands for the name that the reader gives to an account or a person
Plugins = Mapping[str, Mapping[str, type[BaseModel]]]
"""For a section that belongs to plug-ins: the Options model of each kind."""

EACH = " for each name"
_NO_PLUGINS: Plugins = MappingProxyType({})
_PLAIN = {
    str: "text",
    SecretStr: "secret text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    timedelta: "duration",
    Path: "path",
    RawSection: "section of a kind",
}
_KIND = {
    "accounts": "The platform. The other keys here depend on it.",
    "classifier": "Which classifier. The other keys here depend on it.",
    "responder": "Which responder. The other keys here depend on it.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One key. ``default`` is as YAML would say it; None for a section or for what must be set.

    ``example`` shows a value for what has no default; ``of_kind`` says which plug-in knows the key.
    """

    path: tuple[str, ...]
    type: str
    description: str
    default: str | None = None
    example: str = ""
    of_kind: str = ""
    section: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that sets the key, or one entry of it."""
        return variable_name((*self.path, NAME) if self.type.endswith(EACH) else self.path)

    @property
    def required(self) -> bool:
        return self.default is None and not self.section


def explain(model: type[BaseModel] = Settings, plugins: Plugins = _NO_PLUGINS) -> str:
    """A valid configuration that sets everything to its default and says what it means."""
    head = "# Every setting with its default. Durations: 15s, 5m, 4h, 2d, or a number of seconds."
    blocks = ["\n".join(_lines(row)) for row in rows(model, plugins)]
    return "\n".join([head, *blocks, ""])


def table(model: type[BaseModel] = Settings) -> str:
    """The same as a Markdown table."""
    head = "| Key | Type | Default | Environment variable | Meaning |\n|---|---|---|---|---|\n"
    return head + "".join(_table_line(row) for row in rows(model))


def rows(
    model: type[BaseModel], plugins: Plugins = _NO_PLUGINS, path: tuple[str, ...] = (), of_kind: str = ""
) -> Iterator[Row]:
    """Every key of the model, each section before what is in it."""
    for key, info in model.model_fields.items():
        here = (*path, key)
        inner, named = _inside(info.annotation)
        yield _row(here, info, of_kind, section=inner is not None)
        below = (*here, NAME) if named else here
        if named and inner is not None:
            yield Row(below, "section", "A name of your choice.", of_kind=of_kind, section=True)
        if inner is RawSection:
            yield _kind_row(below, info)
            for kind, options in plugins.get(key, {}).items():
                yield from rows(options, path=below, of_kind=kind)
        elif inner is not None:
            yield from rows(inner, plugins, below, of_kind)


def _inside(annotation: object) -> tuple[Any, bool]:
    """The model or plug-in section in there, if any, and whether it stands under names."""
    named = _is_mapping(annotation)
    found = _bare(get_args(annotation)[-1]) if named else annotation
    known = isinstance(found, type) and (found is RawSection or issubclass(found, BaseModel))
    return (found if known else None), named and known


def _is_mapping(annotation: object) -> bool:
    origin = get_origin(annotation)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _row(path: tuple[str, ...], info: FieldInfo, of_kind: str, *, section: bool) -> Row:
    default = None
    if not section and not info.is_required():
        default = _yaml(info.get_default(call_default_factory=True, validated_data={}))
    example = str(info.examples[0]) if info.examples else ""
    words = "section" if section else type_in_words(info.annotation)
    return Row(path, words, info.description or "", default, example, of_kind, section)


def _kind_row(path: tuple[str, ...], info: FieldInfo) -> Row:
    default = info.get_default(call_default_factory=True, validated_data={})
    kind = default.kind if isinstance(default, RawSection) else None
    return Row((*path, "kind"), "text", _KIND[path[0]], kind, example="loopback")


def type_in_words(annotation: object) -> str:
    """What to write, said without Python."""
    annotation = _bare(annotation)
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(str(arg) for arg in args)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return ", ".join(annotation)
    if origin in (Union, UnionType):
        return " or ".join(type_in_words(arg) for arg in args if arg is not type(None))
    if _is_mapping(annotation):
        return type_in_words(args[-1]) + EACH
    if origin in (tuple, list, set, frozenset):
        return f"list of: {type_in_words(args[0])}"
    return next((words for plain, words in _PLAIN.items() if annotation is plain), "value")


def _bare(annotation: object) -> Any:  # noqa: ANN401 - annotations have no type
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _yaml(value: object) -> str:
    """A default as the file would say it."""
    if value is None:
        return ""
    if isinstance(value, timedelta):
        return spell_duration(value)
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_yaml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, tuple | list | set | frozenset):
        return "[" + ", ".join(_yaml(inner) for inner in value) + "]"
    text = str(value)
    return text if re.fullmatch(r"[A-Za-z/][\w./ -]*[\w/]", text) else json.dumps(text, ensure_ascii=False)


def _lines(row: Row) -> list[str]:
    """A key with its comments. What only some readers have is commented out."""
    depth = "  " * (len(row.path) - 1)
    mark = "# " if NAME in row.path or row.of_kind else ""
    default = "must be set" if row.required else f"default: {row.default or 'none'}"
    facts = [] if row.section else [f"# {row.type}; {default}; {row.variable}"]
    about = ": ".join(part for part in (row.of_kind and f"For kind {row.of_kind}", row.description) if part)
    value = row.default if row.default is not None else row.example
    lines = [f"# {about}", *facts, f"{row.path[-1]}: {value}".rstrip()]
    gap = [""] if len(row.path) == 1 else []
    return gap + [f"{mark}{depth}{line}" for line in lines]


def _table_line(row: Row) -> str:
    default = "" if row.section else "must be set" if row.required else f"`{row.default or 'none'}`"
    variable = "" if row.section else f"`{row.variable}`"
    return f"| `{'.'.join(row.path)}` | {row.type} | {default} | {variable} | {row.description} |\n"
