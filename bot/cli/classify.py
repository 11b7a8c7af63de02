"""``answerable classify``: what the classifier thinks of texts, without a ledger."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Annotated

import typer

from bot import wiring
from bot.cli.common import ConfigOption, Exit, err, load_settings, print_json, say
from bot.domain.labels import Classification
from bot.errors import InputError
from bot.ports import Classifier, Text

BATCH = 256


def classify(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="One comment.")] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Lines {"id", "text"} on standard input, lines of JSON out.')
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Say what comments are: praise, complaint, question, several at once, or other.

    Exit code 1 when some lines could not be read; they are named on standard error.

    Example: answerable classify "Bonjour, toujours pas livré, c'est normal ?"
    Example: answerable classify --jsonl < comments.jsonl > labels.jsonl
    """
    classifier = wiring.build_classifier(load_settings(config, None))
    if jsonl:
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")  # type: ignore[union-attr]
        if _classify_lines(classifier, sys.stdin):
            raise typer.Exit(Exit.NOT_AS_WISHED)
        return
    if text is None:
        raise InputError(
            "There is nothing to classify.", "Give a text, or --jsonl and lines on standard input."
        )
    (found,) = classifier.classify([Text(text)])
    certainty = "hesitates" if found.unsure else "sure"
    say(f"{' + '.join(found.labels)} ({certainty}, {found.confidence:.0%}), language {found.language}")


def _classify_lines(classifier: Classifier, lines: Iterable[str]) -> int:
    """Print one line for each that can be read; how many could not."""
    wrong = 0
    entries = _entries(lines)
    while batch := list(islice(entries, BATCH)):
        good = [entry for entry in batch if isinstance(entry, tuple)]
        for problem in (entry for entry in batch if isinstance(entry, str)):
            say(problem, err)
            wrong += 1
        found = classifier.classify([Text(text) for _, text in good])
        print_json(*(_line(entry[0], read) for entry, read in zip(good, found, strict=True)))
    return wrong


def _entries(lines: Iterable[str]) -> Iterator[tuple[object, str] | str]:
    """Id and text of each line, or the sentence that says what is wrong with it."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            identifier, text = entry["id"], entry["text"]
        except (ValueError, KeyError, TypeError, RecursionError):
            identifier = text = None
        if isinstance(text, str):
            yield identifier, text
        else:
            yield f'Line {number} is not a JSON object with "id" and a "text"; it was left out.'


def _line(identifier: object, found: Classification) -> dict[str, object]:
    return {
        "id": identifier,
        "labels": list(found.labels),
        "language": found.language,
        "scores": {label: round(score, 4) for label, score in found.scores.items()},
        "unsure": found.unsure,
    }
