"""Templates as a small, safe language: text, two variables, conditions and a few filters.

What a template may contain is a list of what is allowed, checked when it is loaded; the sandbox of
Jinja stands behind that list as a second wall. Comments and names are values, never source.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NoReturn

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.errors import ConfigError

VARIABLES = ("author", "brand")
ALLOWED_FILTERS = ("capitalize", "lower", "title", "trim", "upper")
ALLOWED_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Concat,
    nodes.Filter,
)
ALLOWED_WORDS = f"A template may use {' and '.join(VARIABLES)}, conditions, and {', '.join(ALLOWED_FILTERS)}."

THIN = "\u202f"  # narrow no-break space
BEFORE_HIGH_MARKS = re.compile(r"[ \u00a0\u2009](?=[!?;:»])")
AFTER_GUILLEMET = re.compile(r"(?<=«)[ \u00a0\u2009]")
APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
ELISION = re.compile(r"(?<=\w)'$")  # before a variable: l'{{ brand }}


class Environment(ImmutableSandboxedEnvironment):
    """Values are plain: nothing can be reached into and nothing can be called."""

    def getattr(self, obj: object, attribute: str) -> NoReturn:
        raise SecurityError(f"attribute {attribute!r}")

    def getitem(self, obj: object, argument: object) -> NoReturn:
        raise SecurityError(f"item {argument!r}")

    def call(self, *args: object, **kwargs: object) -> NoReturn:
        raise SecurityError("call")


def environment() -> Environment:
    """An environment that knows nothing but the allowed filters."""
    made = Environment(  # replies are plain text, not HTML: nothing to escape
        autoescape=False, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals.clear()
    made.tests.clear()
    made.filters = {name: FILTERS[name] for name in ALLOWED_FILTERS}
    return made


def compile_template(env: Environment, source: str, path: Path, language: str) -> Template:
    """A template ready to render, set in the language's typography.

    ConfigError names the file and the line of a mistake, of an unknown variable, and of anything
    that a template may not do.
    """
    try:
        tree = env.parse(source, filename=str(path))
        _check(tree, path)
        for data in tree.find_all(nodes.TemplateData):
            data.data = typeset(data.data, language)
        return Template.from_code(env, env.compile(tree, filename=str(path)), {})
    except TemplateSyntaxError as error:
        raise _wrong(path, error.lineno, error.message or "it cannot be read") from None
    except (RecursionError, ValueError) as error:
        raise _wrong(path, 1, f"it is too deep or too large ({error})") from None


def typeset(text: str, language: str) -> str:
    """Curly apostrophes, and in French the narrow no-break space where a plain space was typed."""
    text = ELISION.sub("’", APOSTROPHE.sub("’", text))
    if language != "fr" and not language.startswith("fr-"):
        return text
    return AFTER_GUILLEMET.sub(THIN, BEFORE_HIGH_MARKS.sub(THIN, text))


def _check(node: nodes.Node, path: Path) -> None:
    if not isinstance(node, ALLOWED_NODES):
        raise _wrong(path, node.lineno, f"“{type(node).__name__.lower()}” is not allowed in a template")
    if isinstance(node, nodes.Name) and node.name not in VARIABLES:
        raise _wrong(path, node.lineno, f"there is no variable {node.name!r}")
    for child in node.iter_child_nodes():
        _check(child, path)


def _wrong(path: Path, line: int, problem: str) -> ConfigError:
    return ConfigError(f"{path}, line {line}: {problem.rstrip('.')}.", ALLOWED_WORDS)
