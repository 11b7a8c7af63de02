"""``answerable audit``: did you run away?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from adapters.exports.reading import Hints, open_export
from bot import wiring
from bot.audit import page as render
from bot.audit.auditing import audit as look
from bot.cli.common import ConfigOption, JsonOption, Language, err, load_settings, print_json, say
from bot.cli.files import EncodingOption, FileArgument, MapOption, UsOption, hints
from bot.domain.mention import Post
from bot.errors import InputError


def audit(
    file: FileArgument,
    us: UsOption = None,
    page: Annotated[Path | None, typer.Option("--out", help="The HTML page to write.")] = None,
    mapping: MapOption = None,
    encoding: EncodingOption = "",
    brand: Annotated[
        str, typer.Option(help="The brand, as the page names it. Default: the first --us.")
    ] = "",
    language: Annotated[
        Language | None, typer.Option(help="Of the page. Default: what most comments are written in.")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make one page for sharing: what was answered, how fast, and a reply ready for the rest.

    Example: answerable audit comments.csv --us "Maison Lumen" --out audit.html
    Example: answerable audit comments.csv --us "Maison Lumen" --json
    """
    if page is None and not as_json:
        raise InputError(
            "There is nothing to do.", "Name a page with --out, or ask for the figures with --json."
        )
    settings = load_settings(config, None)
    said = hints(mapping, us, encoding)
    posts = _posts(file, said)
    with Progress(console=err, transient=True) as progress:
        task = progress.add_task("Reading")
        found = look(
            posts,
            classifier=wiring.build_classifier(settings),
            responder=wiring.build_responder(settings),
            us=said.us,
            brand=brand or (us[0] if us else settings.brand.name),
            undated=said.undated,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
    if page:
        _write(page, render(found, language or ""))
    if as_json:
        print_json(found.to_json())
    else:
        say(f"The page is there: {page}")


def _posts(file: Path, said: Hints) -> list[Post]:
    """The posts of the file; how many rows are none goes to standard error."""
    entries = list(open_export(file, said).read())
    posts = [entry for entry in entries if isinstance(entry, Post)]
    if len(posts) < len(entries):
        say(f"{len(entries) - len(posts)} rows cannot be read; `answerable import {file}` shows why.", err)
    return posts


def _write(page: Path, document: str) -> None:
    try:
        page.write_text(document, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{page} cannot be written: {error.strerror}.", "Name another file.") from None
