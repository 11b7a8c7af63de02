"""One way from a file and the environment to settings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from bot.settings.complaints import complaints_of
from bot.settings.environment import interpolated, override
from bot.settings.model import Settings
from bot.settings.reading import parse, read_text
from bot.settings.source import Block, Complaint, Source, raise_complaints

DEFAULT_FILE = "answerable.yaml"


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings of ``path`` (or of ``answerable.yaml`` here, or the defaults) and of ``environ``.

    Raises ConfigError with everything that is wrong, one sentence for each.
    """
    file = path or _found_here()
    source = Source(str(file or DEFAULT_FILE))
    complaints: list[Complaint] = []
    root = _block(file, source, environ, complaints)
    complaints += override(root, environ, Settings.model_fields.keys())
    settings = _validated(root, complaints)
    folder = (file.parent if file else Path()).resolve()
    return settings.model_copy(update={"data_dir": folder / settings.data_dir.expanduser()})


def _found_here() -> Path | None:
    file = Path(DEFAULT_FILE)
    return file if file.exists() else None


def _block(
    file: Path | None, source: Source, environ: Mapping[str, str], complaints: list[Complaint]
) -> Block:
    if file is None:
        return Block(source)
    return parse(read_text(file), source, partial(interpolated, environ=environ), complaints)


def _validated(root: Block, complaints: list[Complaint]) -> Settings:
    """The settings, unless there is anything to complain of."""
    settings, found = None, []
    try:
        settings = Settings.model_validate(root)
    except ValidationError as error:
        found = complaints_of(error, Settings, root.source, show_values=True)
    # What could not be put in its place is wrong for the model too: once is enough.
    already = {complaint.origin for complaint in complaints}
    raise_complaints([*complaints, *(new for new in found if new.origin not in already)])
    assert settings is not None
    return settings
