"""How plug-ins are found by name: modules of one of our packages, and entry points of other packages."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, Protocol, TypeVar, cast

from pydantic import BaseModel

from bot.errors import ConfigError


class PlugIn(Protocol):
    """What the module of every plug-in has, beside a ``build`` that its package describes.

    ``Options`` is the model of its own section of the configuration; it forbids unknown keys and
    describes each key in a sentence. The options that ``build`` gets are valid, and its fields of
    type Path are absolute.
    """

    @property
    def Options(self) -> type[BaseModel]: ...  # noqa: N802  it is a class


Kind = TypeVar("Kind", bound=PlugIn)


@dataclass(frozen=True, slots=True)
class PlugIns(Generic[Kind]):
    """The plug-ins of one sort: what people call it, our package of them, the entry points of others.

    Every module of the package is a kind, except those named as ``helpers``: so that listing the
    kinds imports none of them, and one that cannot be imported is in nobody's way.
    """

    sort: str
    package: str
    group: str
    helpers: Collection[str] = ()

    def kinds(self) -> list[str]:
        """Every kind that can be asked for, sorted; imports none of them."""
        return sorted({*self._shipped(), *self._installed()})

    def load(self, kind: str) -> Kind:
        """The plug-in of this kind; ours, where another package has one of the same name.

        Raises ConfigError when there is none, with the nearest name, and when it cannot be imported.
        """
        if kind in self._shipped():
            module = f"{self.package}.{kind}"
            return self._imported(EntryPoint(name=kind, value=module, group=self.group))
        if (entry := self._installed().get(kind)) is not None:
            return self._imported(entry)
        near = get_close_matches(kind.lower(), self.kinds(), n=1)
        mend = f'Did you mean "{near[0]}"?' if near else f"There are: {', '.join(self.kinds())}."
        raise ConfigError(f'There is no {self.sort} "{kind}".', mend)

    def _shipped(self) -> set[str]:
        folders = importlib.import_module(self.package).__path__
        return {module.name for module in pkgutil.iter_modules(folders)}.difference(self.helpers)

    def _installed(self) -> dict[str, EntryPoint]:
        return {entry.name: entry for entry in entry_points(group=self.group)}

    def _imported(self, entry: EntryPoint) -> Kind:
        who = f'The {self.sort} "{entry.name}" ({entry.value})'
        mend = f"Install what it needs, or choose another {self.sort}."
        try:
            found = entry.load()
        except (Exception, SystemExit) as error:  # it may do anything at import
            raise ConfigError(f"{who} cannot be imported: {_first_line(error)}.", mend) from error
        if not _is_plug_in(found):
            raise ConfigError(f"{who} has no options model called Options, or no build.", mend)
        return cast("Kind", found)


def _first_line(error: BaseException) -> str:
    """What the error says first, or its name when it says nothing."""
    lines = [line.strip() for line in str(error).splitlines()]
    return next((line for line in lines if line), type(error).__name__).rstrip(".")


def _is_plug_in(found: object) -> bool:
    options = getattr(found, "Options", None)
    return (
        isinstance(options, type)
        and issubclass(options, BaseModel)
        and callable(getattr(found, "build", None))
    )
