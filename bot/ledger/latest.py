"""What counts now of a mention: its newest classification and its newest draft, each kept with a revision."""

from __future__ import annotations

from sqlalchemy import and_

from bot.domain.labels import Classification, Label
from bot.ledger.schema import AnyRow, classifications, drafts, mentions

LATEST_READING = and_(
    classifications.c.mention_id == mentions.c.id,
    classifications.c.revision == mentions.c.classification_revision,
)
LATEST_DRAFT = and_(drafts.c.mention_id == mentions.c.id, drafts.c.revision == mentions.c.draft_revision)

BETWEEN = "+"  # labels stand in one column: praise+question


def in_columns(classification: Classification) -> dict[str, object]:
    """A classification as the table holds it."""
    return {
        "labels": BETWEEN.join(classification.labels),
        "scores": dict(classification.scores),
        "confidence": classification.confidence,
        "language": classification.language,
        "unsure": classification.unsure,
        "classifier": classification.classifier,
    }


def out_of_columns(row: AnyRow) -> Classification:
    """The classification in a row of the table, whose language is selected as ``read_language``."""
    scores = {Label(label): float(score) for label, score in row.scores.items()}
    return Classification(labels(row.labels), scores, row.read_language, row.unsure, row.classifier)


def labels(column: str | None) -> tuple[Label, ...]:
    """The labels of one column; none where nothing was read yet."""
    return tuple(Label(label) for label in column.split(BETWEEN)) if column else ()
