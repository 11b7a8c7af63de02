"""From the text of a YAML file to blocks that know their lines."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import yaml

from bot.errors import ConfigError
from bot.settings.source import Block, Complaint, KeyPath, Origin, Source, dotted

Interpolate = Callable[[str], str]
"""Puts values in the place of ``${NAME}``; raises ConfigError for a name that has none."""


CORE = "tag:yaml.org,2002:"
NULL = f"{CORE}null"
_CONVERT: dict[str, Callable[[str], object]] = {
    f"{CORE}str": str,
    f"{CORE}int": int,
    f"{CORE}float": float,
    f"{CORE}bool": lambda written: written.lower() == "true",
    NULL: lambda _: None,
}


class _Alias(yaml.MarkedYAMLError):
    """One ``*name`` can stand for a gigabyte, and a configuration needs none."""


class _Loader(yaml.SafeLoader):
    """The core of YAML 1.2: ``no`` is Norwegian and not false, ``0123`` is not eighty-three."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - declared so by PyYAML

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.get_mark()
            raise _Alias(problem_mark=mark)
        return super().compose_node(parent, index)


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+", "-+0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    _Loader.add_implicit_resolver(f"{CORE}{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


def read_text(path: Path) -> str:
    """The text of a file; ConfigError says why there is none."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"There is no file {path}.", "Check the path.") from None
    except IsADirectoryError:
        raise ConfigError(f"{path} is a folder, not a file.", "Name the file in it.") from None
    except PermissionError:
        raise ConfigError(f"{path} may not be read by this user.", "Change its permissions.") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problem = f"{path}, line {line}: this is not UTF-8 text."
        raise ConfigError(problem, "Save the file as UTF-8.") from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.", "Check the path.") from None


def parse(text: str, source: Source, interpolate: Interpolate, complaints: list[Complaint]) -> Block:
    """The file as blocks; ``complaints`` receives what is wrong with single keys.

    Raises ConfigError when nothing of it can be understood.
    """
    loader = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        return _Reading(source, interpolate, complaints).root(node)
    except yaml.YAMLError as error:
        raise _syntax(error, text, source.name).error from None
    except RecursionError:
        raise ConfigError(f"{source.name}: this is nested too deeply.", "Write fewer levels.") from None
    finally:
        if loader:
            loader.dispose()


def parse_inline_list(text: str) -> object:
    """``[a, b]`` as an environment variable holds it; text that is no such list stays text."""
    try:
        listed = yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError:
        return text
    return listed if isinstance(listed, list) else text


class _Reading:
    """One walk through the nodes of a file."""

    def __init__(self, source: Source, interpolate: Interpolate, complaints: list[Complaint]) -> None:
        self._source = source
        self._interpolate = interpolate
        self._complaints = complaints

    def root(self, node: yaml.Node | None) -> Block:
        if node is None or node.tag == NULL:
            return Block(self._source)
        if not isinstance(node, yaml.MappingNode):
            origin = Origin(self._source.name, node.start_mark.line + 1)
            mend = 'Write lines such as "key: value".'
            raise Complaint(origin, "this is not a list of settings.", mend).error
        return self._block(node, ())

    def _block(self, node: yaml.MappingNode, path: KeyPath) -> Block:
        block = Block(self._source, path)
        for key_node, value_node in node.value:
            origin = Origin(self._source.name, key_node.start_mark.line + 1)
            if not isinstance(key_node, yaml.ScalarNode):
                mend = "Put it between quotes."
                self._complaints.append(Complaint(origin, "a key must be plain text.", mend))
                continue
            where = (*path, key_node.value)
            if first := self._source.origins.get(where):
                problem = f"{dotted(where)} is set again; it is already set on line {first.line}."
                self._complaints.append(Complaint(origin, problem, "Keep one of the two."))
                continue
            self._source.origins[where] = origin
            block[key_node.value] = self._value(value_node, where)
        return block

    def _value(self, node: yaml.Node, path: KeyPath) -> object:
        if isinstance(node, yaml.MappingNode):
            return self._block(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._item(item, (*path, place)) for place, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _scalar(self, node: yaml.Node, path: KeyPath) -> object:
        if node.tag not in _CONVERT:
            problem = f"{dotted(path)} has a tag, {node.tag.replace(CORE, '!!')}, and tags are not read here."
            self._complaints.append(Complaint(self._source.origin(path), problem, "Write the value alone."))
            return None
        try:
            value = _CONVERT[node.tag](node.value)
        except ValueError:  # a tag that is not true, or a number too long to be one
            return str(node.value)
        return self._resolved(value, path) if isinstance(value, str) else value

    def _item(self, node: yaml.Node, path: KeyPath) -> object:
        self._source.origins[path] = Origin(self._source.name, node.start_mark.line + 1)
        return self._value(node, path)

    def _resolved(self, text: str, path: KeyPath) -> str:
        try:
            resolved = self._interpolate(text)
        except ConfigError as error:
            problem = f"{dotted(path)} {error.problem}"
            self._complaints.append(Complaint(self._source.origin(path), problem, error.mend))
            self._source.concealed.add(path)
            return text
        if resolved != text:
            self._source.concealed.add(path)
        return resolved


def _syntax(error: yaml.YAMLError, text: str, name: str) -> Complaint:
    """What a person can do about text that is not YAML."""
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, int(error.position)) + 1
        return Complaint(Origin(name, line), "there is a character that YAML does not allow.", "Remove it.")
    assert isinstance(error, yaml.MarkedYAMLError)
    mark = error.problem_mark or error.context_mark
    origin = Origin(name, mark.line + 1 if mark else 0)
    if isinstance(error, _Alias):
        return Complaint(origin, "aliases (*name) are not read here.", "Write the value out again.")
    if "'\\t'" in str(error.problem):
        return Complaint(origin, "a tab stands where YAML wants spaces.", "Indent with spaces.")
    where = f" (column {mark.column + 1})" if mark else ""
    mend = "Look for a missing colon, quote or bracket or a wrong indentation, here or on the line before."
    return Complaint(origin, f"this is not YAML: {error.problem}{where}.", mend)
