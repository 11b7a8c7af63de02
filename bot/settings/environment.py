"""What the environment says: overrides (``ANSWERABLE_CONSOLE__PORT``) and secrets (``${NAME}``)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path

from bot.errors import ConfigError
from bot.settings.reading import parse_inline_list, read_text
from bot.settings.source import Block, Complaint, KeyPath, Origin, dotted

PREFIX = "ANSWERABLE_"
_REFERENCE = re.compile(r"\$(\$?)\{([^}]*)(\}?)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def variable_name(path: KeyPath) -> str:
    """The environment variable that overrides the key."""
    return PREFIX + "__".join(_plain(str(part)) for part in path).upper()


def interpolated(text: str, environ: Mapping[str, str]) -> str:
    """``text`` with each ``${NAME}`` replaced; ``$${NAME}`` stays, with one dollar sign.

    Raises ConfigError whose words read on from the name of the key.
    """

    def replacement(match: re.Match[str]) -> str:
        escaped, name, closed = match.groups()
        if escaped:
            return match[0][1:]
        if not closed or not _NAME.fullmatch(name):
            raise ConfigError(
                f"has a broken reference, {match[0][:40]}.",
                "Write ${NAME} with a variable's name, or $${ for the signs themselves.",
            )
        return _variable(name, environ)

    return _REFERENCE.sub(replacement, text)


def _variable(name: str, environ: Mapping[str, str]) -> str:
    if name in environ:
        return environ[name]
    file = environ.get(f"{name}_FILE")
    if not file:
        raise ConfigError(
            f"asks for ${{{name}}}, which is not in the environment.",
            f"Set {name}, or {name}_FILE to a file that holds it.",
        )
    try:
        return read_text(Path(file)).removesuffix("\n").removesuffix("\r")
    except ConfigError as error:
        problem = f"asks for ${{{name}}}, but {name}_FILE is of no use: {error.problem}"
        raise ConfigError(problem, error.mend) from None


def override(root: Block, environ: Mapping[str, str], keys: Collection[str]) -> list[Complaint]:
    """Put what ``ANSWERABLE_…`` variables say over what the file says. ``keys``: those at the top."""
    complaints = []
    for variable in sorted(environ):
        key = variable.removeprefix(PREFIX).lower()
        if variable.startswith(PREFIX) and _meant(key, keys):
            complaints.append(_set(root, variable, key.split("__"), environ[variable]))
    return [complaint for complaint in complaints if complaint]


def _meant(key: str, keys: Collection[str]) -> bool:
    """Whether a variable is for us: container platforms inject others, such as ANSWERABLE_SERVICE_HOST."""
    return "__" in key or bool(get_close_matches(key, keys, n=1, cutoff=0.8))


def _set(root: Block, variable: str, parts: list[str], written: str) -> Complaint | None:
    """Set one key, making the sections on the way to it."""
    block, origin = root, Origin(f"environment variable {variable}")
    for part in parts[:-1]:
        key = _existing(block, part)
        path = (*block.path, key)
        if key not in block:
            root.source.origins[path] = origin
        inner = block.setdefault(key, Block(root.source, path))
        if not isinstance(inner, Block):
            problem = f"{dotted(path)} is not a section, so that nothing can be set in it."
            return Complaint(origin, problem, "Unset the variable, or mend the file.")
        block = inner
    key = _existing(block, parts[-1])
    path = (*block.path, key)
    root.source.origins[path] = origin
    root.source.concealed.discard(path)
    block[key] = parse_inline_list(written) if written.startswith("[") else written or None
    return None


def _existing(block: Block, part: str) -> str:
    """The key that the variable means: variables know no small letters, hyphens or spaces."""
    return next((key for key in block if _plain(key).lower() == part), part)


def _plain(key: str) -> str:
    return re.sub(r"[^\w<>]", "_", key)
