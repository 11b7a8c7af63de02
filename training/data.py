"""Comments with what people said about them: our own corpus, and public reviews where they are at hand."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.labels import INTENTS, Label

CORPUS = Path(__file__).parent / "corpus"
PUBLIC = "comments-training.jsonl.gz"
OWN = "answerable"


@dataclass(frozen=True, slots=True)
class Comment:
    """A label outside ``judged`` is unknown for this comment, not denied."""

    text: str
    labels: frozenset[Label]
    judged: frozenset[Label]
    language: str
    source: str


def own_corpus(part: str = "") -> list[Comment]:
    """Our own comments; ``part`` is "" for training and "-test" for what training never sees."""
    return [
        Comment(row["text"], _intents(row["labels"]), frozenset(INTENTS), language, OWN)
        for language in ("fr", "en")
        for row in _rows((CORPUS / f"{language}{part}.jsonl").read_text(encoding="utf-8").splitlines())
    ]


def public(folder: Path | None, split: str) -> list[Comment]:
    """The public comments of one split; none without a folder."""
    if folder is None:
        return []
    with gzip.open(folder / PUBLIC, "rt", encoding="utf-8") as lines:
        return [
            Comment(row["text"], _intents(row["labels"]), _intents(row["judged"]), row["lang"], row["source"])
            for row in _rows(lines)
            if row["split"] == split
        ]


def _rows(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in lines)


def _intents(names: Iterable[str]) -> frozenset[Label]:
    return frozenset(Label(name) for name in names) & frozenset(INTENTS)
